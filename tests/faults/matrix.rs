//! The matrix itself: points of an exchange, faults, and what must come of each pair.

use super::peer::{Act, Play};

/// The faults, by column.
pub const FAULTS: [&str; 7] = ["refused", "reset", "closed", "stalled", "garbage", "drip", "oversized"];

/// Points before anything is encrypted, or where nothing ever is, and the outcome of each fault; `-` where there is no such case.
///
/// A drip is what should come, slowly, except where nothing should: there it is garbage, slowly. Two differ from the AWS CLI: it
/// takes an answer of any size, where more than 16 MiB is refused here; and it takes half a header for all of them, and ends well
/// with nothing to show, where the answer counts as broken here (and is requested again with the same token).
const HTTP: &[(&str, [&str; 7])] = &[
    ("dns", ["connect", "-", "-", "-", "-", "-", "-"]),
    ("connect", ["connect", "closed", "closed", "connect-timeout", "closed", "closed", "closed"]),
    ("request", ["-", "closed", "closed", "read-timeout", "closed", "closed", "closed"]),
    ("early", ["-", "-", "-", "ok", "-", "-", "-"]),
    ("answer", ["-", "closed", "closed", "read-timeout", "closed", "ok", "closed"]),
    ("status", ["-", "closed", "closed", "read-timeout", "closed", "ok", "closed"]),
    ("headers", ["-", "closed", "closed", "read-timeout", "nothing", "ok", "closed"]),
    ("body", ["-", "closed", "nothing", "read-timeout", "nothing", "ok", "too-large"]),
    ("chunks", ["-", "closed", "closed", "read-timeout", "closed", "ok", "too-large"]),
    ("open-body", ["-", "closed", "nothing", "read-timeout", "nothing", "ok", "too-large"]),
    ("trailing", ["-", "ok", "ok", "ok", "ok", "ok", "ok"]),
];

/// Points that only a TLS connection has.
const HANDSHAKE: &[(&str, [&str; 7])] = &[
    ("handshake", ["connect", "closed", "tls", "read-timeout", "tls", "tls", "tls"]),
    ("proxy", ["proxy", "closed", "closed", "read-timeout", "closed", "closed", "closed"]),
];

/// How a run must end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// The answer is shown.
    Success,
    /// The service took the redrive; of its answer nothing could be read.
    Nothing,
    Connect,
    ConnectTimeout,
    Closed,
    ReadTimeout,
    Tls,
    Proxy,
    TooLarge,
}

const OUTCOMES: [(&str, Outcome, &str); 9] = [
    ("ok", Outcome::Success, ""),
    ("nothing", Outcome::Nothing, ""),
    ("connect", Outcome::Connect, "Could not connect to the endpoint URL: \""),
    ("connect-timeout", Outcome::ConnectTimeout, "Connect timeout on endpoint URL: \""),
    ("closed", Outcome::Closed, "Connection was closed before we received a valid response from endpoint URL: \""),
    ("read-timeout", Outcome::ReadTimeout, "Read timeout on endpoint URL: \""),
    ("tls", Outcome::Tls, "SSL validation failed for https://"),
    ("proxy", Outcome::Proxy, "Failed to connect to proxy URL: \"http://***:***@127.0.0.1"),
    ("too-large", Outcome::TooLarge, "An HTTP Client raised an unhandled exception: the response is larger than"),
];

impl Outcome {
    fn named(word: &str) -> Option<Self> {
        OUTCOMES.iter().find(|(name, ..)| *name == word).map(|(_, outcome, _)| *outcome)
    }

    /// Its word in the matrix.
    pub fn word(self) -> &'static str {
        OUTCOMES.iter().find(|(_, outcome, _)| *outcome == self).map_or("", |(name, ..)| name)
    }

    /// What standard error holds.
    pub fn message(self) -> &'static str {
        OUTCOMES.iter().find(|(_, outcome, _)| *outcome == self).map_or("", |(.., message)| message)
    }

    /// The exit status.
    pub fn status(self) -> i32 {
        if matches!(self, Self::Success | Self::Nothing) { 0 } else { 255 }
    }

    /// How many of two attempts are made: what will not get better is not tried again.
    pub fn attempts(self) -> usize {
        if matches!(self, Self::Success | Self::Nothing | Self::TooLarge) { 1 } else { 2 }
    }
}

/// One cell.
pub struct Cell {
    /// `http/body`
    pub point: String,
    /// The column.
    pub fault: usize,
    /// Whether the peer knows TLS.
    pub tls: bool,
    pub play: Play,
    pub outcome: Outcome,
}

impl Cell {
    /// `http/body reset`
    pub fn name(&self) -> String {
        format!("{} {}", self.point, FAULTS[self.fault])
    }

    pub fn through_proxy(&self) -> bool {
        self.point.ends_with("/proxy")
    }

    /// Whether connections can be counted.
    pub fn reaches_peer(&self) -> bool {
        matches!(self.play, Play::Acts(_)) && !self.point.ends_with("/dns")
    }

    /// The endpoint to give.
    pub fn url(&self, port: u16) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        if self.point.ends_with("/dns") {
            // A well-formed name that is a byte too long for a query: no resolver gets it.
            let name = [["a"; 50].concat().as_str(); 5].join(".");
            return format!("{scheme}://{name}:{port}");
        }
        format!("{scheme}://127.0.0.1:{port}")
    }
}

/// All cells.
pub fn cells() -> Vec<Cell> {
    let http = HTTP.iter().map(|row| ("http", row));
    let https = HTTP.iter().filter(|(point, _)| *point != "dns" && *point != "connect").map(|row| ("https", row));
    let handshake = HANDSHAKE.iter().map(|row| ("https", row));
    let mut cells = Vec::new();
    for (scheme, (point, outcomes)) in http.chain(handshake).chain(https) {
        for (fault, word) in outcomes.iter().enumerate() {
            if *word == "-" {
                continue;
            }
            let outcome = Outcome::named(word).expect("the table's words are outcomes");
            let tls = scheme == "https";
            cells.push(Cell {
                point: format!("{scheme}/{point}"),
                fault,
                tls,
                play: play(point, FAULTS[fault], tls),
                outcome,
            });
        }
    }
    cells
}

const BODY: &str = r#"{"redriveDate": 1700000000.123}"#;
/// A chunk of some size: small ones would be a test of patience.
static CHUNK: [u8; 4096 + 8] = {
    let mut chunk = [b'x'; 4096 + 8];
    let (size, end) = (*b"1000\r\n", *b"\r\n");
    let mut at = 0;
    while at < size.len() {
        chunk[at] = size[at];
        at += 1;
    }
    chunk[4096 + 6] = end[0];
    chunk[4096 + 7] = end[1];
    chunk
};
/// More than is ever read.
const FLOOD: usize = 24 * 1024 * 1024;

fn play(point: &str, fault: &str, tls: bool) -> Play {
    if fault == "refused" {
        return Play::Refuse;
    }
    if (point, fault) == ("connect", "stalled") {
        return Play::Ignore;
    }
    let length = BODY.len();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\n";
    let complete = format!("{head}Content-Length: {length}\r\n\r\n{BODY}");
    let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
    // Before the fault: what has been read, and what has been sent. After it: what was still to come. And what does not belong there.
    let (read, sent, rest, flood): (_, String, String, &'static [u8]) = match point {
        "connect" | "handshake" | "proxy" => (None, String::new(), garbage(), b"\x7fnonsense"),
        "request" => (Some(Act::ReadSome(20)), String::new(), garbage(), b"nonsense"),
        // An overloaded server answers without reading.
        "early" => (None, complete, String::new(), b"nonsense"),
        "answer" => (Some(Act::ReadAll), String::new(), complete, b"nonsense"),
        "status" => (Some(Act::ReadAll), complete[..10].to_owned(), complete[10..].to_owned(), b"nonsense"),
        "headers" => (Some(Act::ReadAll), complete[..24].to_owned(), complete[24..].to_owned(), b"nonsense"),
        "body" if fault == "oversized" => {
            (Some(Act::ReadAll), format!("{head}Content-Length: {FLOOD}\r\n\r\n"), String::new(), b"nonsense")
        }
        "body" => {
            let (sent, rest) = complete.split_at(complete.len() - 5);
            (Some(Act::ReadAll), sent.to_owned(), rest.to_owned(), b"nonsense")
        }
        "chunks" => {
            let sent = format!("{head}Transfer-Encoding: chunked\r\n\r\n{}", chunk(&BODY[..9]));
            (Some(Act::ReadAll), sent, format!("{}0\r\n\r\n", chunk(&BODY[9..])), &CHUNK)
        }
        "open-body" => {
            let sent = format!("{head}Connection: close\r\n\r\n{}", &BODY[..9]);
            (Some(Act::ReadAll), sent, BODY[9..].to_owned(), b"nonsense")
        }
        "trailing" => (Some(Act::ReadAll), complete, garbage(), b"nonsense"),
        other => unreachable!("no point {other}"),
    };
    let mut acts = Vec::new();
    if tls && !matches!(point, "handshake" | "proxy") {
        acts.push(Act::Handshake);
    }
    acts.extend(read);
    if !sent.is_empty() {
        acts.push(Act::Send(sent.into_bytes()));
    }
    match fault {
        "reset" => acts.push(Act::Reset),
        "closed" => {}
        "stalled" => acts.push(Act::Stall),
        "garbage" if point == "body" => acts.push(Act::Send(b"\x01\x02\x03zz".to_vec())),
        "garbage" => acts.push(Act::Send(garbage().into_bytes())),
        "drip" => acts.push(Act::Drip(rest.into_bytes())),
        "oversized" => acts.push(Act::Flood(flood, FLOOD)),
        other => unreachable!("no fault {other}"),
    }
    Play::Acts(acts)
}

fn garbage() -> String {
    "\u{1}\u{2}*** this is no HTTP and no TLS ***\r\n\r\n".to_owned()
}
