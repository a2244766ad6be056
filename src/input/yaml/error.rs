//! Why a YAML document yields no value. How the user learns of it is not its part.

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// It is not YAML, or a safe loader refuses it. Holds the reason, which the AWS CLI does not show.
    Refused(&'static str),
    /// It is YAML, but a value in it cannot be made (the 30th of February), or it is out of all proportion. Holds the
    /// message, which the AWS CLI shows as it is.
    Failed(String),
}

/// Short for [`LoadError::Refused`].
pub(super) fn refuse(reason: &'static str) -> LoadError {
    LoadError::Refused(reason)
}

/// Short for [`LoadError::Failed`].
pub(super) fn fail(message: impl Into<String>) -> LoadError {
    LoadError::Failed(message.into())
}

/// Something nests too deep; the words are Python's.
pub(super) fn too_deep() -> LoadError {
    fail("maximum recursion depth exceeded")
}
