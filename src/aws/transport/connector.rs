//! From a URL to a connection: look-up, TCP, proxy, TLS; each stage with a failure of its own.

use std::future::Future;
use std::io::ErrorKind;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tower_service::Service;

use super::failure::TransportError;
use super::proxy::{Proxy, ProxyRules};
use super::stream::{Stream, Wire};
use super::tls;
use crate::settings::Verify;
use crate::trace::Trace;

/// The most that a proxy may say before there is a tunnel, in bytes.
const LARGEST_TUNNEL_ANSWER: usize = 64 * 1024;

/// What Python says of a server that hangs up during the handshake.
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
            // In the clear it would be told user and password.
            Some(proxy) if proxy.speaks_tls => return Err(TransportError::Proxy(proxy.masked_url.clone())),
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
        let wire = if secure { Box::pin(self.handshake(tcp, host)).await? } else { Wire::Plain(tcp) };
        trace.line("connection", || if secure { "TLS is agreed on" } else { "without TLS" }.to_owned());
        Ok(Stream::new(wire, proxy.is_some() && !secure, self.read_timeout))
    }

    /// Tries each address of `host` in turn; the time limit is for each, and not for the look-up, as in the AWS CLI.
    async fn dial(&self, host: &str, port: u16) -> Result<TcpStream, TransportError> {
        let refused = |error: std::io::Error| match error.kind() {
            // Accepted and reset before this side could look.
            ErrorKind::ConnectionReset => TransportError::Closed(error.to_string()),
            _ => TransportError::Connect(error.to_string()),
        };
        let addresses = tokio::net::lookup_host((host, port)).await.map_err(refused)?;
        let mut last = TransportError::Connect(format!("{host} has no address"));
        for address in addresses {
            let attempt = TcpStream::connect(address);
            let connected = match self.connect_timeout {
                Some(limit) => match timeout(limit, attempt).await {
                    Ok(connected) => connected.map_err(refused),
                    Err(_) => Err(TransportError::ConnectTimeout),
                },
                None => attempt.await.map_err(refused),
            };
            match connected {
                Ok(stream) => {
                    // Neither option failing to be set is a reason not to make the call.
                    let _ = stream.set_nodelay(true);
                    if self.shared.keep_alive {
                        let _ = crate::platform::sockets::keep_alive(&stream);
                    }
                    return Ok(stream);
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    async fn handshake(&self, tcp: TcpStream, host: &str) -> Result<Wire, TransportError> {
        let config = self.shared.tls.get_or_init(|| tls::client_config(&self.shared.verify)).clone()?;
        let name = ServerName::try_from(host.to_owned()).map_err(|error| TransportError::Tls(error.to_string()))?;
        let handshake = TlsConnector::from(config).connect(name, tcp);
        let stream = match self.connect_timeout {
            Some(limit) => timeout(limit, handshake).await.map_err(|_| TransportError::ReadTimeout)?,
            None => handshake.await,
        };
        stream.map(|stream| Wire::Tls(Box::new(stream))).map_err(|error| {
            match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
                Some(failed) => TransportError::Tls(tls::explain(failed, host)),
                None if error.kind() == ErrorKind::UnexpectedEof => TransportError::Tls(HANDSHAKE_ENDED.to_owned()),
                None => TransportError::Closed(error.to_string()),
            }
        })
    }

    /// Asks the proxy for a tunnel. A 200 opens it, any other status is a refusal, anything else a broken connection.
    async fn tunnel(&self, tcp: &mut TcpStream, host: &str, port: u16, proxy: &Proxy) -> Result<(), TransportError> {
        let broken = |error: std::io::Error| TransportError::Closed(error.to_string());
        let address = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
        let mut request = format!("CONNECT {address} HTTP/1.1\r\nHost: {address}\r\n");
        if let Some(authorization) = &proxy.authorization {
            request.push_str(&format!("Proxy-Authorization: {authorization}\r\n"));
        }
        request.push_str("\r\n");
        tcp.write_all(request.as_bytes()).await.map_err(broken)?;
        let mut answer = Vec::with_capacity(256);
        // Byte by byte: what follows the blank line belongs to TLS. A line may end without a carriage return.
        while !(answer.ends_with(b"\n\r\n") || answer.ends_with(b"\n\n")) {
            let byte = self.within_read_timeout(tcp.read_u8()).await?.map_err(broken)?;
            answer.push(byte);
            if answer.len() > LARGEST_TUNNEL_ANSWER {
                return Err(TransportError::Closed("the proxy does not come to an end".to_owned()));
            }
        }
        let line = answer.split(|byte| b"\r\n".contains(byte)).next().unwrap_or_default();
        match line.strip_prefix(b"HTTP/").and_then(|rest| rest.split(|&byte| byte == b' ').nth(1)) {
            Some(b"200") => Ok(()),
            Some(status) if status.len() == 3 && status.iter().all(u8::is_ascii_digit) => {
                Err(TransportError::Proxy(proxy.masked_url.clone()))
            }
            _ => Err(TransportError::Closed("the proxy speaks no HTTP".to_owned())),
        }
    }

    async fn within_read_timeout<T>(&self, work: impl Future<Output = T>) -> Result<T, TransportError> {
        match self.read_timeout {
            Some(limit) => timeout(limit, work).await.map_err(|_| TransportError::ReadTimeout),
            None => Ok(work.await),
        }
    }
}
