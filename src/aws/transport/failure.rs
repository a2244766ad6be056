//! What can go wrong between this machine and the endpoint, stage by stage, found again behind whatever wrapped it.

use std::error::Error as StdError;
use std::fmt;

/// A failed exchange, by the stage that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransportError {
    /// The host's name has no address, or nothing accepts connections there.
    Connect(String),
    ConnectTimeout,
    /// The proxy with this URL (user and password masked) could not be reached or would not connect.
    Proxy(String),
    /// The proxy's URL is invalid; urllib3's reason.
    ProxyUrl(String),
    Tls(String),
    /// The connection ended, or spoke no HTTP, before the answer was complete.
    Closed(String),
    /// No byte of the answer came in time.
    ReadTimeout,
    /// Nothing speaks this scheme.
    Scheme(String),
    /// The answer is larger than anything the service sends; holds the limit in bytes.
    TooLarge(usize),
    /// Anything else: what could not even be sent, say. Holds the cause.
    Other(String),
}

impl TransportError {
    /// The failure behind `error`: ours where one was wrapped, else what an I/O error or hyper's own says.
    pub(crate) fn find(error: &(dyn StdError + 'static)) -> Self {
        let mut current = error;
        loop {
            let error = current;
            if let Some(found) = error.downcast_ref::<Self>() {
                return found.clone();
            }
            if let Some(io) = error.downcast_ref::<std::io::Error>() {
                if let Some(inner) = io.get_ref().and_then(|inner| inner.downcast_ref::<Self>()) {
                    return inner.clone();
                }
                if io.kind() == std::io::ErrorKind::TimedOut {
                    return Self::ReadTimeout;
                }
                return Self::Closed(error.to_string());
            }
            if error.is::<hyper::Error>() && error.source().is_none() {
                return Self::Closed(error.to_string());
            }
            match error.source() {
                Some(source) => current = source,
                None => return Self::Other(current.to_string()),
            }
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect(cause) => write!(formatter, "no connection: {cause}"),
            Self::ConnectTimeout => formatter.write_str("no connection in time"),
            Self::Proxy(url) => write!(formatter, "no connection to the proxy {url}"),
            Self::ProxyUrl(cause) => write!(formatter, "the URL of the proxy is none: {cause}"),
            Self::Tls(cause) => write!(formatter, "TLS failed: {cause}"),
            Self::Closed(cause) => write!(formatter, "the connection ended too soon: {cause}"),
            Self::ReadTimeout => formatter.write_str("no answer in time"),
            Self::Scheme(scheme) => write!(formatter, "nothing speaks the scheme {scheme}"),
            Self::Other(cause) => formatter.write_str(cause),
            Self::TooLarge(limit) => write!(formatter, "the answer is larger than {limit} bytes"),
        }
    }
}

impl StdError for TransportError {}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use super::TransportError;

    #[test]
    fn only_a_connection_that_ended_is_called_closed() {
        let unsent = "nonsense".parse::<u16>().unwrap_err();
        assert!(
            matches!(TransportError::find(&unsent), TransportError::Other(cause) if cause.contains("invalid digit"))
        );
        assert!(matches!(TransportError::find(&Error::from(ErrorKind::BrokenPipe)), TransportError::Closed(_)));
        assert_eq!(TransportError::find(&Error::from(ErrorKind::TimedOut)), TransportError::ReadTimeout);
        let wrapped = Error::other(TransportError::ConnectTimeout);
        assert_eq!(TransportError::find(&wrapped), TransportError::ConnectTimeout);
    }
}
