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

use super::pace::Pace;
use super::plan::Plan;
use crate::error::{Error, Result};
use crate::platform::files::{OwnerOnly, close_to_others, is_same_file};
use crate::python::errno;
use crate::render::escape::Escaped;

pub const VERSION: u32 = 2;

/// How long a line may be in the system's hands only.
const SYNC_EVERY: Duration = Duration::from_secs(1);

/// Where some executions of a run are: a resume calls the same place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// The account, where the command line names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    pub region: String,
    /// The endpoint, where it is not the service's own; without user and password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
}

/// What a run redrives, as its options say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Selection {
    /// `--state-machine-arn`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) machines: Vec<String>,
    /// `--status`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) statuses: Vec<String>,
    /// `--map-run-arn`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) map_runs: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<String>,
    /// `--since`, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) since: Option<i64>,
    /// `--until`, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name_match: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_redrives: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) limit: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error_match: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) failed_state: Option<String>,
    /// `--state-machine`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) machine_globs: Vec<String>,
    /// `--started-since` and `--started-until`, in milliseconds since 1970.
    pub(crate) started: (Option<i64>, Option<i64>),
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cause_match: Option<String>,
    pub(crate) ignore_case: bool,
}

impl Selection {
    /// Whether the other selection wants the same of an execution that is inspected.
    pub(crate) fn inspects_like(&self, other: &Self) -> bool {
        let looked_for =
            |one: &Self| (one.error_match.clone(), one.cause_match.clone(), one.failed_state.clone(), one.ignore_case);
        looked_for(self) == looked_for(other)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Line {
    Run {
        version: u32,
        /// The run's id, a UUID, which tokens derive from.
        run: String,
        program: String,
        /// When, RFC 3339.
        at: String,
        parts: Vec<Part>,
        selection: Box<Selection>,
        /// How fast it goes; a resume keeps to it.
        pace: Pace,
    },
    /// An execution was inspected while the plan was made.
    Inspected {
        execution_arn: String,
        /// Its `redriveCount` then, where known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        redrive_count: Option<u16>,
        /// Whether it is as the filters want it.
        wanted: bool,
    },
    /// An execution to redrive.
    Planned {
        execution_arn: String,
        /// Its `redriveCount`, where known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        redrive_count: Option<u16>,
        /// When it stopped, in milliseconds since 1970, where known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stopped: Option<i64>,
    },
    Ready {
        executions: usize,
    },
    /// A call is about to be made.
    Ask {
        n: usize,
        execution_arn: String,
        client_token: String,
        /// Its `redriveCount`, where known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        redrive_count: Option<u16>,
        /// When the token was first used, in milliseconds since 1970 by this machine's clock.
        at: i64,
        /// By how many milliseconds the service's clock was ahead of this machine's, where an answer has shown it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        offset: Option<i64>,
        /// The execution was looked at and not redriven by then, so the token counts as unused before `at`.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        looked: bool,
    },
    Redriven {
        n: usize,
        /// `redriveDate`, in milliseconds since 1970.
        redrive_date: i64,
    },
    /// The execution was redriven, but not by this run.
    RedrivenElsewhere {
        n: usize,
    },
    Refused {
        n: usize,
        code: String,
        message: String,
        /// Why, for the summary.
        reason: String,
    },
    /// It may have been asked for at about this time: the machine may have stopped before the line reached the disk.
    PerhapsAsked {
        n: usize,
        /// When, in milliseconds since 1970 by this machine's clock.
        at: i64,
    },
    /// The run ended in good order, with everything on the disk.
    Closed {
        /// How many redrives were tried, and how many of those were throttled.
        #[serde(default)]
        calls: usize,
        #[serde(default)]
        throttled: usize,
    },
    /// The caller may not redrive it: it is as if it had not been asked for.
    Denied {
        n: usize,
        code: String,
        message: String,
    },
    /// It was asked for again and again without an answer, while others were answered.
    Undecided {
        n: usize,
        code: String,
        message: String,
    },
    Ended {
        n: usize,
        status: String,
    },
}

#[derive(Debug)]
pub struct Journal {
    file: File,
    path: String,
    synced: Instant,
    /// Whether something was written since.
    unsynced: bool,
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
                close_to_others(&file);
                Ok(Self { file, path: path.to_owned(), synced: Instant::now(), unsynced: false, broken: false })
            }
            Err(TryLockError::WouldBlock) => {
                Err(Error::General(format!("The journal {} is in use by another run; nothing was done", Escaped(path))))
            }
            Err(TryLockError::Error(error)) => Err(refused(error)),
        }
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The file, to read what it holds; none where it is a device or a pipe.
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
        self.unsynced = true;
        self.sync_when_due()
    }

    /// Brings to the disk what was written, at most once a second. To be called when nothing is written, too: otherwise the last
    /// lines before a long silence would stay in the system's hands.
    pub(crate) fn sync_when_due(&mut self) -> Result<()> {
        if !self.unsynced || self.synced.elapsed() < SYNC_EVERY {
            return Ok(());
        }
        (self.synced, self.unsynced) = (Instant::now(), false);
        if self.is_gone() {
            return Err(self.failed(&std::io::Error::other("it was removed or replaced while the run used it")));
        }
        if let Ok(file) = self.file.try_clone() {
            // On a thread of its own: a disk may take its time. Should it fail, the next write will.
            drop(tokio::task::spawn_blocking(move || file.sync_data()));
        }
        Ok(())
    }

    /// Whether its path leads elsewhere by now, so that nobody could resume the run.
    fn is_gone(&self) -> bool {
        match (self.file.metadata(), std::fs::metadata(&self.path)) {
            (Ok(open), Ok(there)) => !is_same_file(&open, &there),
            (Ok(_), Err(error)) => error.kind() == std::io::ErrorKind::NotFound,
            (Err(_), _) => false,
        }
    }

    /// Takes away a journal in which nothing is noted.
    pub(crate) fn discard(self) {
        if self.file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() == 0) {
            // It is empty, so it may as well stay.
            let _ = std::fs::remove_file(&self.path);
        }
    }

    pub(crate) fn sync(&self) {
        // The lines are the system's already; a disk that fails now cannot be helped.
        let _ = self.file.sync_data();
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
