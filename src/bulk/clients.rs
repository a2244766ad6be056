//! The client of a long run: credentials are looked for again when they are about to expire or are refused as expired. The connections
//! stay when the client changes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use aws_credential_types::Credentials;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::aws::client::Client;
use crate::aws::credentials::{self, Found};
use crate::aws::exchange::ServiceClock;
use crate::aws::reads::Reader;
use crate::aws::session::{self, Session};
use crate::error::{Error, Result};
use crate::host::Host;
use crate::settings::{ConfigFiles, Globals, Settings, Sources, Timeouts};
use crate::stdio;
use crate::trace::Trace;

/// How long before credentials expire others are looked for.
const AHEAD: Duration = Duration::from_secs(15 * 60);
const RENEW_EVERY: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(crate) struct SignedClient {
    pub(crate) client: Client,
    credentials: Option<Credentials>,
    /// How many others there were before these.
    pub(crate) generation: u32,
}

#[derive(Debug)]
pub(crate) struct Clients {
    host: Host,
    globals: Globals,
    timeouts: Timeouts,
    pub(crate) session: Session,
    found: RefCell<Found>,
    held: RefCell<Rc<SignedClient>>,
    renewed: Cell<Option<Instant>>,
    renewing: Mutex<()>,
    pub(crate) service_clock: ServiceClock,
    pub(crate) trace: Trace,
}

impl Clients {
    /// Opens the session and finds credentials, as a single call would. Each call is made once: `calls` decides on more.
    pub(crate) async fn open(settings: &Settings<'_>) -> Result<Self> {
        credentials::check_instance_settings(&settings.sources)?;
        let mut session = Session::open(settings).await?;
        session.connection.max_attempts = 1;
        let credentials = session.credentials().await?;
        let client = session.client(credentials.clone());
        if session.is_unverified() {
            stdio::warn_unverified();
        }
        let service_clock = ServiceClock::new(settings.sources.host.clock);
        let client = client.watched(service_clock.clone());
        Ok(Self {
            host: settings.sources.host.clone(),
            globals: settings.sources.globals.clone(),
            timeouts: settings.timeouts,
            found: RefCell::new(session.found.clone()),
            session,
            held: RefCell::new(Rc::new(SignedClient { client, credentials, generation: 0 })),
            renewed: Cell::new(None),
            renewing: Mutex::new(()),
            service_clock,
            trace: settings.sources.trace.clone(),
        })
    }

    /// The caller's account, where the source of the credentials names it.
    pub(crate) fn account(&self) -> Option<String> {
        account(self.held.borrow().credentials.as_ref()).map(str::to_owned)
    }

    pub(crate) fn reader<'c>(&'c self, signed: &'c SignedClient) -> Reader<'c> {
        Reader { client: &signed.client, connection: &self.session.connection }
    }

    pub(crate) async fn current(&self) -> Rc<SignedClient> {
        let held = self.held.borrow().clone();
        let expiry = held.credentials.as_ref().and_then(Credentials::expiry);
        let renewed_lately = self.renewed.get().is_some_and(|renewed| renewed.elapsed() < RENEW_EVERY);
        if !renewed_lately && expiry.is_some_and(|expiry| expiry <= self.host.clock.now() + AHEAD) {
            self.renewed.set(Some(Instant::now()));
            let found = self.found.borrow().clone();
            // Where there are no better ones, these are good until their end, and the service says when that was.
            if let Ok(credentials) = found.resolve().await {
                self.replace(&held, credentials);
            }
        }
        self.held.borrow().clone()
    }

    /// Looks for credentials again. Returns whether there are others now than those `stale`.
    pub(crate) async fn renew(&self, stale: &Rc<SignedClient>) -> Result<bool> {
        let _turn = self.renewing.lock().await;
        if !Rc::ptr_eq(stale, &self.held.borrow()) {
            return Ok(true);
        }
        // Others may have been written to the files by now.
        let files = ConfigFiles::load(&self.host)?;
        let sources = Sources { host: &self.host, files: &files, globals: &self.globals, trace: &self.trace };
        let (_, found) = session::find(&sources, &self.timeouts).await?;
        let credentials = found.resolve().await?;
        let accounts = account(stale.credentials.as_ref()).zip(account(credentials.as_ref()));
        if let Some((then, now)) = accounts.filter(|(then, now)| then != now) {
            return Err(Error::General(format!("The credentials are of account {now} now, and were of {then}")));
        }
        *self.found.borrow_mut() = found;
        Ok(self.replace(stale, credentials))
    }

    /// Takes credentials into use, if they are others than those `stale`.
    fn replace(&self, stale: &SignedClient, credentials: Option<Credentials>) -> bool {
        if key(credentials.as_ref()) == key(stale.credentials.as_ref()) {
            return false;
        }
        self.trace.line("credentials", || "replaced by others".to_owned());
        let client = self.session.client(credentials.clone()).watched(self.service_clock.clone());
        *self.held.borrow_mut() = Rc::new(SignedClient { client, credentials, generation: stale.generation + 1 });
        true
    }
}

fn account(credentials: Option<&Credentials>) -> Option<&str> {
    Some(credentials?.account_id()?.as_str()).filter(|account| !account.is_empty())
}

fn key(credentials: Option<&Credentials>) -> Option<(&str, Option<&str>)> {
    credentials.map(|credentials| (credentials.access_key_id(), credentials.session_token()))
}
