//! The program `sfn-local`: a small Step Functions endpoint on this machine, for trying and testing.

use std::process::ExitCode;

use redrive_execution::host::Host;
use redrive_execution::local::program;

fn main() -> ExitCode {
    ExitCode::from(program::run(std::env::args_os().collect(), &Host::process()))
}
