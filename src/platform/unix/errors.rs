//! The system's errors as the C library of the AWS CLI knows them.

use std::borrow::Cow;
use std::io;

/// The number of an error and its reason in words; `None` for an error that is not the system's.
pub(crate) fn number_and_reason(error: &io::Error) -> Option<(i32, Cow<'static, str>)> {
    let number = error.raw_os_error()?;
    #[cfg(target_env = "musl")]
    if let Some(reason) = super::reasons::reason(number) {
        return Some((number, reason.into()));
    }
    let shown = error.to_string();
    let reason = shown.split_once(" (os error").map_or(shown.as_str(), |(reason, _)| reason);
    Some((number, reason.to_owned().into()))
}
