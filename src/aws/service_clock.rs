//! How far the service's clock is from this machine's, as the `Date` of its answers shows.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use crate::host::Clock;

/// Learns the offset from every answer of the service that passes.
#[derive(Clone, Debug)]
pub struct ServiceClock {
    clock: Clock,
    offset: Arc<Mutex<Option<i64>>>,
}

impl ServiceClock {
    /// Compares with `clock`, by which requests are sent.
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, offset: Arc::default() }
    }

    /// The least number of milliseconds the service is ahead of this machine; it may be up to a second more. `None` before its
    /// first answer.
    pub(crate) fn offset(&self) -> Option<i64> {
        *self.offset.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Intercept for ServiceClock {
    fn name(&self) -> &'static str {
        "ServiceClock"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let headers = context.response().headers();
        // A proxy's page has a date too, but no request id.
        if headers.contains_key("x-amzn-requestid")
            && let Some(date) = headers.get("date")
            && let Ok(date) = jiff::fmt::rfc2822::parse(date)
            && let Ok(now) = jiff::Timestamp::try_from(self.clock.now())
        {
            // The date is cut to seconds, so the largest difference is the nearest one, until a clock is set.
            let difference = date.timestamp().as_millisecond() - now.as_millisecond();
            let mut offset = self.offset.lock().unwrap_or_else(PoisonError::into_inner);
            *offset = Some(match *offset {
                Some(known) if (known - difference).abs() < 1_500 => known.max(difference),
                _ => difference,
            });
        }
        Ok(())
    }
}
