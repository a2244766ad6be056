//! What was looked at, kept from one command to the next: a look costs a call, of which there are 15 a second.
//!
//! One JSON object a line, appended at once, so that two processes do not get in each other's way: an execution as it stopped, and
//! what a look has shown of its failure. Nothing depends on it: what cannot be read or written is a notice, and the look is made.

use std::collections::hash_map::RandomState;
use std::collections::{HashMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::hash::BuildHasher;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::look::Look;
use crate::bulk::lines::Lines;
use crate::bulk::plan::Planned;
use crate::platform::files::{OwnerOnly, close_to_others};
use crate::python::errno;
use crate::render::escape::Escaped;

/// The size at which the file grows no further, in bytes: looks at about 200,000 executions.
const LARGEST: u64 = 64 << 20;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    execution_arn: String,
    redrive_count: u16,
    /// In milliseconds since 1970: another execution of the same name has another.
    stop_date: i64,
    #[serde(flatten)]
    look: Look,
}

#[derive(Debug, Default)]
pub(crate) struct Cache {
    /// By a hash of the execution, its redrives and its stop; of 64 bits, for there may be many.
    looks: HashMap<u64, Rc<Look>>,
    /// The looks, of which few differ.
    different: HashSet<Rc<Look>>,
    hasher: RandomState,
    file: Option<File>,
    size: u64,
    largest: u64,
}

impl Cache {
    /// Reads the file, which is made where it is not there; returns what is wrong with it, too.
    pub(crate) fn open(path: &Path) -> (Self, Option<String>) {
        Self::within(LARGEST, path)
    }

    fn within(largest: u64, path: &Path) -> (Self, Option<String>) {
        let mut cache = Self { largest, ..Self::default() };
        let shown = Escaped(&path.to_string_lossy()).to_string();
        let problem = match cache.load(path) {
            Ok(true) => None,
            Ok(false) => Some(format!("{shown} is damaged")),
            Err(error) => Some(errno::with_path(&error, shown)),
        };
        (cache, problem.map(|problem| format!("what was looked at before is not used: {problem}")))
    }

    /// Takes in what the file holds, and opens it to write at its end; returns whether most of its lines meant something. One may
    /// be half written.
    fn load(&mut self, path: &Path) -> io::Result<bool> {
        let (mut good, mut wrong, mut is_torn) = (0, 0, false);
        match fs::metadata(path) {
            Ok(found) if found.is_file() => {
                let mut lines = Lines::of(File::open(path)?);
                while let Some(text) = lines.read()? {
                    is_torn = !text.ends_with(b"\n");
                    match serde_json::from_slice::<Line>(text) {
                        Ok(line) => {
                            self.insert(&line.execution_arn, line.redrive_count, line.stop_date, &line.look);
                            good += 1;
                        }
                        Err(_) => wrong += 1,
                    }
                }
            }
            Ok(_) => return Err(io::Error::other("it is not a file")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        if wrong > good {
            // It begins anew, for nobody can mend it.
            let _ = fs::remove_file(path);
        }
        self.append(path, is_torn)?;
        Ok(wrong <= good)
    }

    /// Opens the file to write at its end. Where it is large, only its newer half stays.
    fn append(&mut self, path: &Path, is_torn: bool) -> io::Result<()> {
        let open = || OpenOptions::new().read(true).append(true).create(true).owner_only().open(path);
        let mut file = open()?;
        close_to_others(&file)?;
        self.size = file.metadata()?.len();
        if self.size > self.largest / 4 * 3 {
            let shorter = path.with_extension(format!("{}.tmp", std::process::id()));
            let mut copy = OpenOptions::new().write(true).create(true).truncate(true).owner_only().open(&shorter)?;
            file.seek(SeekFrom::Start(self.size - self.largest / 2))?;
            let mut lines = Lines::of(&mut file);
            // It begins in the middle of one.
            lines.read()?;
            self.size = io::copy(&mut lines.rest(), &mut copy)?;
            fs::rename(&shorter, path)?;
            file = open()?;
        }
        if is_torn && self.size > 0 {
            file.write_all(b"\n")?;
        }
        self.file = Some(file);
        Ok(())
    }

    pub(crate) fn get(&self, planned: &Planned) -> Option<Look> {
        let key = (planned.arn.as_str(), planned.redrive_count?, planned.stopped?);
        self.looks.get(&self.hasher.hash_one(key)).map(|look| (**look).clone())
    }

    /// Keeps a look at an execution that was redriven this often and stopped then; returns why it will not be known later.
    pub(crate) fn keep(&mut self, arn: &str, redrive_count: u16, stop_date: i64, look: &Look) -> Option<String> {
        self.insert(arn, redrive_count, stop_date, look);
        let line = Line { execution_arn: arn.to_owned(), redrive_count, stop_date, look: look.clone() };
        let mut text = serde_json::to_vec(&line).ok()?;
        text.push(b'\n');
        self.size += text.len() as u64;
        let written = self.file.as_mut().filter(|_| self.size <= self.largest)?.write_all(&text);
        let error = written.err()?;
        self.file = None;
        Some(format!("what is looked at is not kept: {}", errno::text(&error)))
    }

    fn insert(&mut self, arn: &str, redrive_count: u16, stop_date: i64, look: &Look) {
        let shared = self.different.get(look).cloned().unwrap_or_else(|| Rc::new(look.clone()));
        self.different.insert(Rc::clone(&shared));
        self.looks.insert(self.hasher.hash_one((arn, redrive_count, stop_date)), shared);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Cache;
    use crate::bulk::plan::Planned;
    use crate::bulk::triage::look::Look;
    use crate::platform::files::testing::{mode, set_mode};

    const ARN: &str = "arn:aws:states:us-east-1:123456789012:execution:M:run";

    fn look(error: &str) -> Look {
        let (status, error, failed_state) = ("FAILED".to_owned(), error.to_owned(), Some("Work".to_owned()));
        Look { status, error, failed_state, ..Look::default() }
    }

    fn planned(redrive_count: u16) -> Planned {
        Planned { redrive_count: Some(redrive_count), stopped: Some(7), ..Planned::from(ARN) }
    }

    #[test]
    fn what_was_looked_at_is_known_later_and_to_the_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("looks.jsonl");
        let (mut one, problem) = Cache::open(&path);
        let (mut other, _) = Cache::open(&path);
        assert_eq!(problem, None);
        assert_eq!(one.keep(ARN, 0, 7, &look("A")), None);
        other.keep(ARN, 1, 7, &look("B"));
        one.keep(ARN, 2, 7, &look("C"));
        set_mode(&path, 0o644);
        let (cache, problem) = Cache::open(&path);
        assert_eq!((problem, mode(&path)), (None, 0o600));
        assert_eq!([0, 1, 2].map(|count| cache.get(&planned(count))), ["A", "B", "C"].map(|error| Some(look(error))));
        assert_eq!(cache.get(&planned(3)), None);
        assert_eq!(cache.get(&Planned { stopped: Some(8), ..planned(0) }), None);
    }

    #[test]
    fn a_torn_line_costs_itself_and_damage_is_said_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("looks.jsonl");
        Cache::open(&path).0.keep(ARN, 0, 7, &look("A"));
        let good = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{good}{{\"executionArn\": \"torn")).unwrap();
        let (mut cache, problem) = Cache::open(&path);
        assert_eq!((problem, cache.get(&planned(0))), (None, Some(look("A"))));
        cache.keep(ARN, 1, 7, &look("B"));
        assert_eq!(
            [0, 1].map(|count| Cache::open(&path).0.get(&planned(count))),
            ["A", "B"].map(|error| Some(look(error)))
        );
        fs::write(&path, format!("{good}\0\0\n[]\n")).unwrap();
        let (cache, problem) = Cache::open(&path);
        assert!(problem.unwrap().ends_with("looks.jsonl is damaged"));
        assert_eq!(cache.get(&planned(0)), Some(look("A")), "what can be read counts");
        assert_eq!(Cache::open(&path).1, None);
    }

    #[test]
    fn the_file_stays_within_bounds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("looks.jsonl");
        let size = || fs::metadata(&path).unwrap().len();
        let (mut cache, _) = Cache::within(8_000, &path);
        (0..100).for_each(|count| drop(cache.keep(ARN, count, 7, &look("A"))));
        assert!((7_500..=8_000).contains(&size()), "{}", size());
        let (mut cache, problem) = Cache::within(8_000, &path);
        cache.keep(ARN, 100, 7, &look("B"));
        assert!(problem.is_none() && size() < 4_500, "{}", size());
        let (cache, _) = Cache::within(8_000, &path);
        let kept = [0, 40, 100].map(|count| cache.get(&planned(count)).map(|look| look.error));
        assert_eq!(kept, [None, Some("A".to_owned()), Some("B".to_owned())]);
    }
}
