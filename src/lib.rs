//! `redrive-execution`: a drop-in for `aws stepfunctions redrive-execution` of the AWS CLI v2.

pub mod error;
pub mod host;
pub mod input;
pub mod jmespath;
pub mod value;
