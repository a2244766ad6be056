//! Options of sockets that tokio does not offer.

use std::io;

use tokio::net::TcpStream;

/// Makes the system check now and then that the other side is still there.
pub(crate) fn keep_alive(stream: &TcpStream) -> io::Result<()> {
    Ok(rustix::net::sockopt::set_socket_keepalive(stream, true)?)
}
