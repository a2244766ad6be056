//! What a run has done, on disk before and after each call, so that a run that was cut short can be taken up.
//!
//! One JSON object a line. First `run`, then one `planned` for each execution in the order of the run, then `ready`; after that
//! `ask` before a call and `redriven` or `refused` after it, `ended` where the run waited. A place in the plan is called `n`.
//!
//! What was written survives the end of the program in any way, for it is the system's by then. Against the end of the *machine*
//! the plan is brought to the disk before the first call, everything else once a second: what a power failure takes is at most
//! that, and tokens do not depend on it. A journal that could not be written to is not written to again.
//!
//! Refuses two runs at once (a lock of the system's, which goes with the process) and files that are something else.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::plan::Plan;
use crate::error::{Error, Result};
use crate::platform::files::OwnerOnly;
use crate::python::errno;

/// The version of the format.
pub const VERSION: u32 = 1;

/// How long a line may be in the system's hands only.
const SYNC_EVERY: Duration = Duration::from_secs(1);

/// A line of a journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Line {
    /// The first line.
    Run {
        /// [`VERSION`].
        version: u32,
        /// The run's id, a UUID, which tokens derive from.
        run: String,
        /// The region that is called.
        region: String,
        /// When, RFC 3339.
        at: String,
    },
    /// An execution to redrive.
    Planned {
        /// Its ARN.
        execution_arn: String,
        /// Its `redriveCount`, where known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        redrive_count: Option<u16>,
        /// When it stopped, in milliseconds since 1970, where known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stopped: Option<i64>,
    },
    /// The plan is complete.
    Ready {
        /// How many executions it has.
        executions: usize,
    },
    /// A call is about to be made.
    Ask {
        /// Which.
        n: usize,
        /// Its ARN.
        execution_arn: String,
        /// The token.
        client_token: String,
        /// Its `redriveCount`, where known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        redrive_count: Option<u16>,
        /// When, in milliseconds since 1970.
        at: i64,
    },
    /// The service has redriven it.
    Redriven {
        /// Which.
        n: usize,
        /// `redriveDate`, in milliseconds since 1970.
        redrive_date: i64,
    },
    /// The service has refused.
    Refused {
        /// Which.
        n: usize,
        /// The error code.
        code: String,
        /// The message.
        message: String,
    },
    /// A redriven execution has ended.
    Ended {
        /// Which.
        n: usize,
        /// How.
        status: String,
    },
}

/// A journal that is being written.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: String,
    synced: Instant,
    broken: bool,
}

impl Journal {
    /// Opens a journal for this run alone; it is made, for its owner's eyes only, where it is not there.
    ///
    /// # Errors
    /// It cannot be opened, or another run has it.
    pub fn open(path: &str, create: bool) -> Result<Self> {
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
            Ok(()) => Ok(Self { file, path: path.to_owned(), synced: Instant::now(), broken: false }),
            Err(TryLockError::WouldBlock) => {
                Err(Error::General(format!("The journal {path} is in use by another run; nothing was done")))
            }
            Err(TryLockError::Error(error)) => Err(refused(error)),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The file, to read what it holds; none where it is a device or a pipe.
    #[must_use]
    pub fn readable(&self) -> Option<&File> {
        self.file.metadata().is_ok_and(|metadata| metadata.is_file()).then_some(&self.file)
    }

    /// Cuts off what follows the first `length` bytes: a torn line, a plan that was never complete.
    ///
    /// # Errors
    /// The system's refusal.
    pub fn cut(&mut self, length: u64) -> Result<()> {
        let cut = self.file.set_len(length);
        cut.map_err(|error| self.failed(&error))
    }

    /// Writes a whole plan, and brings it to the disk.
    ///
    /// # Errors
    /// A full disk, or what else the system says.
    pub fn begin(&mut self, run: &Line, plan: &Plan) -> Result<()> {
        let written = self.write_plan(run, plan);
        written.map_err(|error| self.failed(&error))
    }

    fn write_plan(&self, run: &Line, plan: &Plan) -> std::io::Result<()> {
        let mut writer = BufWriter::with_capacity(1 << 16, &self.file);
        writer.write_all(&text(run)?)?;
        for planned in plan.iter() {
            let line = Line::Planned {
                execution_arn: planned.arn,
                redrive_count: planned.redrive_count,
                stopped: planned.stopped,
            };
            writer.write_all(&text(&line)?)?;
        }
        writer.write_all(&text(&Line::Ready { executions: plan.len() })?)?;
        writer.flush()?;
        // What is no file on a disk need not, and cannot, be brought to one.
        if self.readable().is_some() { self.file.sync_all() } else { Ok(()) }
    }

    /// Writes a line.
    ///
    /// # Errors
    /// A full disk, or what else the system says; the same for every further line.
    pub fn write(&mut self, line: &Line) -> Result<()> {
        if self.broken {
            return Err(self.failed(&std::io::Error::other("an earlier line could not be written")));
        }
        let written = text(line).and_then(|text| self.file.write_all(&text));
        written.map_err(|error| self.failed(&error))?;
        if self.synced.elapsed() >= SYNC_EVERY {
            self.synced = Instant::now();
            if let Ok(file) = self.file.try_clone() {
                // On a thread of its own: a disk may take its time. Should it fail, the next write will tell.
                drop(tokio::task::spawn_blocking(move || file.sync_data()));
            }
        }
        Ok(())
    }

    /// Brings everything to the disk.
    pub fn sync(&self) {
        // The lines are the system's already; a disk that fails now cannot be helped.
        let _ = self.file.sync_data();
    }

    fn failed(&mut self, error: &std::io::Error) -> Error {
        self.broken = true;
        Error::General(format!(
            "The journal cannot be written: {}. Nothing more is asked for without it",
            errno::with_path(error, &self.path)
        ))
    }
}

fn text(line: &Line) -> std::io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    Ok(text)
}
