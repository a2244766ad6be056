//! Everything the program promises, tried from outside.

#[path = "differential/cases.rs"]
mod differential_cases;
#[path = "differential/notation.rs"]
mod differential_notation;
#[path = "differential/output.rs"]
mod differential_output;
#[path = "differential/query.rs"]
mod differential_query;
mod jmespath_compliance;
mod jmespath_judge;
#[path = "differential/yaml_reads_back.rs"]
mod yaml_reads_back;
