//! Triage: what failed, how, and how often; and what of it is wanted.
//!
//! ```text
//! plan ─▶ looks (cache, else calls) ─▶ look (its cause in normal form) ─▶ wanted: the filters of a redrive
//!                                       └▶ groups ─▶ summary
//! ```

mod cache;
mod cause;
mod groups;
mod look;
pub(crate) mod looks;
#[cfg(test)]
mod outage;
pub(crate) mod summary;

pub(crate) use look::Wanted;
