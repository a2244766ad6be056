//! What tests from outside stand on: an endpoint, certificates, processes with and without a terminal.
//!
//! Knows nothing of parity cases, and nothing of the program under test.

pub mod certificates;
pub mod endpoint;
pub mod process;
pub mod variable;
