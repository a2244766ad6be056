//! Everything the program promises, tried from outside: one binary, so that it is linked once.

mod bulk;
#[path = "differential/cases.rs"]
mod cases;
#[path = "differential/output.rs"]
mod differential_output;
mod jmespath_compliance;
mod jmespath_judge;
mod local;
#[path = "differential/notation.rs"]
mod notation;
mod parity;
#[path = "differential/query.rs"]
mod query;
mod support;
