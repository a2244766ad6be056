//! Triage: what failed, how, and how often; and what of it is wanted.
//!
//! ```text
//! plan ─▶ sample ─▶ looks (cache, else calls) ─▶ groups ─▶ summary
//!                     └─▶ look (its cause in normal form) ─▶ wanted: the filters of a redrive
//! ```

mod cache;
mod cause;
mod groups;
mod look;
pub(crate) mod looks;
#[cfg(test)]
mod outage;
mod sample;
pub(crate) mod summary;
pub(crate) mod wanted;
