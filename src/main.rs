//! The program `redrive-execution`.

fn main() {}
