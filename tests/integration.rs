//! Everything the program promises, tried from outside: one binary, so that it is linked once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unreachable,
    clippy::string_slice,
    reason = "a test that panics has failed"
)]

mod bench;
#[path = "differential/cases.rs"]
mod cases;
#[path = "differential/output.rs"]
mod differential_output;
mod faults;
mod fuzz;
mod jmespath_compliance;
mod jmespath_judge;
mod limits;
mod local;
#[path = "differential/notation.rs"]
mod notation;
mod parity;
#[path = "differential/query.rs"]
mod query;
mod supply;
mod support;
