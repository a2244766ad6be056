//! The endpoint as its owner holds it: it serves from a thread of its own and ends when it is dropped.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;

use super::operation::Operation;
use super::seed::SeedError;
use super::server::{Shared, serve};
use super::service::{Counts, Service};
use super::settings::{Credentials, Settings};
use super::weather::Rule;

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the seed is not usable: {0}")]
    Seed(#[from] SeedError),
    /// The port (0 for a free one) cannot be had, or the thread.
    #[error("cannot serve on 127.0.0.1:{0}: {1}")]
    System(u16, std::io::Error),
}

/// A running endpoint. Dropping it ends it and cuts its connections.
pub struct Endpoint {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Endpoint {
    /// # Errors
    /// When the seed contradicts itself or the port is taken.
    pub fn start(settings: Settings) -> Result<Self, StartError> {
        let service = Service::new(&settings)?;
        let port = settings.port;
        Self::serve(Shared::new(service, settings), port).map_err(|error| StartError::System(port, error))
    }

    fn serve(shared: Shared, port: u16) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(shared);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let serving = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("sfn-local".to_owned())
            .spawn(move || runtime.block_on(serve(listener, serving, stopped)))?;
        Ok(Self { address, shared, stop: Some(stop), thread: Some(thread) })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its URL, as `--endpoint-url` and `AWS_ENDPOINT_URL_SFN` take it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Puts its time forward; what is due by then ends.
    pub fn advance(&self, duration: Duration) {
        self.shared.service().clock.advance(duration);
    }

    /// How often each execution was redriven, by ARN.
    pub fn redrive_counts(&self) -> BTreeMap<String, usize> {
        let service = self.shared.service();
        let executions = service.store.executions().iter();
        executions.map(|execution| (execution.arn.to_string(), execution.redrives.len())).collect()
    }

    /// How many executions ran at a time at most, since a redrive was the first of them.
    pub fn most_running(&self) -> usize {
        self.shared.service().store.most_running()
    }

    /// How many requests were answered how: by operation and `OK` or the error's code.
    pub fn counts(&self) -> Counts {
        self.shared.service().counts.clone()
    }

    /// Gives an operation a token bucket of this size and refill a second.
    pub fn set_quota(&self, operation: Operation, size: u32, per_second: u32) {
        let mut service = self.shared.service();
        let now = service.clock.now();
        service.quotas.set(operation, size, per_second, now);
    }

    /// From now on, requests meet these faults.
    pub fn set_weather(&self, rules: Vec<Rule>) {
        self.shared.service().weather.set(rules);
    }

    /// Sets what the caller may not do.
    pub fn deny(&self, operations: &[Operation]) {
        self.shared.service().denied = operations.to_vec();
    }

    /// Sets how many executions may run before `ExecutionLimitExceeded`.
    pub fn set_open_limit(&self, open_limit: usize) {
        self.shared.service().open_limit = open_limit;
    }

    /// Accepts these credentials as well.
    pub fn accept(&self, credentials: Credentials) {
        self.shared.service().verifier.accept(credentials);
    }

    /// From now on, the credentials of this access key are past their time.
    pub fn expire(&self, access_key_id: &str) {
        self.shared.service().verifier.expire(access_key_id);
    }

    pub(super) fn with_service<T>(&self, look: impl FnOnce(&Service) -> T) -> T {
        look(&self.shared.service())
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was reported when it happened.
            let _ = thread.join();
        }
    }
}
