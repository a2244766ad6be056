//! A connection: plain or TLS, with a limit on how long a read may wait, as a socket's own timeout would set it.

use std::fmt::Debug;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper_util::client::legacy::connect::{Connected, Connection};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// What a connection runs over: a socket, or TLS on one.
pub(crate) trait Wire: AsyncRead + AsyncWrite + Debug + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Debug + Send + Unpin> Wire for T {}

#[derive(Debug)]
pub(crate) struct Stream {
    wire: Box<dyn Wire>,
    /// Whether a proxy reads the requests, which then name the whole URL.
    proxied: bool,
    read_timeout: Option<Duration>,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Stream {
    /// Wraps a connection; a read that waits longer than `read_timeout` fails with [`io::ErrorKind::TimedOut`].
    pub(crate) fn new(wire: Box<dyn Wire>, proxied: bool, read_timeout: Option<Duration>) -> Self {
        Self { wire, proxied, read_timeout, waiting: None }
    }
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new().proxy(self.proxied)
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = match Pin::new(&mut self.wire).poll_read(context, buffer) {
            // TLS without a close_notify, as many servers end it. The length shows whether the response is complete.
            Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => Poll::Ready(Ok(())),
            other => other,
        };
        match (read, self.read_timeout) {
            (Poll::Ready(done), _) => {
                self.waiting = None;
                Poll::Ready(done)
            }
            (Poll::Pending, None) => Poll::Pending,
            (Poll::Pending, Some(limit)) => {
                let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(limit)));
                waiting.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        // The wait for the response starts when the request is sent. hyper has polled the read before and will not again until
        // something wakes it, so the clock is set anew, not taken away.
        if let Some(limit) = self.read_timeout {
            let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(limit)));
            waiting.as_mut().reset(Instant::now() + limit);
            let _ = waiting.as_mut().poll(context);
        }
        Pin::new(&mut self.wire).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(context)
    }
}
