//! What shows of Python in the AWS CLI's behaviour and messages. Pure.

pub mod int;
pub mod shlex;
