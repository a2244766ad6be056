//! Where asynchronous work runs: on this thread.

use crate::error::{Error, Result};

/// Runs `work` to its end. What is left of it in other threads then, such as the look-up of a host, is not waited for.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::general)?;
    let outcome = tokio::task::LocalSet::new().block_on(&runtime, work);
    runtime.shutdown_background();
    outcome
}
