//! One connection of the endpoint: requests in, answers or mischief out.

use std::io::{self, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::{ServerConnection, StreamOwned};

use super::Server;
use super::http::{self, Incoming};
use super::script::{Action, Reply};

/// A connection as its two ends see it, encrypted or not.
trait Wire: Read + Write {}

impl<T: Read + Write> Wire for T {}

/// Serves a connection to its end. Errors are the client's doing: a handshake refused, a connection dropped.
pub fn serve(stream: Arc<TcpStream>, server: &Server) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let wire: Box<dyn Wire + '_> = match server.tls.clone() {
        Some(config) => {
            let mut session = ServerConnection::new(config).map_err(io::Error::other)?;
            shake_hands(&mut session, &stream)?;
            Box::new(StreamOwned::new(session, &*stream))
        }
        None => Box::new(&*stream),
    };
    let mut wire = BufReader::new(wire);
    loop {
        let incoming = http::read_request(&mut wire, |wire| {
            wire.get_mut().write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
            wire.get_mut().flush()
        })?;
        let (request, stays) = match incoming {
            Incoming::Request(request, stays) => (request, stays),
            Incoming::End => return Ok(()),
            Incoming::Malformed => {
                let refusal = Reply::text(400, "not a request");
                http::write_reply(wire.get_mut(), &refusal, &date(), false)?;
                break;
            }
        };
        let bodiless = request.method == "HEAD";
        if let Some(forward) = &server.forward {
            if let Some(refusal) = forward.record(&request) {
                http::write_reply(wire.get_mut(), refusal, &date(), bodiless)?;
                break;
            }
            if request.method == "CONNECT" {
                return forward.tunnel(&stream);
            }
        }
        let reply = server.script.answer(request);
        if let Some(seconds) = reply.delay {
            server.closing.delay(Duration::from_secs_f64(seconds));
        }
        match reply.action {
            Some(Action::Close) => return stream.shutdown(Shutdown::Both),
            Some(Action::Reset) => {
                // Closing with no time to linger discards what is unsent and resets the connection.
                return Ok(rustix::net::sockopt::set_socket_linger(&*stream, Some(Duration::ZERO))?);
            }
            Some(Action::Truncate) | None => http::write_reply(wire.get_mut(), &reply, &date(), bodiless)?,
        }
        if reply.action.is_some() || !stays {
            break;
        }
    }
    stream.shutdown(Shutdown::Write)
}

/// The handshake by hand: where it fails, nothing is written any more that a client without TLS could take for an answer.
fn shake_hands(session: &mut ServerConnection, mut stream: &TcpStream) -> io::Result<()> {
    while session.is_handshaking() {
        if session.wants_write() {
            session.write_tls(&mut stream)?;
        } else if session.read_tls(&mut stream)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        } else {
            session.process_new_packets().map_err(io::Error::other)?;
        }
    }
    Ok(())
}

/// Now, in the form of RFC 9110.
fn date() -> String {
    jiff::Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
