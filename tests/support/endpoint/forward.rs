//! An endpoint as a forward proxy: it records each request, then passes it on.

use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::script::{Reply, Request};

/// A forward proxy in front of an endpoint, whatever host a request names.
pub struct Forward {
    /// The port of 127.0.0.1 that tunnels lead to.
    to: u16,
    /// The response to every request, in place of passing it on.
    refusal: Option<Reply>,
    requests: Mutex<Vec<ProxyRequest>>,
}

/// One request as the proxy saw it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ProxyRequest {
    /// Method and target.
    pub line: String,
    /// The header `Proxy-Authorization`.
    pub authorization: Option<String>,
}

impl Forward {
    /// A proxy that leads to this port, or refuses.
    pub fn new(to: u16, refusal: Option<Reply>) -> Self {
        Self { to, refusal, requests: Mutex::default() }
    }

    /// Records a request; returns the refusal, if there is one.
    pub fn record(&self, request: &Request) -> Option<&Reply> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(ProxyRequest {
            line: format!("{} {}", request.method, request.path),
            authorization: request.header("proxy-authorization").map(str::to_owned),
        });
        self.refusal.as_ref()
    }

    /// The requests so far, in order.
    pub fn requests(&self) -> Vec<ProxyRequest> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
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

/// One direction of a tunnel. A broken end counts as a finished one.
fn carry(mut from: &TcpStream, mut to: &TcpStream) {
    let _ = io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}
