//! What may be the value of a header. Checked before the SDK, which panics on an access key ID that may not.

use std::fmt::Display;

use crate::error::{Error, Result};
use crate::os_text::holds_bytes;

/// Refuses a value that no header may have. It may be a secret, so it is called by its name: the AWS CLI shows it.
///
/// # Errors
/// Line ends and other control characters, which the AWS CLI sends unless they are line ends; bytes that are not UTF-8.
pub(crate) fn check(value: &str, name: impl Display) -> Result<()> {
    if value.chars().all(|character| character == '\t' || !character.is_ascii_control()) && !holds_bytes(value) {
        return Ok(());
    }
    Err(Error::General(format!(
        "An HTTP Client raised an unhandled exception: Invalid header value: {name} holds a line end, another control \
         character or bytes that are not UTF-8"
    )))
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn a_value_is_refused_by_its_name_and_never_shown() {
        for good in ["", "AKID", "a b\t", "é€\u{85}"] {
            assert!(check(good, "x").is_ok(), "{good:?}");
        }
        for bad in ["secret\n", "\rsecret", "sec\u{1}ret", "secret\u{7f}", "secret\0", "secret\n x", "secret\u{10dce9}"]
        {
            let message = check(bad, "AWS_SESSION_TOKEN").unwrap_err().to_string();
            assert!(message.contains("Invalid header value: AWS_SESSION_TOKEN holds "), "{message}");
            assert!(!message.contains("secret"), "{message}");
        }
    }
}
