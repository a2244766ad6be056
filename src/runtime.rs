//! Where asynchronous work runs: on this thread.

use crate::error::{Error, Result};

/// Runs `work` to its end. What is left of it in other threads then, such as the look-up of a host, is not waited for.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    // By default there is room for 1,024 events at once: three pages, touched when they are wiped.
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.max_io_events_per_tick(64).enable_all().build().map_err(Error::general)?;
    let outcome = tokio::task::LocalSet::new().block_on(&runtime, work);
    runtime.shutdown_background();
    outcome
}
