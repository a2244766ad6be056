//! What the tests of this room share: a folder of their own, and an endpoint on loopback that answers from a script.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;

use super::Found;
use crate::error::Result;
use crate::host::Host;
use crate::settings::Globals;
use crate::settings::{ConfigFiles, Identity, Sources, Timeouts};
use crate::trace::Trace;

#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        let path = std::env::temp_dir().join(format!("redrive-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    pub(crate) fn write(&self, name: &str, content: &str) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An endpoint that gives each of its answers once, in order, and then is gone.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// Its URL, without a slash at the end.
    pub(crate) url: String,
    requests: Receiver<String>,
    thread: Option<JoinHandle<()>>,
}

impl Endpoint {
    pub(crate) fn answering(answers: Vec<(u16, String)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, requests) = channel();
        let thread = std::thread::spawn(move || {
            for (status, body) in answers {
                let Ok((mut stream, _)) = listener.accept() else { return };
                let mut request = Vec::new();
                let mut buffer = [0; 4096];
                while !is_whole(&request) {
                    match stream.read(&mut buffer) {
                        Ok(length) if length > 0 => request.extend_from_slice(&buffer[..length]),
                        _ => break,
                    }
                }
                let length = body.len();
                let head = format!("HTTP/1.1 {status} x\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
                let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
                let _ = sender.send(String::from_utf8_lossy(&request).into_owned());
            }
        });
        Self { url, requests, thread: Some(thread) }
    }

    /// The requests that came, in order; all answers must have been fetched.
    pub(crate) fn requests(mut self) -> Vec<String> {
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
        self.requests.try_iter().collect()
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    body.len() >= length.unwrap_or(0)
}

/// A machine: a home folder, whose config file is given, and an endpoint that every service shares. The clock stands at 1970.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) home: Folder,
    host: Host,
    files: ConfigFiles,
    globals: Globals,
}

impl Machine {
    pub(crate) fn new(config: &str, files: &[(&str, &str)], endpoint: &Endpoint) -> Self {
        let home = Folder::new();
        home.write(".aws/config", config);
        files.iter().for_each(|(name, content)| home.write(name, content));
        let host = Host::fixed(&[
            ("HOME", home.path()),
            ("AWS_ENDPOINT_URL", &endpoint.url),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("TZ", "UTC0"),
        ]);
        let files = ConfigFiles::load(&host).unwrap();
        Self { home, host, files, globals: Globals::default() }
    }

    pub(crate) fn find(&self) -> Result<Found> {
        let sources =
            Sources { host: &self.host, files: &self.files, globals: Some(&self.globals), trace: &Trace::off() };
        let mut identity = Identity::resolve(&sources, &self.globals).unwrap();
        identity.region = Some("us-east-1".to_owned());
        wait_for(super::find(&sources, &identity, &Timeouts::parse(&self.globals).unwrap()))
    }

    /// The key that a request would be signed with.
    pub(crate) fn key(&self) -> std::result::Result<String, String> {
        let found = self.find().map_err(|error| error.to_string())?;
        let credentials = wait_for(found.resolve()).map_err(|error| error.to_string())?;
        Ok(credentials.map(|credentials| credentials.access_key_id().to_owned()).unwrap_or_default())
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(format!("{}/{name}", self.home.path())).unwrap()
    }
}

/// The Security Token Service's answer to AssumeRole.
pub(crate) fn role_answer(key: &str) -> (u16, String) {
    let credentials = format!(
        "<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
         <Expiration>1970-01-01T01:00:00Z</Expiration>"
    );
    let result = format!("<AssumeRoleResult><Credentials>{credentials}</Credentials></AssumeRoleResult>");
    (200, format!("<AssumeRoleResponse>{result}</AssumeRoleResponse>"))
}

pub(crate) fn wait_for<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}
