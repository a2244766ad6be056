//! A scripted HTTP endpoint on loopback: plain threads, with or without TLS.
//!
//! Responds as its [`Script`] wants and keeps the requests. It can serve as a proxy: it takes absolute targets and `CONNECT` like any
//! other request.

mod connection;
pub mod forward;
mod http;
pub mod script;
#[cfg(test)]
mod tests;

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::net::{AddressFamily, SocketType};
use rustls::ServerConfig;

use self::forward::{Forward, ProxyRequest};
use self::script::{Reply, Request, Script};

/// A running endpoint. Dropping it ends it: open connections are shut down and their threads joined.
pub struct Endpoint {
    address: SocketAddr,
    script: Arc<Script>,
    forward: Option<Arc<Forward>>,
    closing: Arc<Closing>,
    listener: Option<JoinHandle<()>>,
}

impl Endpoint {
    /// Starts on a free port of 127.0.0.1.
    pub fn start(script: Script, tls: Option<Arc<ServerConfig>>) -> io::Result<Self> {
        Self::serve(Arc::new(script), tls, None)
    }

    /// Starts a forward proxy in front of this endpoint. What it passes on without a tunnel arrives here as sent to the proxy.
    pub fn proxy(&self, refusal: Option<Reply>) -> io::Result<Self> {
        Self::serve(Arc::clone(&self.script), None, Some(Arc::new(Forward::new(self.port(), refusal))))
    }

    fn serve(script: Arc<Script>, tls: Option<Arc<ServerConfig>>, forward: Option<Arc<Forward>>) -> io::Result<Self> {
        let socket = TcpListener::bind(("127.0.0.1", 0))?;
        let address = socket.local_addr()?;
        let closing = Arc::new(Closing::default());
        let listener = {
            let server =
                Server { script: Arc::clone(&script), tls, forward: forward.clone(), closing: Arc::clone(&closing) };
            thread::spawn(move || listen(&socket, &Arc::new(server)))
        };
        Ok(Self { address, script, forward, closing, listener: Some(listener) })
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What has arrived so far, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.script.requests()
    }

    /// The requests to a forward proxy so far, in order.
    pub fn proxied(&self) -> Vec<ProxyRequest> {
        self.forward.as_ref().map(|forward| forward.requests()).unwrap_or_default()
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.closing.announce();
        // The listener waits for a connection: this is the last one. Where it cannot be had, the thread is left behind.
        if TcpStream::connect(self.address).is_ok()
            && let Some(listener) = self.listener.take()
        {
            let _ = listener.join();
        }
    }
}

/// What all connections of an endpoint share.
struct Server {
    script: Arc<Script>,
    tls: Option<Arc<ServerConfig>>,
    forward: Option<Arc<Forward>>,
    closing: Arc<Closing>,
}

/// Accepts connections until the end is announced, then ends them.
fn listen(socket: &TcpListener, server: &Arc<Server>) {
    // Only the connection's own thread holds its socket: a reset happens when the last holder drops it.
    let mut open: Vec<(Weak<TcpStream>, JoinHandle<()>)> = Vec::new();
    while let Ok((stream, _)) = socket.accept() {
        if server.closing.announced() {
            break;
        }
        let stream = Arc::new(stream);
        let server = Arc::clone(server);
        let watched = Arc::downgrade(&stream);
        // A connection that breaks is the client's business.
        open.push((watched, thread::spawn(move || drop(connection::serve(stream, &server)))));
    }
    for (stream, thread) in open {
        if let Some(stream) = stream.upgrade() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        let _ = thread.join();
    }
}

/// The announcement that the endpoint ends, which cuts a delay short.
#[derive(Default)]
struct Closing {
    announced: Mutex<bool>,
    changed: Condvar,
}

impl Closing {
    fn announce(&self) {
        *self.lock() = true;
        self.changed.notify_all();
    }

    fn announced(&self) -> bool {
        *self.lock()
    }

    /// Waits as long as a reply is to be delayed, or until the endpoint ends.
    fn delay(&self, time: Duration) {
        drop(self.changed.wait_timeout_while(self.lock(), time, |announced| !*announced));
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.announced.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A port that is taken and on which nothing listens, for as long as this lives.
pub struct DeadPort {
    _socket: OwnedFd,
    port: u16,
}

impl DeadPort {
    /// Takes one on 127.0.0.1.
    pub fn take() -> io::Result<Self> {
        let socket = rustix::net::socket(AddressFamily::INET, SocketType::STREAM, None)?;
        rustix::io::fcntl_setfd(&socket, rustix::io::FdFlags::CLOEXEC)?;
        rustix::net::bind(&socket, &SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let address = SocketAddr::try_from(rustix::net::getsockname(&socket)?)?;
        Ok(Self { _socket: socket, port: address.port() })
    }

    /// The port.
    pub fn number(&self) -> u16 {
        self.port
    }
}
