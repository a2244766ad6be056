//! The values of `--execution-arn` that the service knows: state machines first, then the executions of the one that is chosen.
//!
//! Owns what is known, what is being fetched and what went wrong. Pure: [`Lookup::request`] returns what to fetch, and
//! [`Lookup::learn`] takes what came back; nothing waits for it.

use std::collections::HashMap;

use super::candidate::{Candidate, matching};
use super::context::{Context, EXECUTION_ARN, WordKind, connection_options, quote};
use super::executions::{List, Listing, Next, Pages, age, executions_prefix, machine_of};
use super::layout::MENU_LINES;
use crate::aws::reads::Execution;
use crate::settings::Globals;

/// Items that are fetched ahead of the chosen one.
const AHEAD: usize = 2 * MENU_LINES as usize;
/// Pages that are fetched in search of more to show before the next key.
const PATIENCE: u8 = 10;

#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The options that say whom to call and how.
    pub(crate) account: Globals,
    pub listing: Listing,
    pub pages: Vec<(&'static str, Next)>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Lookup {
    account: Option<Globals>,
    lists: HashMap<Listing, List>,
    pending: Option<Request>,
    failure: Option<String>,
    requests_left: u8,
}

/// What is looked up at this place; `None` where it is not an execution's ARN.
pub(crate) fn listing(context: &Context) -> Option<Listing> {
    let is_path = ["file://", "fileb://"].iter().any(|prefix| context.fragment.starts_with(prefix));
    match context.kind {
        WordKind::Value(option) if option.name == EXECUTION_ARN && !is_path => {
            Some(machine_of(&context.fragment).map_or(Listing::Machines, |(machine, _)| Listing::Executions(machine)))
        }
        _ => None,
    }
}

impl Lookup {
    /// What of it can be chosen at this place. `now` is in seconds since 1970.
    pub(crate) fn candidates(&self, context: &Context, now: i64) -> Vec<Candidate> {
        let Some(listing) = listing(context) else { return Vec::new() };
        let fragment = context.fragment.as_str();
        let known = self.known(&listing).iter();
        match &listing {
            Listing::Machines => {
                matching(fragment, known.map(|machine| machine_candidate(machine, fragment)).collect())
            }
            Listing::Executions(_) => {
                let name = machine_of(fragment).map_or("", |(_, name)| name);
                matching(name, known.map(|execution| execution_candidate(execution, now)).collect())
            }
        }
    }

    fn known(&self, listing: &Listing) -> &[Execution] {
        self.lists.get(listing).map_or(&[], |list| &list.known)
    }

    fn missing(&self, listing: &Listing) -> Vec<(&'static str, Next)> {
        self.lists.get(listing).map_or_else(|| List::new(listing).missing(), List::missing)
    }

    /// A key was pressed: somebody is there.
    pub(crate) fn awaken(&mut self) {
        self.requests_left = PATIENCE;
    }

    /// The cursor is elsewhere: what went wrong may go better next time.
    pub(crate) fn leave(&mut self) {
        self.failure = None;
        self.pending = None;
    }

    /// What to fetch now, if anything: not while it is being fetched, nor where enough of it is known or it failed.
    /// `line` names whom to call; `ahead` is how many items there are beyond the chosen one.
    pub(crate) fn request(&mut self, listing: &Listing, line: &str, ahead: usize) -> Option<Request> {
        let account = match connection_options(line) {
            Ok(account) => account,
            Err(error) => {
                self.account = None;
                self.failure = error.message().lines().next().map(str::to_owned);
                return None;
            }
        };
        if self.account.as_ref() != Some(&account) {
            self.account = Some(account.clone());
            self.lists.clear();
            self.leave();
        }
        if self.failure.is_some() || ahead >= AHEAD {
            return None;
        }
        let request = Request { account, listing: listing.clone(), pages: self.missing(listing) };
        if self.pending.as_ref() == Some(&request) || self.requests_left == 0 || request.pages.is_empty() {
            return None;
        }
        self.requests_left -= 1;
        self.pending = Some(request.clone());
        Some(request)
    }

    /// Takes what came back, unless nobody waits for it any more.
    pub(crate) fn learn(&mut self, request: &Request, reply: Result<Pages, String>) {
        if self.pending.as_ref() != Some(request) {
            return;
        }
        self.pending = None;
        let Request { listing, .. } = request;
        match reply {
            Ok(pages) => self.lists.entry(listing.clone()).or_insert_with(|| List::new(listing)).learn(pages),
            Err(reason) => self.failure = Some(reason),
        }
    }

    pub(crate) fn is_busy(&self) -> bool {
        self.pending.is_some()
    }

    pub(crate) fn has_more(&self, listing: &Listing) -> bool {
        self.failure.is_none() && !self.missing(listing).is_empty()
    }

    /// The one line that says how it stands, where the menu alone does not; `shown` is how many items that has.
    pub(crate) fn note(&self, listing: &Listing, shown: usize) -> Option<String> {
        let what = match listing {
            Listing::Machines => "state machines".to_owned(),
            Listing::Executions(machine) => {
                format!("executions of {} to redrive", machine.rsplit(':').next().unwrap_or_default())
            }
        };
        let known = self.known(listing).len();
        match &self.failure {
            Some(reason) => Some(format!("No list of {what}: {reason}")),
            None if shown > 0 => None,
            None if self.pending.is_some() => Some(format!("Looking for {what} …")),
            None if known == 0 && !self.has_more(listing) => Some(format!("There are no {what}.")),
            None if self.requests_left == 0 && self.has_more(listing) => {
                Some(format!("Not among the first {known} {what}; the next key looks further."))
            }
            None => None,
        }
    }
}

fn machine_candidate(machine: &Execution, fragment: &str) -> Candidate {
    let executions = executions_prefix(&machine.arn);
    // What is typed is looked for in what it may be the beginning of.
    let shown = match fragment.starts_with("arn:") {
        true if fragment.contains(":stateMachine:") => machine.arn.clone(),
        true => executions.clone(),
        false => machine.name().to_owned(),
    };
    Candidate { text: quote(&executions), shown, note: "[state machine]".to_owned(), leads_on: true }
}

fn execution_candidate(execution: &Execution, now: i64) -> Candidate {
    let stopped = execution.stopped.map(|time| format!(", stopped {} ago", age(now - time / 1_000)));
    Candidate {
        text: quote(&execution.arn),
        shown: execution.name().to_owned(),
        note: format!("{}{}", execution.status, stopped.unwrap_or_default()),
        leads_on: false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::context::context;
    use super::super::executions::{Listing, Pages};
    use super::{Lookup, listing};
    use crate::aws::reads::Execution;

    const ARN: &str = "arn:aws:states:us-east-1:123456789012";

    fn line(rest: &str) -> String {
        format!("stepfunctions redrive-execution {rest}")
    }

    fn machines(names: &[&str], next: Option<&str>) -> Result<Pages, String> {
        let machine = |name: &&str| Execution { arn: format!("{ARN}:stateMachine:{name}"), ..Execution::default() };
        Ok(vec![("", (names.iter().map(machine).collect(), next.map(str::to_owned)))])
    }

    fn awake() -> Lookup {
        let mut lookup = Lookup::default();
        lookup.awaken();
        lookup
    }

    fn shown(lookup: &Lookup, rest: &str) -> Vec<(String, String)> {
        let candidates = lookup.candidates(&context(&line(rest), ""), 1_000_000);
        candidates.into_iter().map(|candidate| (candidate.shown, candidate.text)).collect()
    }

    #[test]
    fn state_machines_lead_to_their_executions() {
        let mut lookup = awake();
        let here = line("--execution-arn ");
        let seen = listing(&context(&here, "")).unwrap();
        let request = lookup.request(&seen, &here, 0).unwrap();
        assert_eq!(lookup.request(&seen, &here, 0), None, "it is being fetched");
        assert_eq!(lookup.note(&seen, 0).as_deref(), Some("Looking for state machines …"));
        lookup.learn(&request, machines(&["orders", "bills"], None));
        assert_eq!(shown(&lookup, "--execution-arn or"), [("orders".to_owned(), format!("{ARN}:execution:orders:"))]);
        for begun in [ARN.to_owned(), format!("{ARN}:execution:ord"), format!("{ARN}:stateMachine:ord")] {
            let found = shown(&lookup, &format!("--execution-arn {begun}"));
            assert!(found.iter().any(|(_, text)| *text == format!("{ARN}:execution:orders:")), "{begun}");
        }
    }

    #[test]
    fn another_account_is_another_list() {
        let mut lookup = awake();
        let here = line("--region us-east-1 --execution-arn ");
        let first = lookup.request(&Listing::Machines, &here, 0).unwrap();
        lookup.learn(&first, machines(&["orders"], None));
        assert_eq!(shown(&lookup, "--execution-arn ").len(), 1);
        let there = line("--region eu-west-1 --execution-arn ");
        let second = lookup.request(&Listing::Machines, &there, 0).unwrap();
        assert_eq!(shown(&lookup, "--execution-arn ").len(), 0);
        lookup.learn(&first, machines(&["orders"], None));
        assert_eq!(shown(&lookup, "--execution-arn ").len(), 0, "an answer that came too late");
        lookup.learn(&second, machines(&["bills"], None));
        assert_eq!(shown(&lookup, "--execution-arn ")[0].0, "bills");
    }

    #[test]
    fn a_failed_lookup_waits_for_the_cursor_to_come_back() {
        let mut lookup = awake();
        let here = line("--execution-arn ");
        let request = lookup.request(&Listing::Machines, &here, 0).unwrap();
        lookup.learn(&request, Err("AccessDeniedException: no".to_owned()));
        let note = lookup.note(&Listing::Machines, 0);
        assert_eq!(note.as_deref(), Some("No list of state machines: AccessDeniedException: no"));
        assert_eq!(lookup.request(&Listing::Machines, &here, 0), None);
        lookup.leave();
        assert!(lookup.request(&Listing::Machines, &here, 0).is_some());
        assert_eq!(lookup.request(&Listing::Machines, &line("--cli x --execution-arn "), 0), None);
        assert!(lookup.note(&Listing::Machines, 0).unwrap().contains("ambiguous option"));
    }

    #[test]
    fn pages_are_fetched_only_while_someone_scrolls() {
        let mut lookup = awake();
        let here = line("--execution-arn ");
        assert_eq!(lookup.request(&Listing::Machines, &here, 100), None, "enough is ahead");
        let mut requests = 0;
        while let Some(request) = lookup.request(&Listing::Machines, &here, 0) {
            requests += 1;
            lookup.learn(&request, machines(&[], Some(&requests.to_string())));
        }
        assert_eq!(requests, 10);
        assert!(lookup.note(&Listing::Machines, 0).unwrap().starts_with("Not among the first 0 state machines; "));
        lookup.awaken();
        assert!(lookup.request(&Listing::Machines, &here, 0).is_some());
    }
}
