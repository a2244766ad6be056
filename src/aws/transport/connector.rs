//! From a URL to a connection: look-up, TCP, proxy, TLS; each stage with a failure of its own. And the connection, whose reads have a
//! timeout, as a socket has.

use std::fmt::Debug;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tower_service::Service;

use super::failure::TransportError;
use super::proxy::{Proxy, ProxyRules};
use super::tls;
use crate::settings::Verify;
use crate::trace::Trace;

/// The largest response of a proxy to CONNECT, in bytes.
const LARGEST_TUNNEL_RESPONSE: usize = 64 * 1024;

/// Python's words where a server hangs up during the handshake.
const HANDSHAKE_ENDED: &str = "[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol (_ssl.c:1130)";

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) verify: Verify,
    pub(crate) proxies: ProxyRules,
    /// Whether the system probes idle connections.
    pub(crate) keep_alive: bool,
    /// The TLS settings, made on the first https use.
    pub(crate) tls: OnceLock<Result<Arc<ClientConfig>, TransportError>>,
    pub(crate) trace: Trace,
}

/// Makes connections; one for each pair of timeouts.
#[derive(Clone, Debug)]
pub(crate) struct Connector {
    pub(crate) shared: Arc<Shared>,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) read_timeout: Option<Duration>,
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Stream>;
    type Error = TransportError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, TransportError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connector = self.clone();
        Box::pin(async move { connector.connect(&uri).await.map(TokioIo::new) })
    }
}

impl Connector {
    async fn connect(&self, uri: &Uri) -> Result<Stream, TransportError> {
        let scheme = uri.scheme_str().unwrap_or_default();
        let default_port = match scheme {
            "http" => 80,
            "https" => 443,
            other => return Err(TransportError::Scheme(other.to_owned())),
        };
        let host = uri.host().unwrap_or_default();
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let port = uri.port_u16().unwrap_or(default_port);
        let proxy =
            self.shared.proxies.proxy_for(scheme, uri.authority().map_or("", |authority| authority.as_str()))?;
        let secure = scheme == "https";
        let trace = &self.shared.trace;
        trace.line("connection", || match &proxy {
            Some(proxy) => format!("to {host}:{port} through the proxy {}", proxy.masked_url),
            None => format!("to {host}:{port}"),
        });
        let mut tcp = match &proxy {
            // One of TLS would get user and password in the clear.
            Some(proxy) if proxy.speaks_tls || proxy.host.is_empty() => {
                return Err(TransportError::Proxy(proxy.masked_url.clone()));
            }
            Some(proxy) => self.dial(&proxy.host, proxy.port).await.map_err(|failure| match failure {
                // It was there, and went away.
                TransportError::Closed(_) => failure,
                _ => TransportError::Proxy(proxy.masked_url.clone()),
            })?,
            None => self.dial(host, port).await?,
        };
        if let (true, Some(proxy)) = (secure, &proxy) {
            self.tunnel(&mut tcp, host, port, proxy).await?;
        }
        trace.line("connection", || {
            tcp.peer_addr().map_or_else(|error| error.to_string(), |address| format!("made, to {address}"))
        });
        // In a box: a connection without TLS would have the room for it on its stack.
        let wire: Box<dyn Wire> =
            if secure { Box::new(Box::pin(self.handshake(tcp, host)).await?) } else { Box::new(tcp) };
        trace.line("connection", || if secure { "TLS is agreed on" } else { "without TLS" }.to_owned());
        let proxied = proxy.is_some() && !secure;
        let read_timeout = self.read_timeout;
        Ok(Stream { wire, proxied, read_timeout, waiting: None, has_sent: false, early_reader: None })
    }

    /// Tries each address of `host` in turn; the time limit is for each, and not for the look-up, as in the AWS CLI.
    async fn dial(&self, host: &str, port: u16) -> Result<TcpStream, TransportError> {
        let refused = |error: io::Error| match error.kind() {
            // Accepted and reset before this side could look.
            ErrorKind::ConnectionReset => TransportError::Closed(error.to_string()),
            _ => TransportError::Connect(error.to_string()),
        };
        // Not every C library finds `LOCALHOST` in /etc/hosts; musl does not.
        let addresses = tokio::net::lookup_host((host.to_ascii_lowercase(), port)).await.map_err(refused)?;
        let mut last = TransportError::Connect(format!("{host} has no address"));
        for address in addresses {
            match within(self.connect_timeout, TcpStream::connect(address)).await {
                Some(Ok(stream)) => {
                    // Neither option failing to be set is a reason not to make the call.
                    let _ = stream.set_nodelay(true);
                    if self.shared.keep_alive {
                        let _ = crate::platform::keep_alive(&stream);
                    }
                    return Ok(stream);
                }
                Some(Err(error)) => last = refused(error),
                None => last = TransportError::ConnectTimeout,
            }
        }
        Err(last)
    }

    async fn handshake(&self, tcp: TcpStream, host: &str) -> Result<TlsStream<TcpStream>, TransportError> {
        let config = self.shared.tls.get_or_init(|| tls::client_config(&self.shared.verify)).clone()?;
        let name = ServerName::try_from(host.to_owned()).map_err(|error| TransportError::Tls(error.to_string()))?;
        let handshake = TlsConnector::from(config).connect(name, tcp);
        let stream = within(self.connect_timeout, handshake).await.ok_or(TransportError::ReadTimeout)?;
        stream.map_err(|error| match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(failed) => TransportError::Tls(tls::explain(failed, host)),
            None if error.kind() == ErrorKind::UnexpectedEof => TransportError::Tls(HANDSHAKE_ENDED.to_owned()),
            None => TransportError::Closed(error.to_string()),
        })
    }

    /// Requests a tunnel from the proxy. A 200 opens it, any other status is a refusal, anything else a broken connection.
    async fn tunnel(&self, tcp: &mut TcpStream, host: &str, port: u16, proxy: &Proxy) -> Result<(), TransportError> {
        let broken = |error: io::Error| TransportError::Closed(error.to_string());
        let address = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
        let mut request = format!("CONNECT {address} HTTP/1.1\r\nHost: {address}\r\n");
        if let Some(authorization) = &proxy.authorization {
            request.push_str(&format!("Proxy-Authorization: {authorization}\r\n"));
        }
        request.push_str("\r\n");
        tcp.write_all(request.as_bytes()).await.map_err(broken)?;
        let mut response = Vec::with_capacity(256);
        // Byte by byte: what follows the blank line belongs to TLS. A line may end without a carriage return.
        while !(response.ends_with(b"\n\r\n") || response.ends_with(b"\n\n")) {
            let read = within(self.read_timeout, tcp.read_u8()).await.ok_or(TransportError::ReadTimeout)?;
            response.push(read.map_err(broken)?);
            if response.len() > LARGEST_TUNNEL_RESPONSE {
                return Err(TransportError::Closed("proxy response too long".to_owned()));
            }
        }
        let line = response.split(|byte| b"\r\n".contains(byte)).next().unwrap_or_default();
        match line.strip_prefix(b"HTTP/").and_then(|rest| rest.split(|&byte| byte == b' ').nth(1)) {
            Some(b"200") => Ok(()),
            Some(status) if status.len() == 3 && status.iter().all(u8::is_ascii_digit) => {
                Err(TransportError::Proxy(proxy.masked_url.clone()))
            }
            _ => Err(TransportError::Closed("the proxy did not answer with HTTP".to_owned())),
        }
    }
}

/// `None` where the work takes longer than `limit`.
async fn within<T>(limit: Option<Duration>, work: impl Future<Output = T>) -> Option<T> {
    match limit {
        Some(limit) => timeout(limit, work).await.ok(),
        None => Some(work.await),
    }
}

/// What a connection runs over: a socket, or TLS on one.
pub(crate) trait Wire: AsyncRead + AsyncWrite + Debug + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Debug + Send + Unpin> Wire for T {}

#[derive(Debug)]
pub(crate) struct Stream {
    wire: Box<dyn Wire>,
    /// Whether a proxy reads the requests, which then name the full URL.
    proxied: bool,
    /// A read that waits longer fails with [`ErrorKind::TimedOut`].
    read_timeout: Option<Duration>,
    waiting: Option<Pin<Box<Sleep>>>,
    has_sent: bool,
    /// Who reads before the request is sent. An overloaded server may answer at once, and hyper would take that for no answer.
    early_reader: Option<Waker>,
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
        if !self.has_sent {
            self.early_reader = Some(context.waker().clone());
            return Poll::Pending;
        }
        let read = match Pin::new(&mut self.wire).poll_read(context, buffer) {
            // TLS without a close_notify, as many servers end it. The length shows whether the response is complete.
            Poll::Ready(Err(error)) if error.kind() == ErrorKind::UnexpectedEof => Poll::Ready(Ok(())),
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
                waiting.as_mut().poll(context).map(|()| Err(ErrorKind::TimedOut.into()))
            }
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.has_sent = true;
        self.early_reader.take().into_iter().for_each(Waker::wake);
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
