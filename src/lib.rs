//! `redrive-execution`: a drop-in for `aws stepfunctions redrive-execution` of the AWS CLI v2.

pub mod error;
pub mod host;
pub mod jmespath;
pub mod render;
pub mod value;
