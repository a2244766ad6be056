//! What shows of Python in the AWS CLI.

pub mod codecs;
