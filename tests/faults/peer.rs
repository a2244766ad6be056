//! The other end of a connection that goes wrong: a socket on loopback that plays its script anew on each connection.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::net::{AddressFamily, SocketType};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// The longest that a thread waits for its client.
const PATIENCE: Duration = Duration::from_secs(15);

/// One step of a play.
#[derive(Clone, Debug)]
pub enum Act {
    /// Shake hands for TLS; what follows is encrypted.
    Handshake,
    /// Read this many bytes of the request.
    ReadSome(usize),
    /// Read the entire request.
    ReadAll,
    /// Send this.
    Send(Vec<u8>),
    /// Send this a little at a time, each piece long before the client gives up, all of it long after.
    Drip(Vec<u8>),
    /// Send this again and again, this many bytes in all.
    Flood(&'static [u8], usize),
    /// Do nothing until the client goes.
    Stall,
    /// Keep the connection, read nothing and send nothing, until the play ends.
    Ignore,
    /// Reset the connection.
    Reset,
}

/// What happens to those who connect.
#[derive(Clone, Debug)]
pub enum Play {
    /// Nothing listens.
    Refuse,
    /// No connection is accepted, and the queue is full.
    Ignore,
    /// This, then the connection is closed.
    Acts(Vec<Act>),
}

/// A socket with a play. Dropping it ends it.
pub struct Peer {
    address: SocketAddr,
    seen: Arc<Seen>,
    /// Kept, not used: the socket itself, and those that fill its queue.
    _held: (Option<OwnedFd>, Vec<OwnedFd>),
    serves: bool,
}

#[derive(Default)]
struct Seen {
    ended: AtomicBool,
    connections: AtomicUsize,
    requests: Mutex<Vec<Vec<u8>>>,
}

impl Seen {
    fn requests(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Peer {
    /// Starts on a free port of 127.0.0.1.
    pub fn start(play: Play, tls: Option<Arc<ServerConfig>>) -> io::Result<Self> {
        let seen = Arc::new(Seen::default());
        let acts = match play {
            Play::Acts(acts) => acts,
            other => {
                let socket = rustix::net::socket(AddressFamily::INET, SocketType::STREAM, None)?;
                rustix::io::fcntl_setfd(&socket, rustix::io::FdFlags::CLOEXEC)?;
                rustix::net::bind(&socket, &SocketAddr::from(([127, 0, 0, 1], 0)))?;
                let address = SocketAddr::try_from(rustix::net::getsockname(&socket)?)?;
                let queue = if matches!(other, Play::Ignore) { fill(&socket, address)? } else { Vec::new() };
                return Ok(Self { address, seen, _held: (Some(socket), queue), serves: false });
            }
        };
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let peer = Self { address, seen: Arc::clone(&seen), _held: (None, Vec::new()), serves: true };
        thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                if seen.ended.load(Ordering::Acquire) {
                    break;
                }
                seen.connections.fetch_add(1, Ordering::AcqRel);
                let (acts, tls, seen) = (acts.clone(), tls.clone(), Arc::clone(&seen));
                // A connection that breaks is what this is about.
                thread::spawn(move || drop(perform(stream, &acts, tls, &seen)));
            }
        });
        Ok(peer)
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::Acquire)
    }

    /// The requests that arrived completely.
    pub fn requests(&self) -> Vec<Vec<u8>> {
        self.seen.requests().clone()
    }

    /// The client tokens of those requests.
    pub fn tokens(&self) -> Vec<String> {
        let token = |request: &Vec<u8>| {
            let text = String::from_utf8_lossy(request);
            let (_, rest) = text.split_once("\"clientToken\"")?;
            rest.split('"').nth(1).map(str::to_owned)
        };
        self.seen.requests().iter().filter_map(token).collect()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.seen.ended.store(true, Ordering::Release);
        if self.serves {
            let _ = TcpStream::connect(self.address);
        }
    }
}

/// Listens with the shortest queue, and fills it, so that no other connection gets in.
fn fill(socket: &OwnedFd, address: SocketAddr) -> io::Result<Vec<OwnedFd>> {
    rustix::net::listen(socket, 0)?;
    let mut queue = Vec::new();
    for _ in 0..4 {
        let waiting = rustix::net::socket(AddressFamily::INET, SocketType::STREAM, None)?;
        rustix::io::fcntl_setfd(&waiting, rustix::io::FdFlags::CLOEXEC)?;
        rustix::io::ioctl_fionbio(&waiting, true)?;
        let _ = rustix::net::connect(&waiting, &address);
        queue.push(waiting);
    }
    Ok(queue)
}

enum Wire {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Wire {
    fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(session) => &session.sock,
        }
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            Self::Tls(session) => session.read(buffer),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.write_all(bytes),
            Self::Tls(session) => session.write_all(bytes).and_then(|()| session.flush()),
        }
    }
}

fn perform(stream: TcpStream, acts: &[Act], tls: Option<Arc<ServerConfig>>, seen: &Seen) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut wire = Wire::Plain(stream);
    for act in acts {
        match act {
            Act::Handshake => {
                let Wire::Plain(stream) = wire else { return Err(io::ErrorKind::InvalidInput.into()) };
                let config = tls.clone().ok_or(io::ErrorKind::InvalidInput)?;
                let mut session = ServerConnection::new(config).map_err(io::Error::other)?;
                while session.is_handshaking() {
                    session.complete_io(&mut &stream)?;
                }
                wire = Wire::Tls(Box::new(StreamOwned::new(session, stream)));
            }
            Act::ReadSome(count) => {
                let mut byte = [0];
                for _ in 0..*count {
                    wire.read(&mut byte)?;
                }
            }
            Act::ReadAll => {
                let request = request(&mut wire)?;
                seen.requests().push(request);
            }
            Act::Send(bytes) => wire.write(bytes)?,
            Act::Drip(bytes) => {
                let piece = bytes.len().div_ceil(24).max(1);
                for piece in bytes.chunks(piece) {
                    wire.write(piece)?;
                    thread::sleep(Duration::from_millis(70));
                }
            }
            Act::Flood(bytes, total) => {
                let block = bytes.repeat((64 * 1024 / bytes.len()).max(1));
                for _ in 0..total.div_ceil(block.len()) {
                    wire.write(&block)?;
                }
            }
            Act::Stall => {
                let mut rest = [0; 4096];
                while wire.read(&mut rest)? > 0 {}
            }
            Act::Ignore => {
                let begun = Instant::now();
                while !seen.ended.load(Ordering::Acquire) && begun.elapsed() < PATIENCE {
                    thread::sleep(Duration::from_millis(20));
                }
            }
            Act::Reset => {
                // Closing with no time to linger discards what is unsent and resets the connection.
                rustix::net::sockopt::set_socket_linger(wire.socket(), Some(Duration::ZERO))?;
                return Ok(());
            }
        }
    }
    // What is closed with bytes unread resets; so an orderly end is announced, and the client's is waited for.
    wire.socket().shutdown(std::net::Shutdown::Write)?;
    let mut rest = [0; 4096];
    while wire.socket().read(&mut rest)? > 0 {}
    Ok(())
}

/// A request, to the end of its body.
fn request(wire: &mut Wire) -> io::Result<Vec<u8>> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let count = wire.read(&mut buffer)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.and_then(|length| length.trim().parse().ok()).unwrap_or_default();
        if body.len() >= length {
            return Ok(bytes);
        }
    }
}
