//! Everything the program promises, tried from outside.

#[path = "differential/cases.rs"]
mod cases;
mod jmespath_compliance;
#[path = "differential/notation.rs"]
mod notation;
#[path = "differential/query.rs"]
mod query;
