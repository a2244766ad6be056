//! The responses of the endpoint, and the requests it got.
//!
//! Calls of Step Functions take the scripted responses in turn, the last one again and again; anything else goes by routes.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::support::raw::Raw;

/// How the operation's target starts; what bears it is a call of Step Functions.
pub const TARGET: &str = "AWSStepFunctions.";

/// One request as it arrived.
#[derive(Clone, Debug)]
pub struct Request {
    /// `POST`, `CONNECT` …
    pub method: String,
    /// The target of the request line as sent: a path, a URL (through a proxy) or `host:port` (`CONNECT`).
    pub path: String,
    /// The headers, names in lower case; the last of a repeated one.
    pub headers: BTreeMap<String, String>,
    /// The body; bytes that are not UTF-8 are replaced.
    pub body: String,
}

impl Request {
    /// A header by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The operation called, such as `AWSStepFunctions.RedriveExecution`; empty for anything but an AWS JSON call.
    pub fn target(&self) -> &str {
        self.header("x-amz-target").unwrap_or_default()
    }

    /// Whether this is a call of Step Functions.
    pub fn is_call(&self) -> bool {
        self.target().starts_with(TARGET)
    }
}

/// What to do instead of, or with, an answer.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Close the connection in an orderly way, with no answer.
    Close,
    /// Reset the connection (RST), with no answer.
    Reset,
    /// Announce 50 bytes more than follow, then close.
    Truncate,
}

/// One answer. Without a body of its own it is empty text with status 200.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reply {
    /// The HTTP status; 200 where it is not given.
    pub status: Option<u16>,
    /// Headers beside, or instead of, the usual ones.
    pub headers: BTreeMap<String, Raw>,
    /// The body as JSON, sent digit by digit as it stands in the case.
    #[serde(deserialize_with = "even_null")]
    pub json: Option<Box<RawValue>>,
    /// The body as it is, announced as JSON.
    pub raw: Option<Raw>,
    /// The body as it is, announced as plain text.
    pub text: Option<Raw>,
    /// Seconds to wait before anything else.
    pub delay: Option<f64>,
    /// What to do instead of answering in full.
    pub action: Option<Action>,
}

/// `null` is a body too, not the lack of one.
fn even_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::<RawValue>::deserialize(deserializer).map(Some)
}

impl Reply {
    /// An answer with this status and this text.
    pub fn text(status: u16, text: &str) -> Self {
        Self { status: Some(status), text: Some(text.into()), ..Self::default() }
    }

    /// The body's bytes and their type.
    pub fn body(&self) -> (&[u8], &'static str) {
        const JSON: &str = "application/x-amz-json-1.0";
        match (&self.json, &self.raw, &self.text) {
            (Some(json), _, _) => (json.get().as_bytes(), JSON),
            (None, Some(raw), _) => (&raw.0, JSON),
            (None, None, text) => (text.as_ref().map_or(&[], |text| &text.0), "text/plain"),
        }
    }
}

/// What a request must look like to get an answer that is not for Step Functions. What is not given does not matter.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Match {
    /// The method.
    pub method: Option<String>,
    /// The target of the request line.
    pub path: Option<String>,
    /// How the target of the request line starts.
    pub path_prefix: Option<String>,
    /// Something the body holds.
    pub body_contains: Option<String>,
}

impl Match {
    fn fits(&self, request: &Request) -> bool {
        let given = |wanted: &Option<String>, holds: &dyn Fn(&str) -> bool| wanted.as_deref().is_none_or(holds);
        given(&self.method, &|method| request.method == method)
            && given(&self.path, &|path| request.path == path)
            && given(&self.path_prefix, &|prefix| request.path.starts_with(prefix))
            && given(&self.body_contains, &|part| request.body.contains(part))
    }
}

/// An answer to whatever fits.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    #[serde(rename = "match")]
    pub matching: Match,
    pub respond: Reply,
}

/// The responses, and a record of the requests.
pub struct Script {
    responses: Vec<Reply>,
    routes: Vec<Route>,
    played: Mutex<Played>,
}

#[derive(Default)]
struct Played {
    calls: usize,
    requests: Vec<Request>,
}

impl Script {
    /// A script of these answers.
    pub fn new(responses: Vec<Reply>, routes: Vec<Route>) -> Self {
        Self { responses, routes, played: Mutex::default() }
    }

    /// Records a request and finds its answer.
    pub fn answer(&self, request: Request) -> Reply {
        let mut played = self.played();
        let reply = if request.is_call() {
            let turn = played.calls.min(self.responses.len().saturating_sub(1));
            played.calls += 1;
            self.responses.get(turn)
        } else {
            self.routes.iter().find(|route| route.matching.fits(&request)).map(|route| &route.respond)
        };
        let reply = reply.cloned().unwrap_or_else(|| Reply::text(404, "no such route"));
        played.requests.push(request);
        reply
    }

    /// What has arrived so far, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.played().requests.clone()
    }

    fn played(&self) -> MutexGuard<'_, Played> {
        self.played.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
