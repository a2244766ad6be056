//! What a failed call means for the run, which depends on who answered: the service, something in between, or nobody.

use crate::aws::retry::is_throttling;
use crate::error::Error;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The service wants fewer calls: again, more slowly.
    Throttled,
    /// The service is in trouble, something in between answered, or nobody did: again, for as long as patience lasts.
    NoAnswer,
    /// Again with other credentials, if there are any.
    Expired,
    /// The caller may not redrive the executions of this state machine.
    Denied,
    /// As many executions run as the account may have: again, once some have ended.
    AtLimit,
    /// The service refuses the signature, this machine's clock or the operation: it would refuse every call.
    Hopeless,
    Refused,
    /// Nothing was sent, and nothing would be: settings, credentials.
    Fatal,
}

impl Verdict {
    pub(crate) fn of(error: &Error) -> Self {
        match error {
            Error::Service(refusal) => match refusal.service_code.as_deref().unwrap_or_default() {
                "" => Self::NoAnswer,
                code if is_throttling(code) => Self::Throttled,
                "KmsThrottlingException" => Self::Throttled,
                "RequestTimeout" | "RequestTimeoutException" | "PriorRequestNotComplete" => Self::NoAnswer,
                "ExpiredTokenException"
                | "ExpiredToken"
                | "RequestExpired"
                | "UnrecognizedClientException"
                | "InvalidClientTokenId" => Self::Expired,
                "AccessDeniedException" | "AccessDenied" | "OptInRequired" | "NotAuthorized" => Self::Denied,
                "ExecutionLimitExceeded" => Self::AtLimit,
                "InvalidSignatureException"
                | "IncompleteSignature"
                | "IncompleteSignatureException"
                | "SignatureDoesNotMatch"
                | "MissingAuthenticationToken"
                | "MissingAuthenticationTokenException"
                | "RequestTimeTooSkewed"
                | "UnknownOperationException" => Self::Hopeless,
                _ if refusal.status >= 500 => Self::NoAnswer,
                _ => Self::Refused,
            },
            Error::General(_) => Self::NoAnswer,
            _ => Self::Fatal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict;
    use crate::aws::exchange::Response;
    use crate::aws::refusal;
    use crate::error::Error;

    fn verdict(status: u16, headers: &[(&str, &str)], body: &str) -> Verdict {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let response = Response { status, headers, body: body.as_bytes().to_vec(), ..Response::default() };
        let error = refusal::read(&response, "RedriveExecution")
            .map_or_else(|error| error, |refusal| Error::Service(Box::new(refusal)));
        Verdict::of(&error)
    }

    const ID: (&str, &str) = ("x-amzn-requestid", "id");

    #[test]
    fn the_header_names_the_code_where_the_body_does_not() {
        let code = ("x-amzn-errortype", "ThrottlingException:http://internal.amazon.com/");
        assert_eq!(verdict(400, &[ID, code], "{}"), Verdict::Throttled);
    }

    #[test]
    fn only_the_service_can_refuse() {
        for (status, body, by_service) in [
            (400, r#"{"__type": "com.amazonaws.swf#ExecutionDoesNotExist"}"#, Verdict::Refused),
            (400, r#"{"__type": "ValidationException"}"#, Verdict::Refused),
            (400, r#"{"__type": "AccessDeniedException"}"#, Verdict::Denied),
            (400, r#"{"__type": "ThrottlingException"}"#, Verdict::Throttled),
            (400, r#"{"__type": "ExecutionLimitExceeded"}"#, Verdict::AtLimit),
            (403, r#"{"__type": "ExpiredTokenException"}"#, Verdict::Expired),
            (403, r#"{"__type": "InvalidSignatureException"}"#, Verdict::Hopeless),
            (404, r#"{"__type": "UnknownOperationException"}"#, Verdict::Hopeless),
            (500, r#"{"__type": "SomethingNew"}"#, Verdict::NoAnswer),
            (503, r#"{"__type": "ServiceUnavailable"}"#, Verdict::NoAnswer),
            (400, r#"{"__type": "RequestTimeout"}"#, Verdict::NoAnswer),
        ] {
            assert_eq!(verdict(status, &[ID], body), by_service, "{body}");
            assert_eq!(verdict(status, &[], body), Verdict::NoAnswer, "{body}");
        }
        for status in [403, 404, 407, 429, 502] {
            for body in ["", "<html>no</html>", "Forbidden", "[]", r#"{"message": "blocked"}"#] {
                assert_eq!(verdict(status, &[ID], body), Verdict::NoAnswer, "{status} {body}");
            }
        }
    }
}
