//! What can go wrong between this machine and the endpoint, stage by stage, found again behind whatever wrapped it.

use std::error::Error as StdError;
use std::fmt::Display;

use crate::error::Error;

/// A failed exchange, by the stage that failed. Its text is for `--debug`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The host's name has no address, or nothing accepts connections there.
    #[error("no connection: {0}")]
    Connect(String),
    #[error("no connection in time")]
    ConnectTimeout,
    /// The proxy with this URL (user and password masked) could not be reached or would not connect.
    #[error("no connection to the proxy {0}")]
    Proxy(String),
    /// urllib3's reason.
    #[error("invalid proxy URL: {0}")]
    ProxyUrl(String),
    #[error("TLS failed: {0}")]
    Tls(String),
    /// The connection ended, or spoke another protocol than HTTP, before the response was complete.
    #[error("the connection ended too soon: {0}")]
    Closed(String),
    /// No byte of the response came in time.
    #[error("no response in time")]
    ReadTimeout,
    /// A 303 that leads to another host; the AWS CLI's HTTP library fails on it.
    #[error("the endpoint redirects to another host (303)")]
    Redirected,
    #[error("unsupported URL scheme {0}")]
    Scheme(String),
    /// The response is larger than anything the service sends; holds the limit in bytes.
    #[error("the response is larger than {0} bytes")]
    TooLarge(usize),
    /// Anything else, such as a request that could not be sent.
    #[error("{0}")]
    Other(String),
}

impl TransportError {
    /// The failure behind `error`: ours where one was wrapped, else by an I/O error or hyper's own.
    pub(crate) fn find(error: &(dyn StdError + 'static)) -> Self {
        if let Some(found) = error.downcast_ref::<Self>() {
            return found.clone();
        }
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            return match io.get_ref().and_then(|inner| inner.downcast_ref::<Self>()) {
                Some(inner) => inner.clone(),
                None if io.kind() == std::io::ErrorKind::TimedOut => Self::ReadTimeout,
                None => Self::Closed(error.to_string()),
            };
        }
        match error.source() {
            Some(source) => Self::find(source),
            None if error.is::<hyper::Error>() => Self::Closed(error.to_string()),
            None => Self::Other(error.to_string()),
        }
    }

    /// Why there was no response from `url`, in the AWS CLI's words.
    pub(crate) fn for_url(&self, url: &str) -> Error {
        let unhandled = |cause: &dyn Display| format!("An HTTP Client raised an unhandled exception: {cause}");
        Error::General(match self {
            Self::Connect(_) => format!("Could not connect to the endpoint URL: \"{url}\""),
            Self::ConnectTimeout => format!("Connect timeout on endpoint URL: \"{url}\""),
            Self::Proxy(proxy) => format!("Failed to connect to proxy URL: \"{proxy}\""),
            Self::Tls(cause) => format!("SSL validation failed for {url} {cause}"),
            Self::Closed(_) => {
                format!("Connection was closed before we received a valid response from endpoint URL: \"{url}\".")
            }
            Self::ReadTimeout => format!("Read timeout on endpoint URL: \"{url}\""),
            Self::Scheme(scheme) => unhandled(&format_args!("Not supported URL scheme {scheme}")),
            Self::ProxyUrl(cause) => unhandled(cause),
            Self::Redirected | Self::TooLarge(_) | Self::Other(_) => unhandled(self),
        })
    }
}

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
