//! The one way to the service, for the single call, for `bulk` and for the prompt: who calls, where to, and over what.
//!
//! [`Session::open`] does what the AWS CLI does when it makes a client, in its order; nothing is signed or sent by then.

use aws_credential_types::Credentials;

use super::client::Client;
use super::credentials::{self, Found};
use super::endpoints;
use super::refusal;
use super::retry::Retries;
use super::transport::Transport;
use crate::error::{Error, Result};
use crate::settings::identity::check_region;
use crate::settings::{Connection, Identity, STEP_FUNCTIONS, Settings, Sources, Timeouts, Verify};
use crate::trace::Trace;

/// Everything that stays the same between two calls.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) connection: Connection,
    pub(crate) identity: Identity,
    pub(crate) found: Found,
    transport: Transport,
}

impl Session {
    /// Settles identity and region, looks for credentials, settles the connection.
    pub(crate) async fn open(settings: &Settings<'_>) -> Result<Self> {
        let Settings { sources, timeouts, .. } = settings;
        let trace = sources.trace;
        let (identity, found) = find(sources, timeouts).await?;
        trace.line("credentials", || format!("from {}", found.name()));
        let region = identity.region.as_deref();
        let connection = Connection::resolve(sources, &STEP_FUNCTIONS, region, &identity.verify, timeouts)?;
        connection.endpoint_url.iter().for_each(|url| trace.hide_user_of(url));
        let transport = Transport::new(sources.host, identity.verify.clone(), connection.keep_alive, trace);
        Ok(Self { connection, identity, found, transport })
    }

    /// The credentials to sign with; `None` where nothing is to be signed.
    pub(crate) async fn credentials(&self) -> Result<Option<Credentials>> {
        match self.found.resolve().await? {
            None if self.identity.sign => Err(Error::NoCredentials),
            credentials => Ok(credentials),
        }
    }

    /// A client that signs with these credentials, over the connections that there are already.
    pub(crate) fn client(&self, credentials: Option<Credentials>) -> Client {
        log_signer(self.transport.trace(), credentials.as_ref());
        Client::new(
            &endpoints::STEP_FUNCTIONS,
            &self.connection,
            self.transport.clone(),
            Retries { code: refusal::code, also: None },
            credentials,
        )
    }

    /// Whether the endpoint's certificate is not checked (`--no-verify-ssl`).
    pub(crate) fn is_unverified(&self) -> bool {
        self.identity.verify == Verify::Off && self.connection.is_https()
    }
}

/// Who calls, and where credentials come from. A region that is set nowhere is the instance's own.
pub(crate) async fn find(sources: &Sources<'_>, timeouts: &Timeouts) -> Result<(Identity, Found)> {
    let mut identity = Identity::resolve(sources)?;
    if identity.region.is_none() {
        identity.region = credentials::instance_region(sources).await?;
        identity.region.as_deref().map_or(Ok(()), check_region)?;
    }
    let found = credentials::find(sources, &identity, timeouts).await?;
    Ok((identity, found))
}

/// Logs who signs, and from now on masks the secrets.
fn log_signer(trace: &Trace, credentials: Option<&Credentials>) {
    let Some(credentials) = credentials else {
        trace.line("credentials", || "none: requests are not signed".to_owned());
        return;
    };
    trace.hide(credentials.access_key_id());
    trace.hide(credentials.secret_access_key());
    credentials.session_token().into_iter().for_each(|token| trace.hide(token));
    // Their Debug form names the source and masks the secrets by itself.
    trace.line("credentials", || format!("{credentials:?}"));
}
