//! A small Step Functions endpoint on loopback: for trying the program, for its tests and for rehearsing a bulk redrive.
//!
//! Owns a state machine store in memory and seven operations of the API (`2016-11-23`), which behave as the service documents them:
//! SigV4 verified, AWS JSON 1.0, lengths and patterns checked, token buckets on request. Refuses to run states: an execution that is
//! redriven ends after a settable time with the outcome of its seed. Refuses every other operation, and every address but 127.0.0.1.
//!
//! The message texts of the service's errors are not documented. Those used here are the ones seen in public reports where there
//! are any, and our own otherwise; a program must not read them.
//!
//! The main program links none of this: nothing outside `local` refers to it but `src/bin/sfn-local.rs` and the tests.

mod actions;
mod arn;
mod clock;
mod endpoint;
mod members;
mod operation;
pub mod program;
mod refusal;
mod seed;
mod service;
mod settings;
mod signature;
#[cfg(test)]
pub(crate) mod simulated;
mod store;
mod weather;

pub use endpoint::{Endpoint, StartError};
pub use operation::{Operation, QuotaTable};
pub use seed::Seed;
pub use settings::{Credentials, Settings};
pub use weather::{Fault, Rule};
