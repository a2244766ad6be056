//! What makes an endpoint a forward proxy: it notes who asks for what, then passes it on.

use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::script::{Reply, Request};

/// A forward proxy in front of an endpoint, whatever host it is asked for.
pub struct Forward {
    /// The port of 127.0.0.1 that tunnels lead to.
    to: u16,
    /// The answer to everything, in place of passing it on.
    refusal: Option<Reply>,
    asked: Mutex<Vec<Asked>>,
}

/// One request as the proxy saw it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Asked {
    /// Method and target.
    pub line: String,
    /// The header `Proxy-Authorization`.
    pub authorization: Option<String>,
}

impl Forward {
    /// A proxy that leads to this port, or refuses.
    pub fn new(to: u16, refusal: Option<Reply>) -> Self {
        Self { to, refusal, asked: Mutex::default() }
    }

    /// Notes a request. The answer is the refusal, if there is one.
    pub fn note(&self, request: &Request) -> Option<&Reply> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(Asked {
            line: format!("{} {}", request.method, request.path),
            authorization: request.header("proxy-authorization").map(str::to_owned),
        });
        self.refusal.as_ref()
    }

    /// What was asked so far, in order.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Opens a tunnel and carries bytes both ways until both ends are done.
    pub fn tunnel(&self, mut client: &TcpStream) -> io::Result<()> {
        let server = TcpStream::connect(("127.0.0.1", self.to))?;
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
        thread::scope(|scope| {
            scope.spawn(|| carry(client, &server));
            carry(&server, client);
        });
        Ok(())
    }
}

/// One way of a tunnel. A broken end is as good as a finished one.
fn carry(mut from: &TcpStream, mut to: &TcpStream) {
    let _ = io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}
