//! Requests and responses in the log of `--debug`: bodies are those of Step Functions alone.

use std::time::SystemTime;

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::Headers;

use super::TransportError;
use crate::host::Clock;
use crate::settings::endpoint_url::masked;
use crate::trace::Trace;
use crate::trace::secrets::shown_header;

/// In bytes; longer bodies are shown in part.
const LONGEST_BODY: usize = 4096;

#[derive(Debug)]
pub(crate) struct LoggedExchange<'t> {
    trace: &'t Trace,
    clock: Clock,
    start: SystemTime,
    shows_bodies: bool,
}

impl<'t> LoggedExchange<'t> {
    /// Logs the request; `None` where tracing is off.
    pub(crate) fn start(trace: &'t Trace, clock: Clock, request: &HttpRequest) -> Option<Self> {
        if !trace.is_on() {
            return None;
        }
        // A body of any other service may hold what must not be shown.
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let shows_bodies = target.starts_with("AWSStepFunctions.");
        if let Some(attempt) = request.headers().get("amz-sdk-request") {
            trace.line("attempt", || attempt_number(attempt));
        }
        trace.line("request", || {
            let url = request.uri();
            format!("{} {}", request.method(), masked(if shows_bodies { url } else { without_query(url) }))
        });
        headers(trace, "request header", request.headers());
        body(trace, "request body", request.body().bytes(), shows_bodies);
        Some(Self { trace, clock, start: clock.now(), shows_bodies })
    }

    pub(crate) fn end(self, outcome: &Result<HttpResponse, TransportError>) {
        let milliseconds = self.clock.now().duration_since(self.start).unwrap_or_default().as_secs_f64() * 1e3;
        match outcome {
            Ok(response) => {
                self.trace.line("response", || format!("{} after {milliseconds:.1} ms", response.status()));
                headers(self.trace, "response header", response.headers());
                body(self.trace, "response body", response.body().bytes(), self.shows_bodies);
            }
            Err(failure) => {
                self.trace.line("response", || format!("none after {milliseconds:.1} ms: {failure}"));
            }
        }
    }
}

fn headers(trace: &Trace, topic: &str, headers: &Headers) {
    for (name, value) in headers {
        trace.line(topic, || format!("{name}: {}", shown_header(name, value)));
    }
}

fn body(trace: &Trace, topic: &str, bytes: Option<&[u8]>, shown: bool) {
    let bytes = bytes.unwrap_or_default();
    trace.line(topic, || match (shown, bytes.get(..LONGEST_BODY)) {
        (false, _) => format!("{} bytes, not shown", bytes.len()),
        (true, None) => String::from_utf8_lossy(bytes).into_owned(),
        (true, Some(start)) => format!("{} … ({} bytes in all)", String::from_utf8_lossy(start), bytes.len()),
    });
}

/// `2 of 3`, from the header `ttl=…; attempt=2; max=3`, whose ttl is not always there.
fn attempt_number(header: &str) -> String {
    let part = |name: &str| header.split("; ").find_map(|part| part.strip_prefix(name)).unwrap_or("?");
    format!("{} of {}", part("attempt="), part("max="))
}

fn without_query(url: &str) -> &str {
    url.split('?').next().unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
    use aws_smithy_types::body::SdkBody;

    use super::{LONGEST_BODY, LoggedExchange, attempt_number};
    use crate::host::Clock;
    use crate::trace::Trace;
    use crate::trace::testing::Sink;

    fn logged(url: &str, headers: &[(&'static str, &'static str)], body: &str) -> String {
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_uri(url).unwrap();
        headers.iter().for_each(|(name, value)| {
            request.headers_mut().insert(*name, *value);
        });
        let sink = Sink::default();
        LoggedExchange::start(&Trace::to(Box::new(sink.clone()), Clock::System), Clock::System, &request).unwrap();
        let written = sink.0.lock().unwrap();
        String::from_utf8_lossy(&written).into_owned()
    }

    #[test]
    fn bodies_and_queries_are_logged_for_step_functions_alone() {
        let long = "x".repeat(LONGEST_BODY + 1);
        let text = logged("http://h/", &[("x-amz-target", "AWSStepFunctions.RedriveExecution")], &long);
        assert!(text.contains("x … (4097 bytes in all)\n"), "{text}");
        let text = logged("http://h/path?secret=query", &[("authorization", "secret")], "Token=secret");
        assert!(!text.contains("secret"), "{text}");
        assert!(text.contains(" request: GET http://h/path\n"), "{text}");
        assert!(text.contains(" request body: 12 bytes, not shown\n"), "{text}");
    }

    #[test]
    fn attempts_are_counted_with_and_without_a_time_to_live() {
        assert_eq!(attempt_number("attempt=1; max=3"), "1 of 3");
        assert_eq!(attempt_number("ttl=20261122T203948Z; attempt=2; max=3"), "2 of 3");
    }
}
