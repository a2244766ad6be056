//! Everything the program promises, tried from outside.

#[path = "differential/cases.rs"]
mod differential_cases;
#[path = "differential/notation.rs"]
mod differential_notation;
#[path = "differential/query.rs"]
mod differential_query;
mod jmespath_compliance;
mod jmespath_judge;
