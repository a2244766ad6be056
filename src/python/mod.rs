//! What shows of Python in the AWS CLI's behaviour: its numbers and how it prints them and text, what it knows of Unicode 16, how it
//! splits words, its codecs, what it takes for a misspelling, and how it words the system's errors. Touches nothing outside.

pub mod codecs;
pub(crate) mod difflib;
pub(crate) mod errno;
pub(crate) mod numeral;
pub(crate) mod paths;
pub(crate) mod repr;
pub mod shlex;
pub(crate) mod unicode;
