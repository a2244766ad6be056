//! What tests from outside stand on: an endpoint, certificates, processes with and without a terminal, a reader of YAML.
//!
//! Knows nothing of parity cases, and nothing of the program under test but its values, to judge what it prints.

pub mod certificates;
pub mod endpoint;
pub mod process;
pub mod raw;
pub mod variable;
pub mod yaml_judge;
