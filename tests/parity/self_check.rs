//! The runner itself, tried on programs that behave and on programs that do not.
