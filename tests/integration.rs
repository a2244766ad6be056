//! Everything the program promises, tried from outside.

#[path = "differential/output.rs"]
mod differential_output;
