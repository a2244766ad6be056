//! What the tests of a trace read it from.

use std::io::Write;
use std::sync::{Arc, Mutex};

/// A stream that keeps what is written to it, for everybody who holds a copy.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sink(pub Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
