//! The program `redrive-execution`: arguments in, exit status out.

use std::process::ExitCode;

use redrive_execution::host::Host;

fn main() -> ExitCode {
    let argv = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let (stdout, stderr) = (std::io::stdout(), std::io::stderr());
    ExitCode::from(redrive_execution::run(argv, &Host::process(), &mut stdout.lock(), &mut stderr.lock()))
}
