//! Asks the service in the background: a thread of its own, so that no key ever waits for an answer.
//!
//! The last question counts: a newer one ends the one that is on its way.

use std::sync::mpsc;
use std::thread;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::executions::{Answer, Question, Request};
use crate::aws::client::Client;
use crate::aws::credentials;
use crate::aws::reads::{Reader, SCREENFUL};
use crate::aws::session::Session;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::settings::config_files::text;
use crate::settings::{ConfigFiles, Globals, Settings, Sources};
use crate::trace::{Trace, secrets::hide_given};

pub(crate) type Reply = (Request, std::result::Result<Answer, String>);

/// The thread, as seen from the prompt. It ends when this is dropped; nobody waits for it.
#[derive(Debug)]
pub(crate) struct Worker {
    requests: Option<UnboundedSender<Request>>,
    replies: mpsc::Receiver<Reply>,
    outside: (Host, ConfigFiles),
    sender: mpsc::Sender<Reply>,
}

impl Worker {
    /// One that has not started: it does when it is first asked.
    pub(crate) fn new(host: &Host, files: &ConfigFiles) -> Self {
        let (sender, replies) = mpsc::channel();
        Self { requests: None, replies, outside: (host.clone(), files.clone()), sender }
    }

    /// Asks. A thread that cannot be started answers nothing, and the prompt goes on without.
    pub(crate) fn ask(&mut self, request: Request) {
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
        let mut connected = None;
        let mut next = requests.recv().await;
        while let Some(request) = next {
            next = tokio::select! {
                biased;
                newer = requests.recv() => newer,
                answer = answer(host, files, &mut connected, &request, &trace) => {
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

async fn answer(
    host: &Host,
    files: &ConfigFiles,
    connected: &mut Option<Connected>,
    request: &Request,
    trace: &Trace,
) -> Result<Answer> {
    let connected = match connected {
        Some(connected) if connected.account == request.account => connected,
        _ => connected.insert(connect(host, files, &request.account, trace).await?),
    };
    let reader = Reader { client: &connected.client, connection: &connected.session.connection };
    match &request.question {
        Question::Machines(next) => reader.list_machines(next.token(), None).await.map(Answer::Machines),
        Question::Executions(machine, asked) => {
            let mut pages = Vec::with_capacity(asked.len());
            for (status, next) in asked {
                pages.push((*status, reader.list_executions(machine, status, SCREENFUL, next.token()).await?));
            }
            Ok(Answer::Executions(pages))
        }
    }
}

fn reason(error: &Error) -> String {
    match error {
        Error::Service(refusal) => format!("{}: {}", refusal.code, refusal.message.python_str()),
        other => other.message().lines().next().unwrap_or_default().to_owned(),
    }
}

/// The session that the call itself will have, from the same options.
async fn connect(host: &Host, files: &ConfigFiles, account: &Globals, trace: &Trace) -> Result<Connected> {
    let settings = Settings::resolve(Sources { host, files, globals: None, trace }, account)?;
    credentials::check_instance_settings(&settings.sources)?;
    if asks_for_a_code(&settings.sources) {
        return Err(Error::General("the profile asks for an MFA code".to_owned()));
    }
    let session = Session::open(&settings).await?;
    let client = session.client(session.credentials().await?);
    Ok(Connected { account: account.clone(), session, client })
}

/// Whether the profile's role, or one on the way to it, wants a code typed: nothing but the line may be typed here.
fn asks_for_a_code(sources: &Sources<'_>) -> bool {
    let mut name = sources.profile_name().unwrap_or_else(|| "default".to_owned());
    // A chain that goes in a circle is refused by the search for credentials.
    for _ in 0..16 {
        let section = sources.files.profile(&name);
        if section.is_some_and(|section| section.contains_key("mfa_serial")) {
            return true;
        }
        match text(section, "source_profile").ok().flatten() {
            Some(source) if source != name => name = source.to_owned(),
            _ => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::executions::{Next, Question, Request};
    use super::{Worker, asks_for_a_code};
    use crate::host::Host;
    use crate::settings::{ConfigFiles, Globals, Sources};
    use crate::trace::Trace;

    #[test]
    fn a_code_is_never_asked_for_behind_the_prompt() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("config");
        let text = "[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nmfa_serial = m\nsource_profile = b\n\
                    [profile c]\nrole_arn = r\nsource_profile = c\n";
        std::fs::write(&config, text).unwrap();
        let host = Host::fixed(&[
            ("AWS_CONFIG_FILE", config.to_str().unwrap()),
            ("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent"),
            ("AWS_REGION", "us-east-1"),
        ]);
        let files = ConfigFiles::load(&host).unwrap();
        for (profile, asks) in [("a", true), ("b", true), ("c", false)] {
            let globals = Globals { profile: Some(profile.to_owned()), ..Globals::default() };
            let sources = Sources { host: &host, files: &files, globals: Some(&globals), trace: &Trace::off() };
            assert_eq!(asks_for_a_code(&sources), asks, "{profile}");
        }
    }

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
            let mut worker = Worker::new(&Host::fixed(variables), &ConfigFiles::default());
            let request = Request { account: Globals::default(), question: Question::Machines(Next::First) };
            worker.ask(request.clone());
            let reply = worker.replies.recv().unwrap();
            assert_eq!(reply.0, request);
            assert!(reply.1.as_ref().is_err_and(|error| error.starts_with(reason)), "{reply:?}");
        }
    }
}
