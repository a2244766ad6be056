//! The program `redrive-execution`: arguments in, exit status out.

use std::process::ExitCode;

use redrive_execution::host::Host;

fn main() -> ExitCode {
    let mut words = std::env::args_os();
    let program = words.next().unwrap_or_default();
    let (stdout, stderr) = (std::io::stdout(), std::io::stderr());
    let (mut stdout, mut stderr) = (stdout.lock(), stderr.lock());
    ExitCode::from(redrive_execution::start(program, words.collect(), &Host::process(), &mut stdout, &mut stderr))
}
