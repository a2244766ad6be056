//! The client of a long run: credentials are looked for again when they are about to end or the service says that they have.
//!
//! The one place where `bulk` meets credentials, settings and the transport. The connections stay when the client changes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_sfn::Client;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::aws::client::client;
use crate::aws::credentials::{self, Found};
use crate::aws::transport::Transport;
use crate::cli::Globals;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::settings::identity::check_region;
use crate::settings::{ConfigFiles, Connection, Identity, STEP_FUNCTIONS, Sources, Timeouts};
use crate::trace::Trace;

/// How long before their end the source of credentials is asked for others.
const AHEAD: Duration = Duration::from_secs(15 * 60);
/// How often it is asked where it has none.
const ASK_EVERY: Duration = Duration::from_secs(10);

/// A client and what it signs with.
#[derive(Debug)]
pub struct Held {
    /// The client.
    pub client: Client,
    credentials: Option<Credentials>,
}

/// Makes clients.
#[derive(Debug)]
pub struct Access {
    host: Host,
    globals: Globals,
    /// How the service is reached. Each call is made once: `calls` decides on more.
    pub connection: Connection,
    transport: Transport,
    found: RefCell<Found>,
    held: RefCell<Rc<Held>>,
    asked: Cell<Option<Instant>>,
    renewing: Mutex<()>,
    /// `--debug`.
    pub trace: Trace,
}

impl Access {
    /// Settles everything and finds credentials, as a single call would.
    ///
    /// # Errors
    /// As a single call: settings that cannot be used, no credentials.
    pub async fn open(host: &Host, globals: &Globals) -> Result<Self> {
        let files = ConfigFiles::load(host)?;
        let sources = Sources { host, files: &files, globals: Some(globals) };
        globals.endpoint_url.as_deref().map_or(Ok(()), crate::settings::endpoint_url::check_option)?;
        let timeouts = Timeouts::parse(globals)?;
        credentials::check_instance_settings(&sources)?;
        let (identity, found) = find(&sources, globals, &timeouts).await?;
        let region = identity.region.as_deref();
        let connection = Connection::resolve(&sources, globals, &STEP_FUNCTIONS, region, &identity.verify, &timeouts)?;
        let connection = Connection { max_attempts: 1, ..connection };
        let transport = Transport::new(host, identity.verify, connection.keep_alive, &Trace::off());
        let credentials = found.resolve().await?;
        if credentials.is_none() && !globals.no_sign_request {
            return Err(Error::NoCredentials);
        }
        let trace = Trace::new(globals.debug, host.clock);
        connection.endpoint_url.as_deref().into_iter().for_each(|url| trace.hide_user_of(url));
        trace.line("settings", || format!("region {}, profile {:?}", connection.region, identity.profile));
        let held = Held { client: client(&connection, transport.clone(), credentials.clone()), credentials };
        let held = RefCell::new(Rc::new(held));
        trace.line("credentials", || format!("from {}", found.name()));
        Ok(Self {
            host: host.clone(),
            globals: globals.clone(),
            connection,
            transport,
            found: RefCell::new(found),
            held,
            asked: Cell::new(None),
            renewing: Mutex::new(()),
            trace,
        })
    }

    /// The client to use now.
    pub async fn current(&self) -> Rc<Held> {
        let held = self.held.borrow().clone();
        let expiry = held.credentials.as_ref().and_then(Credentials::expiry);
        let asked_lately = self.asked.get().is_some_and(|asked| asked.elapsed() < ASK_EVERY);
        if !asked_lately && expiry.is_some_and(|expiry| expiry <= self.host.clock.now() + AHEAD) {
            self.asked.set(Some(Instant::now()));
            let found = self.found.borrow().clone();
            // Where there are no better ones, these are good until their end, and the service says when that was.
            if let Ok(credentials) = found.resolve().await {
                self.replace(&held, credentials);
            }
        }
        self.held.borrow().clone()
    }

    /// Looks for credentials again. Returns whether there are others now than those `stale`.
    ///
    /// # Errors
    /// As when they were found first.
    pub async fn renew(&self, stale: &Rc<Held>) -> Result<bool> {
        let _turn = self.renewing.lock().await;
        if !Rc::ptr_eq(stale, &self.held.borrow()) {
            return Ok(true);
        }
        let files = ConfigFiles::load(&self.host)?;
        let sources = Sources { host: &self.host, files: &files, globals: Some(&self.globals) };
        let timeouts = Timeouts::parse(&self.globals)?;
        let (_, found) = find(&sources, &self.globals, &timeouts).await?;
        let credentials = found.resolve().await?;
        *self.found.borrow_mut() = found;
        Ok(self.replace(stale, credentials))
    }

    /// Takes credentials into use, if they are others than those `stale`.
    fn replace(&self, stale: &Held, credentials: Option<Credentials>) -> bool {
        if key(credentials.as_ref()) == key(stale.credentials.as_ref()) {
            return false;
        }
        self.trace.line("credentials", || "replaced by others".to_owned());
        let client = client(&self.connection, self.transport.clone(), credentials.clone());
        *self.held.borrow_mut() = Rc::new(Held { client, credentials });
        true
    }
}

/// Who calls, and where credentials come from, looked for as for a single call.
async fn find(sources: &Sources<'_>, globals: &Globals, timeouts: &Timeouts) -> Result<(Identity, Found)> {
    let mut identity = Identity::resolve(sources, globals)?;
    if identity.region.is_none() {
        identity.region = credentials::instance_region(sources).await?;
        identity.region.as_deref().map_or(Ok(()), check_region)?;
    }
    let found = credentials::find(sources, &identity, timeouts).await?;
    Ok((identity, found))
}

fn key(credentials: Option<&Credentials>) -> Option<(&str, Option<&str>)> {
    credentials.map(|credentials| (credentials.access_key_id(), credentials.session_token()))
}
