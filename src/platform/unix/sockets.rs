//! Options of sockets that tokio does not offer.

use std::io;

use tokio::net::TcpStream;

/// Lets the system look now and then whether the other side is still there.
pub(crate) fn keep_alive(stream: &TcpStream) -> io::Result<()> {
    Ok(rustix::net::sockopt::set_socket_keepalive(stream, true)?)
}
