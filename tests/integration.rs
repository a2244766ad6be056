//! Everything the program promises, tried from outside: one binary, so that it is linked once.

mod bulk;
mod differential;
mod faults;
mod fuzz;
mod jmespath;
mod local;
mod parity;
mod readme;
mod support;
