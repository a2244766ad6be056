//! The program `redrive-execution`: arguments in, exit status out.

use std::alloc::System;
use std::process::ExitCode;

use redrive_execution::host::{Host, note_closed_streams, standard_streams};
use zeroizing_alloc::ZeroAlloc;

/// Wipes every block of memory when it is given back: whatever held a secret, here or in a library, holds it no longer.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

ctor::declarative::ctor! {
    /// The standard library opens closed streams on `/dev/null` next, which hides that they were closed.
    #[ctor(unsafe)]
    fn before_main() {
        note_closed_streams();
    }
}

fn main() -> ExitCode {
    let mut words = std::env::args_os();
    let program = words.next().unwrap_or_default();
    let (mut stdout, mut stderr) = standard_streams();
    ExitCode::from(redrive_execution::start(program, words.collect(), &Host::process(), &mut stdout, &mut stderr))
}
