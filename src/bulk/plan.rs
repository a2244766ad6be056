//! What is to be redriven: executions in the order of their redrives, a million of them in little memory.
//!
//! The executions of a state machine share the start of their ARN, which is kept once; their names stand one after the other in
//! one text.

use std::collections::BTreeMap;

use indexmap::IndexSet;
use serde::{Deserialize, Serialize};

use super::arn::ExecutionArn;
use crate::aws::reads::Execution;

/// How long after its stop an execution can be redriven, in milliseconds.
pub(crate) const REDRIVABLE_PERIOD: i64 = 14 * 24 * 3_600 * 1_000;

const UNKNOWN: i64 = i64::MAX;

#[derive(Debug, Default)]
pub struct Plan {
    prefixes: IndexSet<Box<str>>,
    names: String,
    entries: Vec<Entry>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    stopped: i64,
    prefix: u32,
    start: u32,
    length: u16,
    /// One more than the redriveCount; 0 where it is not known.
    redrives: u16,
    status: Option<Status>,
}

/// How an execution that can be redriven has ended.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, strum::EnumString, strum::IntoStaticStr,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Failed,
    TimedOut,
    Aborted,
}

impl Status {
    /// The status of this name; `None` for one that cannot be redriven.
    pub(crate) fn named(name: &str) -> Option<Self> {
        name.parse().ok()
    }

    pub(crate) fn name(self) -> &'static str {
        self.into()
    }
}

/// An execution to redrive, and what is known of it before this run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Planned {
    #[serde(rename = "executionArn")]
    pub arn: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redrive_count: Option<u16>,
    /// When it stopped, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
}

impl From<&str> for Planned {
    fn from(arn: &str) -> Self {
        Self { arn: arn.to_owned(), ..Self::default() }
    }
}

impl From<Execution> for Planned {
    fn from(execution: Execution) -> Self {
        let status = Status::named(&execution.status);
        Self { arn: execution.arn, redrive_count: execution.redrive_count, stopped: execution.stopped, status }
    }
}

impl Planned {
    /// Whether it stopped so long before `now` that it cannot be redriven.
    pub(crate) fn is_expired(&self, now: i64) -> bool {
        self.stopped.is_some_and(|stopped| now.saturating_sub(stopped) > REDRIVABLE_PERIOD)
    }
}

const NAMES: usize = 3;

/// The executions of a plan that share the start of their ARNs: those of a state machine in an account.
#[derive(Debug)]
pub(crate) struct Group<'p> {
    /// Up to the name, the last colon included.
    pub prefix: &'p str,
    pub count: usize,
    pub names: Vec<&'p str>,
    pub statuses: BTreeMap<Option<Status>, usize>,
    /// When the first and the last of them stopped, in milliseconds since 1970, where known.
    pub stopped: Option<(i64, i64)>,
}

impl Group<'_> {
    pub(crate) fn state_machine(&self) -> String {
        ExecutionArn::parse(&format!("{}x", self.prefix)).map(|arn| arn.state_machine()).unwrap_or_default()
    }
}

impl Plan {
    /// Adds an execution at the end. Returns whether its ARN is one (and there is room: names of 4 GB in all).
    pub fn push(&mut self, planned: &Planned) -> bool {
        let Some(cut) = ExecutionArn::parse(&planned.arn) else { return false };
        let known = self.prefixes.get_index_of(cut.prefix);
        let prefix = known.unwrap_or_else(|| self.prefixes.insert_full(cut.prefix.into()).0);
        let (Ok(prefix), Ok(start), Ok(length)) =
            (u32::try_from(prefix), u32::try_from(self.names.len()), u16::try_from(cut.name.len()))
        else {
            return false;
        };
        self.names.push_str(cut.name);
        let redrives = planned.redrive_count.map_or(0, |count| count.saturating_add(1));
        let (stopped, status) = (planned.stopped.unwrap_or(UNKNOWN), planned.status);
        self.entries.push(Entry { stopped, prefix, start, length, redrives, status });
        true
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn get(&self, index: usize) -> Option<Planned> {
        let entry = self.entries.get(index)?;
        let (prefix, name) = self.parts(entry);
        Some(Planned {
            arn: format!("{prefix}{name}"),
            redrive_count: entry.redrives.checked_sub(1),
            stopped: (entry.stopped != UNKNOWN).then_some(entry.stopped),
            status: entry.status,
        })
    }

    /// The number of the group (a state machine in an account) that the execution at this place belongs to.
    pub(crate) fn group(&self, index: usize) -> Option<u32> {
        self.entries.get(index).map(|entry| entry.prefix)
    }

    pub(crate) fn name(&self, index: usize) -> Option<&str> {
        self.entries.get(index).map(|entry| self.parts(entry).1)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Planned> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    fn parts(&self, entry: &Entry) -> (&str, &str) {
        let start = entry.start as usize;
        let name = self.names.get(start..start + usize::from(entry.length));
        let prefix = self.prefixes.get_index(entry.prefix as usize);
        (prefix.map_or("", |prefix| prefix), name.unwrap_or_default())
    }

    /// Drops repetitions, of which the newest knowledge stays, and puts those closest to their deadline first; those whose stop is
    /// not known come last, as they came. Returns how many repetitions there were.
    pub fn settle(&mut self) -> usize {
        let mut order: Vec<u32> = (0..u32::try_from(self.entries.len()).unwrap_or(u32::MAX)).collect();
        let entries = &self.entries;
        let key = |index: &u32| {
            let entry = entries.get(*index as usize)?;
            Some((entry.prefix, self.parts(entry).1))
        };
        // The first of equal ones stays, for sorting is stable.
        order.sort_by(|one, two| key(one).cmp(&key(two)));
        let mut repetitions = Vec::new();
        order.dedup_by(|later, first| {
            let is_repeated = key(later) == key(first);
            if is_repeated {
                repetitions.push((*first as usize, *later as usize));
            }
            is_repeated
        });
        for (first, later) in &repetitions {
            let Some(later) = self.entries.get(*later).copied() else { continue };
            let Some(first) = self.entries.get_mut(*first) else { continue };
            first.redrives = first.redrives.max(later.redrives);
            if first.stopped == UNKNOWN || later.stopped != UNKNOWN && later.stopped > first.stopped {
                (first.stopped, first.status) = (later.stopped, later.status.or(first.status));
            }
            first.status = first.status.or(later.status);
        }
        let entries = &self.entries;
        order.sort_by_key(|index| (entries.get(*index as usize).map_or(UNKNOWN, |entry| entry.stopped), *index));
        self.entries = order.iter().filter_map(|index| entries.get(*index as usize).copied()).collect();
        repetitions.len()
    }

    /// Keeps those that `wanted` wants; returns how many went.
    pub(crate) fn retain(&mut self, wanted: impl FnMut(&Planned) -> bool) -> usize {
        let mut wanted = wanted;
        let keep: Vec<bool> = self.iter().map(|planned| wanted(&planned)).collect();
        let before = self.len();
        let mut keep = keep.into_iter();
        self.entries.retain(|_| keep.next().unwrap_or(true));
        before - self.len()
    }

    /// How many executions there are by the shared start of their ARNs (which ends with a colon), in order of appearance.
    pub(crate) fn groups(&self) -> Vec<Group<'_>> {
        let empty = |prefix| Group { prefix, count: 0, names: Vec::new(), statuses: BTreeMap::new(), stopped: None };
        let mut groups: Vec<Group<'_>> = self.prefixes.iter().map(|prefix| empty(&**prefix)).collect();
        for entry in &self.entries {
            let Some(group) = groups.get_mut(entry.prefix as usize) else { continue };
            group.count += 1;
            *group.statuses.entry(entry.status).or_default() += 1;
            if group.names.len() < NAMES {
                group.names.push(self.parts(entry).1);
            }
            if entry.stopped != UNKNOWN {
                let (first, last) = group.stopped.unwrap_or((entry.stopped, entry.stopped));
                group.stopped = Some((first.min(entry.stopped), last.max(entry.stopped)));
            }
        }
        groups.retain(|group| group.count > 0);
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::{Plan, Planned};

    fn arn(name: &str) -> String {
        format!("arn:aws:states:us-east-1:123456789012:execution:M:{name}")
    }

    fn planned(name: &str, redrive_count: Option<u16>, stopped: Option<i64>) -> Planned {
        Planned { redrive_count, stopped, ..Planned::from(&*arn(name)) }
    }

    fn names(plan: &Plan) -> Vec<String> {
        plan.iter().map(|planned| planned.arn.rsplit(':').next().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn the_closest_to_its_deadline_goes_first_and_nothing_twice() {
        let mut plan = Plan::default();
        for (name, stopped) in
            [("x", None), ("b", Some(20)), ("a", Some(10)), ("b", Some(20)), ("y", None), ("x", None)]
        {
            assert!(plan.push(&planned(name, Some(3), stopped)));
        }
        assert_eq!(plan.settle(), 2);
        assert_eq!(names(&plan), ["a", "b", "x", "y"]);
        assert_eq!(plan.get(0).unwrap().redrive_count, Some(3));
        assert_eq!(plan.get(2).unwrap().stopped, None);
    }

    #[test]
    fn a_repetition_adds_what_it_knows() {
        let mut plan = Plan::default();
        for (name, count, stopped) in [
            ("bare", None, None),
            ("old", Some(1), Some(30)),
            ("bare", Some(0), Some(20)),
            ("old", Some(2), Some(40)),
            ("bare", None, None),
            ("old", Some(0), Some(10)),
        ] {
            assert!(plan.push(&planned(name, count, stopped)));
        }
        assert_eq!(plan.settle(), 4);
        let known: Vec<_> = plan.iter().map(|planned| (planned.redrive_count, planned.stopped)).collect();
        assert_eq!(known, [(Some(0), Some(20)), (Some(2), Some(40))]);
    }

    #[test]
    fn what_is_past_fourteen_days_is_left_out() {
        let mut plan = Plan::default();
        plan.push(&planned("old", None, Some(0)));
        plan.push(&planned("just", None, Some(1)));
        plan.push(&planned("unknown", None, None));
        assert_eq!(plan.retain(|planned| !planned.is_expired(super::REDRIVABLE_PERIOD + 1)), 1);
        assert_eq!(names(&plan), ["just", "unknown"]);
        assert_eq!(plan.retain(|planned| planned.stopped.is_some()), 1);
        let groups = plan.groups();
        assert_eq!(groups.len(), 1);
        assert_eq!((groups[0].prefix, groups[0].count), ("arn:aws:states:us-east-1:123456789012:execution:M:", 1));
        assert_eq!((&groups[0].names[..], groups[0].stopped), (&["just"][..], Some((1, 1))));
    }
}
