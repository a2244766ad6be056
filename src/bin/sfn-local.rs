//! The program `sfn-local`.

fn main() {}
