//! What was looked at, kept from one command to the next: a look costs a call, of which there are 15 a second.
//!
//! One JSON object a line, appended at once, so that two processes do not get in each other's way: an execution as it stopped, and
//! what a look has shown of its failure. Nothing depends on it: what cannot be read or written is a notice, and the look is made.

use std::collections::hash_map::RandomState;
use std::collections::{HashMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::hash::BuildHasher;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
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
    /// By a hash of the execution and how often it was redriven; of 64 bits, for there may be many.
    looks: HashMap<u64, Rc<Look>>,
    /// The looks, of which few differ.
    different: HashSet<Rc<Look>>,
    hasher: RandomState,
    file: Option<File>,
    size: u64,
    largest: u64,
}

impl Cache {
    /// Reads the file, which is made where it is not there; says what is wrong with it.
    pub(crate) fn open(path: &Path) -> (Self, Option<String>) {
        Self::within(LARGEST, path)
    }

    fn within(largest: u64, path: &Path) -> (Self, Option<String>) {
        let mut cache = Self { largest, ..Self::default() };
        let wrong = |what: String| Some(format!("what was looked at before is not used: {what}"));
        let named = |error: &io::Error| errno::with_path(error, Escaped(&path.to_string_lossy()).to_string());
        let problem = match cache.read(path) {
            Ok(true) => None,
            Ok(false) => {
                // It begins anew, for nobody can mend it.
                let _ = fs::remove_file(path);
                wrong(format!("{} is damaged", Escaped(&path.to_string_lossy())))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return (cache, wrong(named(&error))),
        };
        match Self::appended(path, largest) {
            Ok((file, size)) => {
                (cache.file, cache.size) = (Some(file), size);
                (cache, problem)
            }
            Err(error) => (cache, problem.or_else(|| wrong(named(&error)))),
        }
    }

    /// Takes in what the file holds; returns whether most of its lines mean something. One may be half written.
    fn read(&mut self, path: &Path) -> io::Result<bool> {
        if !fs::metadata(path)?.is_file() {
            return Err(io::Error::other("it is not a file"));
        }
        let mut lines = Lines::of(File::open(path)?);
        let (mut good, mut wrong) = (0, 0);
        while let Some(text) = lines.read()? {
            match serde_json::from_slice::<Line>(text) {
                Ok(line) => {
                    self.insert(&line.execution_arn, line.redrive_count, line.stop_date, &line.look);
                    good += 1;
                }
                Err(_) => wrong += 1,
            }
        }
        Ok(wrong <= good)
    }

    /// The file, to write at its end, and its size. Where it is large, only its newer half stays.
    fn appended(path: &Path, largest: u64) -> io::Result<(File, u64)> {
        let open = || OpenOptions::new().read(true).append(true).create(true).owner_only().open(path);
        let mut file = open()?;
        close_to_others(&file)?;
        let mut size = file.metadata()?.len();
        if size > largest / 4 * 3 {
            let shorter: PathBuf = path.with_extension(format!("{}.tmp", std::process::id()));
            let mut copy = OpenOptions::new().write(true).create(true).truncate(true).owner_only().open(&shorter)?;
            file.seek(SeekFrom::Start(size - largest / 2))?;
            let mut lines = Lines::of(&mut file);
            // It begins in the middle of one.
            lines.read()?;
            size = io::copy(&mut lines.rest(), &mut copy)?;
            fs::rename(&shorter, path)?;
            file = open()?;
        }
        if size > 0 {
            file.seek(SeekFrom::End(-1))?;
            let mut last = [0];
            file.read_exact(&mut last)?;
            if last != *b"\n" {
                file.write_all(b"\n")?;
            }
        }
        Ok((file, size))
    }

    pub(crate) fn get(&self, planned: &Planned) -> Look {
        let known = planned.redrive_count.zip(planned.stopped).and_then(|(count, stopped)| {
            let key = self.hasher.hash_one((planned.arn.as_str(), count, stopped));
            self.looks.get(&key)
        });
        known.map(|look| (**look).clone()).unwrap_or_default()
    }

    /// Keeps a look at an execution that was redriven so often and has stopped then; says why it will not be known later.
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
        let shared = match self.different.get(look) {
            Some(known) => Rc::clone(known),
            None => {
                let new = Rc::new(look.clone());
                self.different.insert(Rc::clone(&new));
                new
            }
        };
        self.looks.insert(self.hasher.hash_one((arn, redrive_count, stop_date)), shared);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Cache;
    use crate::bulk::plan::Planned;
    use crate::bulk::triage::look::{Description, Look};
    use crate::platform::files::testing::{mode, set_mode};

    const ARN: &str = "arn:aws:states:us-east-1:123456789012:execution:M:run";

    fn look(error: &str) -> Look {
        let description =
            Description { status: "FAILED".to_owned(), error: error.to_owned(), ..Description::default() };
        Look { description: Some(description), failed_state: Some("Work".to_owned()) }
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
        assert_eq!([0, 1, 2].map(|count| cache.get(&planned(count))), [look("A"), look("B"), look("C")]);
        assert_eq!(cache.get(&planned(3)), Look::default());
        assert_eq!(cache.get(&Planned { stopped: Some(8), ..planned(0) }), Look::default());
    }

    #[test]
    fn a_torn_line_costs_itself_and_damage_is_said_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("looks.jsonl");
        Cache::open(&path).0.keep(ARN, 0, 7, &look("A"));
        let good = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{good}{{\"executionArn\": \"torn")).unwrap();
        let (mut cache, problem) = Cache::open(&path);
        assert_eq!((problem, cache.get(&planned(0))), (None, look("A")));
        cache.keep(ARN, 1, 7, &look("B"));
        assert_eq!([0, 1].map(|count| Cache::open(&path).0.get(&planned(count))), [look("A"), look("B")]);
        fs::write(&path, format!("{good}\0\0\n[]\n")).unwrap();
        let (cache, problem) = Cache::open(&path);
        assert!(problem.unwrap().ends_with("looks.jsonl is damaged"));
        assert_eq!(cache.get(&planned(0)), look("A"), "what can be read counts");
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
        assert_eq!([0, 40, 100].map(|count| cache.get(&planned(count))), [Look::default(), look("A"), look("B")]);
    }
}
