//! The waits between attempts: the SDK decides how long they are; here they are waited out, and told.

use std::time::Duration;

use aws_smithy_async::rt::sleep::{AsyncSleep, Sleep, TokioSleep};

use crate::trace::Trace;

/// Sleeps as Tokio does and says so.
#[derive(Clone, Debug)]
pub(crate) struct Backoff {
    trace: Trace,
}

impl Backoff {
    pub(crate) fn new(trace: Trace) -> Self {
        Self { trace }
    }
}

impl AsyncSleep for Backoff {
    fn sleep(&self, duration: Duration) -> Sleep {
        self.trace.line("retry", || format!("waiting {:.3} s before the next attempt", duration.as_secs_f64()));
        TokioSleep::new().sleep(duration)
    }
}
