//! Everything the program promises, tried from outside: one binary, so that it is linked once.
#[path = "differential/cases.rs"]
#[path = "differential/output.rs"]

mod cases;
mod differential;
mod differential_output;
mod faults;
mod fuzz;
mod jmespath;
mod jmespath_compliance;
mod jmespath_judge;
mod local;
mod parity;
mod readme;
mod support;
