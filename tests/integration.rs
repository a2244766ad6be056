//! Everything the program promises, tried from outside: one binary, so that it is linked once.

mod parity;
mod support;
