//! Just enough HTTP/1.1 for a server: a request read, an answer written.
//!
//! Refuses chunked bodies: nothing that is tested here sends any.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read, Write};

use super::script::{Action, Reply, Request};

/// The longest line and the largest body taken.
const LINE_LIMIT: u64 = 65_536;
const BODY_LIMIT: u64 = 16 * 1024 * 1024;

/// What came in on a connection.
pub enum Incoming {
    /// A request, and whether the client wants to go on with the connection afterwards.
    Request(Request, bool),
    /// The client is done.
    End,
    /// Anything but an HTTP request.
    Malformed,
}

/// Reads one request. `invite` is called before the body is read where the client waits for `100 Continue`.
pub fn read_request<R: BufRead>(wire: &mut R, invite: impl FnOnce(&mut R) -> io::Result<()>) -> io::Result<Incoming> {
    let Some(first) = read_line(wire)? else { return Ok(Incoming::End) };
    let mut words = first.split_ascii_whitespace();
    let (Some(method), Some(path), Some(version), None) = (words.next(), words.next(), words.next(), words.next())
    else {
        return Ok(Incoming::Malformed);
    };
    if !version.starts_with("HTTP/1.") {
        return Ok(Incoming::Malformed);
    }
    let mut headers = BTreeMap::new();
    loop {
        let Some(line) = read_line(wire)? else { return Ok(Incoming::End) };
        if line.is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else { return Ok(Incoming::Malformed) };
        headers.insert(name.to_ascii_lowercase(), value.trim_start_matches([' ', '\t']).to_owned());
    }
    let header = |name: &str| headers.get(name).map(String::as_str).unwrap_or_default();
    let Ok(length) = header("content-length").parse::<u64>().or_else(|error| {
        let absent = header("content-length").is_empty();
        if absent { Ok(0) } else { Err(error) }
    }) else {
        return Ok(Incoming::Malformed);
    };
    if length > BODY_LIMIT || !header("transfer-encoding").is_empty() {
        return Ok(Incoming::Malformed);
    }
    let stays = match header("connection").to_ascii_lowercase().as_str() {
        "close" => false,
        "keep-alive" => true,
        _ => version != "HTTP/1.0",
    };
    if header("expect").eq_ignore_ascii_case("100-continue") {
        invite(wire)?;
    }
    let mut body = Vec::new();
    wire.take(length).read_to_end(&mut body)?;
    if (body.len() as u64) < length {
        return Ok(Incoming::End);
    }
    let body = String::from_utf8_lossy(&body).into_owned();
    Ok(Incoming::Request(Request { method: method.to_owned(), path: one_slash(path), headers, body }, stays))
}

/// A target that starts with one slash where it starts with several: the recorded requests were taken down so.
fn one_slash(path: &str) -> String {
    match path.strip_prefix("//") {
        Some(rest) => format!("/{}", rest.trim_start_matches('/')),
        None => path.to_owned(),
    }
}

/// A line without its end; `None` at the end of the stream. Bytes are Latin-1, as in any header.
fn read_line(wire: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    wire.take(LINE_LIMIT).read_until(b'\n', &mut line)?;
    if line.pop() != Some(b'\n') {
        return Ok(None);
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(Some(line.into_iter().map(char::from).collect()))
}

/// Writes an answer; `bodiless` for a `HEAD`. The date is in the form of RFC 9110.
pub fn write_reply(wire: &mut impl Write, reply: &Reply, date: &str, bodiless: bool) -> io::Result<()> {
    let (body, kind) = reply.body();
    let announced = body.len() + if reply.action == Some(Action::Truncate) { 50 } else { 0 };
    let status = reply.status.unwrap_or(200);
    let mut message = format!("HTTP/1.1 {status} {}\r\nDate: {date}\r\n", reason(status)).into_bytes();
    let mut headers: Vec<(&str, &[u8])> =
        vec![("Content-Type", kind.as_bytes()), ("x-amzn-RequestId", b"11111111-2222-3333-4444-555555555555")];
    for (name, value) in &reply.headers {
        headers.retain(|(usual, _)| !usual.eq_ignore_ascii_case(name));
        headers.push((name, &value.0));
    }
    let length = announced.to_string();
    headers.push(("Content-Length", length.as_bytes()));
    for (name, value) in headers {
        message.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
    }
    message.extend(b"\r\n");
    wire.write_all(&message)?;
    if !bodiless {
        wire.write_all(body)?;
    }
    wire.flush()
}

/// The reason phrase of a status; the service's own statuses and the usual ones of a proxy.
fn reason(status: u16) -> String {
    http::StatusCode::from_u16(status).ok().and_then(|code| code.canonical_reason()).unwrap_or_default().to_owned()
}
