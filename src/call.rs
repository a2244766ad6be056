//! The call: input → request → answer → value, with what the AWS CLI does when it makes a client in between, in its order.

use std::io::Write;

use crate::aws::transport::Transport;
use crate::aws::{self, credentials};
use crate::cli::{Globals, Operation};
use crate::error::{Error, Result};
use crate::input::{self, ParameterFiles, Parameters, Skeleton};
use crate::platform::signals::interruptible;
use crate::settings::identity::check_region;
use crate::settings::{self, Connection, Identity, STEP_FUNCTIONS, Sources, Timeouts, TimestampFormat};
use crate::trace::Trace;
use crate::value::Value;
use crate::{env_vars, stdio};

/// Everything a call depends on.
pub struct Call<'c> {
    /// Where settings come from.
    pub sources: Sources<'c>,
    /// The options of every command.
    pub globals: &'c Globals,
    /// The timeouts, not yet checked.
    pub timeouts: Timeouts,
    /// How dates are shown.
    pub timestamps: TimestampFormat,
    /// `--debug`.
    pub trace: &'c Trace,
}

impl Call<'_> {
    /// The result to show, or none where a skeleton of the request was printed instead.
    ///
    /// # Errors
    /// Everything that can go wrong between the parameters and the answer.
    pub fn result(&self, typed: &Operation, stdout: &mut dyn Write) -> Result<Option<Value>> {
        let encoding = self.sources.variable(&[env_vars::CLI_FILE_ENCODING]);
        let files = ParameterFiles { host: self.sources.host, encoding: encoding.as_deref() };
        let parameters = input::resolve(&typed.input(), &files)?;
        match typed.skeleton.as_deref().and_then(Skeleton::named) {
            Some(Skeleton::Output) => self.block_on(self.stubbed(parameters)).map(Some),
            Some(skeleton) => {
                let text = skeleton.text().unwrap_or_default();
                stdio::write(text.as_bytes(), stdout).map_err(Error::lost_at_once)?;
                Ok(None)
            }
            None => self.block_on(self.call(parameters)).map(Some),
        }
    }

    /// The output skeleton: everything short of signing and sending is done.
    async fn stubbed(&self, parameters: Parameters) -> Result<Value> {
        let (_, connection, _) = self.prepare().await?;
        parameters.into_request(connection.parameter_validation, new_token)?;
        Ok(input::skeleton::output())
    }

    async fn call(&self, parameters: Parameters) -> Result<Value> {
        let (found, connection, transport) = self.prepare().await?;
        let unchecked = self.globals.no_verify_ssl && connection.is_https();
        let request = parameters.into_request(connection.parameter_validation, new_token)?;
        let credentials = found.resolve().await?;
        if credentials.is_none() && !self.globals.no_sign_request {
            return Err(Error::NoCredentials);
        }
        let client = aws::client::client(&connection, transport, credentials);
        if unchecked {
            stdio::warn("Unverified HTTPS request: the endpoint's certificate is not checked (--no-verify-ssl).");
        }
        let answer = aws::redrive(&client, &request, &connection).await?;
        aws::response::read(&answer, self.timestamps, self.sources.host)
    }

    /// What the AWS CLI does when it makes a client, in its order.
    async fn prepare(&self) -> Result<(credentials::Found, Connection, Transport)> {
        let mut identity = Identity::resolve(&self.sources, self.globals)?;
        if identity.region.is_none() {
            identity.region = credentials::instance_region(&self.sources).await?;
            identity.region.as_deref().map_or(Ok(()), check_region)?;
        }
        let found = credentials::find(&self.sources, &identity, &self.timeouts).await?;
        self.trace.line("credentials", || format!("from {}", found.name()));
        let region = identity.region.as_deref();
        let connection = Connection::resolve(
            &self.sources,
            self.globals,
            &STEP_FUNCTIONS,
            region,
            &identity.verify,
            &self.timeouts,
        )?;
        settings::origin::tell(self.trace, &self.sources, self.globals, &identity, &connection);
        let transport = Transport::new(self.sources.host, identity.verify, connection.keep_alive).traced(self.trace);
        Ok((found, connection, transport))
    }

    /// Runs one piece of work on this thread; a signal ends it.
    fn block_on<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::general)?;
        let outcome = runtime.block_on(interruptible(work));
        // A look-up that is still going on in its thread is not waited for.
        runtime.shutdown_background();
        outcome
    }
}

/// A client token of our own, made once for a request; every attempt carries it.
fn new_token() -> String {
    uuid::Uuid::new_v4().to_string()
}
