//! `redrive-execution`: a drop-in for `aws stepfunctions redrive-execution` of the AWS CLI v2.

pub mod aws;
pub mod cli;
pub mod env_vars;
pub mod error;
pub mod host;
pub mod settings;
pub mod stdio;
pub mod value;
