//! The query engine against the official suite and against another implementation.

mod compliance;
mod judge;
