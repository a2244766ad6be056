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
mod bulk;
mod completions;
mod differential;
mod doctor;
mod faults;
mod fuzz;
mod jmespath;
mod limits;
mod local;
mod parity;
mod prompt;
mod readme;
mod secrets;
mod settings_judge;
mod signals;
mod standing_in;
mod supply;
mod support;
mod terminal;
mod values;
