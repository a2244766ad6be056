//! What a part of a run wants shown.

use super::progress::Standing;
use crate::value::Map;

/// Something that a part of a run wants shown.
#[derive(Debug)]
pub(crate) enum Event {
    Line(String),
    /// A record of what became of an execution, on stdout.
    Record(Map),
    /// A record of what is left out.
    LeftOut(Map),
    Standing(Standing),
}
