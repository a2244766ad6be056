//! What a run has done, on disk before and after each call, so that a run that was cut short can be taken up.
//!
//! Each line is handed to the operating system at once. The plan is fsynced before the first call, everything else once a second, and
//! more often where lines come fast; each fsync waits for the one before. So a power failure takes two seconds and [`LOST_LINES`] at
//! most, however slow the disk is, and tokens do not depend on it. A journal that could not be written to is not written to again. A
//! lock, which ends with the process, keeps two runs apart.

pub(crate) mod contents;
mod line;
pub(crate) mod open;

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use tokio::time::Instant;

use super::plan::Plan;
use crate::error::{Error, Result};
use crate::platform::files::{OwnerOnly, close_to_others, is_same_file};
use crate::python::errno;
use crate::render::escape::Escaped;

pub use self::contents::{Contents, State, read};
pub(crate) use self::line::Profile;
pub use self::line::{FirstUse, Header, Line, Part};
pub use self::open::OpenJournal;

/// After how long the next fsync is due.
pub(crate) const SYNC_EVERY: Duration = Duration::from_secs(1);
/// After how many lines it is due, too.
const SYNC_LINES: usize = 500;
/// The most lines that a crash of the machine takes: those of an fsync under way, and those after it.
pub(crate) const LOST_LINES: usize = 2 * SYNC_LINES;

#[derive(Debug)]
pub struct Journal {
    file: File,
    pub(crate) path: String,
    synced: Instant,
    /// How many lines came after the last fsync began.
    unsynced: usize,
    syncing: Option<JoinHandle<std::io::Result<()>>>,
    broken: bool,
}

impl Journal {
    /// Opens a journal for this run alone; it is made where it is not there, and is for its owner's eyes only.
    pub(crate) fn open(path: &str, create: bool) -> Result<Self> {
        let refused =
            |error: std::io::Error| Error::General(format!("The journal: {}", errno::with_path(&error, path)));
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(create)
            .owner_only()
            .open(Path::new(path))
            .map_err(refused)?;
        match file.try_lock() {
            Ok(()) => {
                // A file that was there may be open to others. Where it cannot be closed to them it is not ours to close.
                let _ = close_to_others(&file);
                let (path, synced) = (path.to_owned(), Instant::now());
                Ok(Self { file, path, synced, unsynced: 0, syncing: None, broken: false })
            }
            Err(TryLockError::WouldBlock) => {
                Err(Error::General(format!("The journal {} is in use by another run; nothing was done", Escaped(path))))
            }
            Err(TryLockError::Error(error)) => Err(refused(error)),
        }
    }

    /// The file, to read what it holds; `None` where it is a device or a pipe.
    pub(crate) fn readable(&self) -> Option<&File> {
        self.file.metadata().is_ok_and(|metadata| metadata.is_file()).then_some(&self.file)
    }

    /// Cuts off what follows the first `length` bytes: a torn line, a plan that was never complete.
    pub(crate) fn cut(&mut self, length: u64) -> Result<()> {
        let cut = self.file.set_len(length);
        cut.map_err(|error| self.failed(&error))
    }

    /// Writes the plan behind what is there, and brings it all to the disk.
    pub(crate) fn plan(&mut self, plan: &Plan) -> Result<()> {
        let written = self.write_plan(plan);
        written.map_err(|error| self.failed(&error))
    }

    fn write_plan(&self, plan: &Plan) -> std::io::Result<()> {
        let mut writer = BufWriter::with_capacity(1 << 16, &self.file);
        for planned in plan.iter() {
            writer.write_all(&text(&Line::Planned(planned))?)?;
        }
        writer.write_all(&text(&Line::Ready { executions: plan.len() })?)?;
        writer.flush()?;
        self.readable().map_or(Ok(()), File::sync_all)
    }

    /// Writes a line. After an error every further line is an error, too.
    pub fn write(&mut self, line: &Line) -> Result<()> {
        if self.broken {
            return Err(self.failed(&std::io::Error::other("an earlier line could not be written")));
        }
        let written = text(line).and_then(|text| self.file.write_all(&text));
        written.map_err(|error| self.failed(&error))?;
        self.unsynced += 1;
        let is_due = self.synced.elapsed() >= SYNC_EVERY || self.unsynced >= SYNC_LINES;
        if is_due { self.bring_to_disk() } else { Ok(()) }
    }

    /// Brings to the disk what was written. To be called every [`SYNC_EVERY`]: otherwise the last lines before a long silence would
    /// stay in the system's hands.
    pub(crate) fn bring_to_disk(&mut self) -> Result<()> {
        if self.unsynced == 0 {
            return Ok(());
        }
        if self.is_gone() {
            return Err(self.failed(&std::io::Error::other("it was removed or replaced while the run used it")));
        }
        self.await_disk()?;
        (self.synced, self.unsynced) = (Instant::now(), 0);
        // What is no file on a disk need not, and cannot, be brought to one.
        let Some(file) = self.readable().and_then(|file| file.try_clone().ok()) else { return Ok(()) };
        // On a thread of its own: a disk may take its time.
        self.syncing = Builder::new().spawn(move || file.sync_data()).ok();
        if self.syncing.is_some() { Ok(()) } else { self.sync() }
    }

    /// Waits for the fsync that is under way.
    fn await_disk(&mut self) -> Result<()> {
        let synced = self.syncing.take().and_then(|syncing| syncing.join().ok()).unwrap_or(Ok(()));
        synced.map_err(|error| self.failed(&error))
    }

    /// Whether its path leads elsewhere by now, so that nobody could resume the run.
    fn is_gone(&self) -> bool {
        match (self.file.metadata(), std::fs::metadata(&self.path)) {
            (Ok(open), Ok(there)) => !is_same_file(&open, &there),
            (Ok(_), Err(error)) => error.kind() == std::io::ErrorKind::NotFound,
            (Err(_), _) => false,
        }
    }

    /// Removes a journal in which no call is noted.
    pub(crate) fn discard(self) {
        if self.readable().is_some_and(|file| file.set_len(0).is_ok()) {
            // It is empty, so it may as well stay.
            let _ = std::fs::remove_file(&self.path);
        }
    }

    /// Brings to the disk what was written, and waits for it.
    pub(crate) fn sync(&mut self) -> Result<()> {
        self.await_disk()?;
        let synced = self.readable().map_or(Ok(()), File::sync_data);
        synced.map_err(|error| self.failed(&error))
    }

    fn failed(&mut self, error: &std::io::Error) -> Error {
        self.broken = true;
        Error::General(format!(
            "The journal cannot be written: {}. Stopping: a redrive that is not journaled could be repeated",
            errno::with_path(error, &self.path)
        ))
    }
}

fn text(line: &Line) -> std::io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    Ok(text)
}
