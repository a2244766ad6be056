//! Calls the service in the background: a thread of its own, so that no key ever waits for a response.
//!
//! The last request counts: a newer one ends the one that is on its way.

use std::sync::mpsc;
use std::thread;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::Computer;
use super::executions::{Listing, Pages, redrivable};
use super::lookup::Request;
use crate::aws::client::Client;
use crate::aws::credentials;
use crate::aws::reads::{Execution, Machine, Reader, SCREENFUL};
use crate::aws::session::Session;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::settings::{ConfigFiles, Globals, Settings, Sources};
use crate::trace::{Trace, secrets::hide_given};

pub(crate) type Reply = (Request, std::result::Result<Pages, String>);

/// The thread, as seen from the prompt. It ends when this is dropped; nobody waits for it.
#[derive(Debug)]
pub(crate) struct Worker {
    requests: Option<UnboundedSender<Request>>,
    replies: mpsc::Receiver<Reply>,
    outside: (Host, ConfigFiles),
    sender: mpsc::Sender<Reply>,
}

impl Worker {
    /// One that starts with its first request.
    pub(crate) fn new(Computer { host, files }: Computer<'_>) -> Self {
        let (sender, replies) = mpsc::channel();
        Self { requests: None, replies, outside: (host.clone(), files.clone()), sender }
    }

    /// A thread that cannot be started replies nothing, and the prompt goes on without.
    pub(crate) fn send(&mut self, request: Request) {
        let requests = self.requests.get_or_insert_with(|| {
            let (requests, receiver) = unbounded_channel();
            let (replies, (host, files)) = (self.sender.clone(), self.outside.clone());
            let _ = thread::Builder::new()
                .name("lookup".to_owned())
                .spawn(move || serve(&host, &files, receiver, &replies));
            requests
        });
        let _ = requests.send(request);
    }

    pub(crate) fn replies(&self) -> impl Iterator<Item = Reply> + '_ {
        self.replies.try_iter()
    }
}

struct Connected {
    account: Globals,
    session: Session,
    client: Client,
}

fn serve(host: &Host, files: &ConfigFiles, mut requests: UnboundedReceiver<Request>, replies: &mpsc::Sender<Reply>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    runtime.block_on(async {
        // Nothing is logged over the screen, but what went wrong is shown there, masked as a log is.
        let trace = Trace::to(Box::new(std::io::sink()), host.clock);
        hide_given(&trace, &[], host);
        let nobody = Globals::default();
        let sources = Sources { host, files, globals: &nobody, trace: &trace };
        let mut connected = None;
        let mut next = requests.recv().await;
        while let Some(request) = next {
            next = tokio::select! {
                biased;
                newer = requests.recv() => newer,
                answer = answer(sources, &mut connected, &request) => {
                    let answer = answer.map_err(|error| trace.masked(&reason(&error)));
                    let _ = replies.send((request, answer));
                    requests.recv().await
                }
            };
        }
    });
    // A look-up of a host's name may still be on its way, and is not to be waited for.
    runtime.shutdown_background();
}

async fn answer(sources: Sources<'_>, connected: &mut Option<Connected>, request: &Request) -> Result<Pages> {
    let connected = match connected {
        Some(connected) if connected.account == request.account => connected,
        _ => connected.insert(connect(sources, &request.account).await?),
    };
    let reader = Reader { client: &connected.client, connection: &connected.session.connection };
    let mut pages = Vec::with_capacity(request.pages.len());
    for (status, next) in &request.pages {
        let page = match &request.listing {
            Listing::Machines => {
                let (machines, next) = reader.list_machines(next.token(), None).await?;
                let as_listed = |Machine { arn, .. }| Execution { arn, ..Execution::default() };
                (machines.into_iter().map(as_listed).collect(), next)
            }
            Listing::Executions(machine) => {
                let page = reader.list_executions(machine, status, SCREENFUL, next.token()).await?;
                redrivable(page, sources.host.clock.timestamp().as_second())
            }
        };
        pages.push((*status, page));
    }
    Ok(pages)
}

fn reason(error: &Error) -> String {
    match error {
        Error::Service(refusal) => format!("{}: {}", refusal.code, refusal.message.python_str()),
        other => other.message().lines().next().unwrap_or_default().to_owned(),
    }
}

/// The session that the call itself will have, from the same options.
async fn connect(sources: Sources<'_>, account: &Globals) -> Result<Connected> {
    let settings = Settings::resolve(Sources { globals: account, ..sources })?;
    credentials::check_instance_settings(&settings.sources)?;
    // Nothing but the line may be typed here.
    if credentials::asks_for_code(&settings.sources) {
        return Err(Error::General("the profile asks for an MFA code".to_owned()));
    }
    let session = Session::open(&settings).await?;
    let client = session.client(session.credentials().await?);
    Ok(Connected { account: account.clone(), session, client })
}

#[cfg(test)]
mod tests {
    use super::super::Computer;
    use super::super::executions::{Listing, Next};
    use super::super::lookup::Request;
    use super::Worker;
    use crate::host::Host;
    use crate::settings::{ConfigFiles, Globals};

    #[test]
    fn without_a_region_or_credentials_it_says_so() {
        for (variables, reason) in [
            (&[("HOME", "/nonexistent"), ("AWS_EC2_METADATA_DISABLED", "true")][..], "You must specify a region."),
            (
                &[
                    ("HOME", "/nonexistent"),
                    ("AWS_EC2_METADATA_DISABLED", "true"),
                    ("AWS_REGION", "us-east-1"),
                    ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
                    ("AWS_ACCESS_KEY_ID", "a"),
                    ("AWS_SECRET_ACCESS_KEY", "b"),
                    ("AWS_MAX_ATTEMPTS", "1"),
                ],
                "Could not connect to the endpoint URL",
            ),
        ] {
            let mut worker = Worker::new(Computer { host: &Host::fixed(variables), files: &ConfigFiles::default() });
            let request =
                Request { account: Globals::default(), listing: Listing::Machines, pages: vec![("", Next::First)] };
            worker.send(request.clone());
            let reply = worker.replies.recv().unwrap();
            assert_eq!(reply.0, request);
            assert!(reply.1.as_ref().is_err_and(|error| error.starts_with(reason)), "{reply:?}");
        }
    }
}
