//! The engines against their models: Python's own where a Python with them is named, a crate as a judge otherwise.

mod cases;
mod dates;
mod notation;
mod output;
mod query;
mod yaml_reads_back;
