//! From a seed to a store.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::super::arn::ArnMaker;
use super::super::clock::Timestamp;
use super::super::store::history::{can_have, fewest};
use super::super::store::{
    Attempt, Execution, ExecutionId, Kind, Listing, Machine, MachineId, MapRun, Outcomes, Plan, Shape, Status, Store,
    Tokens,
};
use super::super::weather::{fraction, weighted};
use super::{ChildrenSeed, ExecutionSeed, FailureSeed, MachineSeed, MapRunSeed, Seed, SeedError};

const LONGEST_ARN: usize = 256;
const MOST_EVENTS: usize = 25_000;
const MOST_VERSIONS: u16 = 1_000;
/// The most executions that a seed may have, children of map runs and earlier redrives counted.
const MOST_EXECUTIONS: u64 = 2_000_000;
/// The occasion of chance that decides how an execution fails; redrives have those from 0.
const FAILURE: usize = usize::MAX;
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

pub(crate) fn plant(seed: &Seed, arns: &ArnMaker, run_time: i64, now: Timestamp) -> Result<Store, SeedError> {
    let mut planter = Planter { store: Store::default(), arns, run_time, now, room: MOST_EXECUTIONS };
    for machine in &seed.state_machines {
        let at_machine = |error| SeedError::new(format_args!("state machine '{}': {error}", machine.name));
        planter.machine(machine).map_err(at_machine)?;
    }
    Ok(planter.store)
}

struct Planter<'a> {
    store: Store,
    arns: &'a ArnMaker,
    run_time: i64,
    now: Timestamp,
    /// How many more executions there may be.
    room: u64,
}

#[derive(Clone, Copy)]
struct Home<'a> {
    machine: MachineId,
    seed: &'a MachineSeed,
}

impl Planter<'_> {
    fn machine(&mut self, seed: &MachineSeed) -> Result<(), String> {
        check_name(&seed.name)?;
        if seed.kind == Kind::Express && !seed.executions.is_empty() {
            return Err("an EXPRESS state machine has no executions here: the service keeps none".to_owned());
        }
        let arn = self.arns.state_machine(&seed.name);
        if seed.versions > MOST_VERSIONS {
            return Err(format!("it has more than {MOST_VERSIONS} versions"));
        }
        for (alias, version) in &seed.aliases {
            check_name(alias)?;
            if alias.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(format!("the alias '{alias}' reads as a version"));
            }
            if !(1..=seed.versions).contains(version) {
                return Err(format!("the alias '{alias}' leads to version {version}, which is not there"));
            }
        }
        let qualifiers = (1..=seed.versions).map(|version| version.to_string()).chain(seed.aliases.keys().cloned());
        let machine = Machine {
            qualified_arns: qualifiers.map(|qualifier| format!("{arn}:{qualifier}")).collect(),
            arn,
            name: seed.name.clone(),
            kind: seed.kind,
            created: seed.created.map_or(self.now.plus(-90 * DAY), |when| when.resolve(self.now)),
            deleting: seed.deleting,
            executions: Listing::default(),
        };
        let machine = self.store.add_machine(machine).ok_or("there is another of this name")?;
        let home = Home { machine, seed };
        seed.executions.iter().try_for_each(|execution| {
            self.executions(home, execution).map_err(|error| format!("execution '{}': {error}", execution.name))
        })
    }

    fn executions(&mut self, home: Home<'_>, seed: &ExecutionSeed) -> Result<(), String> {
        let count = seed.repeat.unwrap_or(1);
        if count > 1 && !seed.name.contains("{n}") {
            return Err("with repeat, the name needs {n} where the number goes".to_owned());
        }
        let attempts = u64::from(seed.redrive_count) + 1;
        let children =
            seed.map_run.as_ref().map_or(0, |map_run| map_run.children.counts().map(|(_, count)| count).sum());
        self.room = u64::from(count)
            .checked_mul(attempts + children)
            .and_then(|more| self.room.checked_sub(more))
            .ok_or_else(|| format!("the seed has more than {MOST_EXECUTIONS} executions, children and redrives"))?;
        let (first, redrives) = self.attempts(seed)?;
        let plans = self.plans(home, seed, &first)?;
        let weights = plans.iter().map(|(plan, weight)| (plan, *weight));
        let plan = |number: u32| weighted(weights.clone(), fraction(number.into(), FAILURE)).map(Arc::clone);
        let spread = seed.spread.map_or(0, |span| span.0);
        for number in 1..=count {
            let name = match seed.repeat {
                Some(_) => seed.name.replace("{n}", &number.to_string()),
                None => seed.name.clone(),
            };
            check_name(&name)?;
            let earlier = -(spread / i64::from(count) * i64::from(number - 1));
            let execution = Execution {
                arn: self.arns.within("execution", &home.seed.name, &name).into(),
                machine: home.machine,
                map_run: None,
                own_map_run: None,
                plan: plan(number).ok_or("it cannot fail")?,
                number,
                pending: false,
                first: shifted(&first, earlier),
                redrives: redrives.iter().map(|attempt| shifted(attempt, earlier)).collect(),
                tokens: Tokens::default(),
            };
            let id = self.add(execution)?;
            if let Some(map_run) = &seed.map_run {
                self.map_run(home, id, map_run).map_err(|error| format!("map run '{}': {error}", map_run.label))?;
            }
        }
        Ok(())
    }

    fn add(&mut self, execution: Execution) -> Result<ExecutionId, String> {
        if execution.arn.chars().count() > LONGEST_ARN {
            return Err(format!("its ARN is longer than {LONGEST_ARN} characters: {}", execution.arn));
        }
        self.store.add_execution(execution).ok_or_else(|| "there is another of this name".to_owned())
    }

    /// The first attempt, and the redrives in equal parts of the time that there is.
    fn attempts(&self, seed: &ExecutionSeed) -> Result<(Attempt, Vec<Attempt>), String> {
        let running = seed.status == Status::Running;
        if running && seed.stopped.is_some() {
            return Err("what is RUNNING has not stopped".to_owned());
        }
        let stopped = match seed.stopped {
            _ if running => self.now,
            Some(when) => when.resolve(self.now),
            None => self.now.plus(-30 * MINUTE),
        };
        let started = seed.started.map_or(stopped.plus(-10 * MINUTE), |when| when.resolve(self.now));
        if started > stopped || stopped > self.now {
            return Err("it must start before it stops, and both before now".to_owned());
        }
        let parts = i64::from(seed.redrive_count) + 1;
        let part = stopped.since(started) / parts;
        let ended_like = if running { Status::Failed } else { seed.status };
        let mut attempts = (0..parts).map(|number| {
            let last = number + 1 == parts;
            let end = if last { stopped } else { started.plus(part * (number + 1)) };
            Attempt { began: started.plus(part * number), ended: (!(last && running)).then_some((end, ended_like)) }
        });
        let first = attempts.next().ok_or("it has no attempt")?;
        Ok((first, attempts.collect()))
    }

    fn plans(&self, home: Home<'_>, seed: &ExecutionSeed, first: &Attempt) -> Result<Vec<(Arc<Plan>, f64)>, String> {
        if seed.failures.is_empty() {
            return Ok(vec![(Arc::new(self.plan(home, seed, first)?), 1.0)]);
        }
        let weight = |failure: &FailureSeed| failure.weight.unwrap_or(1.0);
        check_weights("failures", seed.failures.iter().map(weight))?;
        let plan = |failure: &FailureSeed| {
            let own = failure.clone();
            let seed = ExecutionSeed {
                error: own.error.or_else(|| seed.error.clone()),
                cause: own.cause.or_else(|| seed.cause.clone()),
                failed_state: own.failed_state.or_else(|| seed.failed_state.clone()),
                after_redrive: own.after_redrive.or_else(|| seed.after_redrive.clone()),
                ..seed.clone()
            };
            Ok((Arc::new(self.plan(home, &seed, first)?), weight(failure)))
        };
        seed.failures.iter().map(plan).collect()
    }

    fn plan(&self, home: Home<'_>, seed: &ExecutionSeed, first: &Attempt) -> Result<Plan, String> {
        let shape = if seed.map_run.is_some() { Shape::Map } else { Shape::Task };
        let fewest = fewest(shape, first.ended.map(|(_, status)| status));
        let other_events = match seed.events {
            None => 0,
            Some(events) => events
                .checked_sub(fewest)
                .filter(|others| can_have(*others) && events <= MOST_EVENTS)
                .ok_or_else(|| {
                    let (next, least) = (fewest + 2, fewest + 4);
                    format!("events must be {fewest} or {next}, or at least {least}, and at most {MOST_EVENTS}")
                })?,
        };
        match &seed.after_redrive {
            Some(Outcomes::Each(statuses)) if statuses.is_empty() => {
                return Err("afterRedrive is an empty list".to_owned());
            }
            Some(Outcomes::Chances(weights)) => check_weights("afterRedrive", weights.values().copied())?,
            _ => {}
        }
        let (version, alias) = match &seed.qualifier {
            None => (None, None),
            Some(qualifier) => match (home.seed.aliases.get(qualifier), qualifier.parse()) {
                (Some(version), _) => (Some(*version), Some(qualifier)),
                (None, Ok(version)) if (1..=home.seed.versions).contains(&version) => (Some(version), None),
                _ => return Err(format!("the state machine has no version and no alias '{qualifier}'")),
            },
        };
        let machine_arn = self.arns.state_machine(&home.seed.name);
        let json = |value: &Option<Value>| value.as_ref().map_or_else(|| "{}".to_owned(), Value::to_string);
        Ok(Plan {
            input: json(&seed.input),
            output: json(&seed.output),
            error: seed.error.clone(),
            cause: seed.cause.clone(),
            failed_state: seed.failed_state.clone().unwrap_or_else(|| "Work".to_owned()),
            shape,
            other_events,
            kind: Kind::Standard,
            outcomes: seed.after_redrive.clone(),
            seeded_redrives: seed.redrive_count.into(),
            run_time: seed.run_seconds.map_or(Ok(self.run_time), in_milliseconds)?,
            version_arn: version.map(|version| format!("{machine_arn}:{version}")),
            alias_arn: alias.map(|alias| format!("{machine_arn}:{alias}")),
        })
    }

    fn map_run(&mut self, home: Home<'_>, parent: ExecutionId, seed: &MapRunSeed) -> Result<(), String> {
        check_name(&seed.label)?;
        let execution = self.store.execution(parent);
        let first = *execution.last_attempt();
        if (seed.children.running > 0 || seed.children.pending_redrive > 0) && first.ended.is_some() {
            return Err("it has children that run or wait for it, but its execution has ended".to_owned());
        }
        let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{}/{}", execution.arn, seed.label).as_bytes());
        let labelled = format!("{}/{}", home.seed.name, seed.label);
        let map_run = self.store.add_map_run(MapRun {
            arn: self.arns.within("mapRun", &labelled, &id.to_string()),
            machine_arn: self.arns.state_machine(&labelled),
            parent,
            children: Listing::default(),
            max_concurrency: seed.max_concurrency,
            tolerated_failure_percentage: seed.tolerated_failure_percentage,
            tolerated_failure_count: seed.tolerated_failure_count,
        });
        let [input, output] = ["{}", "{}"].map(str::to_owned);
        let plan =
            Arc::new(Plan { input, output, failed_state: "Item".to_owned(), kind: seed.kind, ..Plan::default() });
        let end = first.ended.map_or(self.now, |(time, _)| time);
        let statuses = seed.children.counts().flat_map(|(status, count)| (0..count).map(move |_| status));
        for (number, status) in (1..).zip(statuses) {
            let name = Uuid::new_v5(&id, u32::to_string(&(number - 1)).as_bytes()).to_string();
            let ended = match status {
                Status::Running => None,
                // It waits since the redrive began.
                Status::PendingRedrive => Some((first.began, Status::Failed)),
                status => Some((end, status)),
            };
            self.add(Execution {
                arn: self.arns.within("execution", &labelled, &name).into(),
                machine: home.machine,
                map_run: Some(map_run),
                own_map_run: None,
                plan: Arc::clone(&plan),
                number,
                pending: status == Status::PendingRedrive,
                first: Attempt { began: first.began, ended },
                redrives: Vec::new(),
                tokens: Tokens::default(),
            })?;
        }
        Ok(())
    }
}

impl ChildrenSeed {
    fn counts(self) -> impl Iterator<Item = (Status, u64)> {
        [
            (Status::Running, self.running),
            (Status::Succeeded, self.succeeded),
            (Status::Failed, self.failed),
            (Status::TimedOut, self.timed_out),
            (Status::Aborted, self.aborted),
            (Status::PendingRedrive, self.pending_redrive),
        ]
        .into_iter()
        .map(|(status, count)| (status, count.into()))
    }
}

fn shifted(attempt: &Attempt, milliseconds: i64) -> Attempt {
    Attempt {
        began: attempt.began.plus(milliseconds),
        ended: attempt.ended.map(|(time, status)| (time.plus(milliseconds), status)),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "checked to be a few years at most")]
fn in_milliseconds(seconds: f64) -> Result<i64, String> {
    if (0.0..=1e9).contains(&seconds) {
        Ok((seconds * 1000.0).round() as i64)
    } else {
        Err("runSeconds must be between 0 and 1000000000".to_owned())
    }
}

/// At least one weight must be above 0.
fn check_weights(field: &str, weights: impl Iterator<Item = f64>) -> Result<(), String> {
    let total = weights.map(|weight| if (0.0..=1e9).contains(&weight) { weight } else { f64::NAN }).sum::<f64>();
    if total > 0.0 { Ok(()) } else { Err(format!("the weights of {field} must be 0 or more, one of them above 0")) }
}

/// Names of state machines, executions and labels, as the service allows them.
fn check_name(name: &str) -> Result<(), String> {
    let forbidden = |character: char| {
        character.is_whitespace() || character.is_control() || "<>{}[]?*\"#%\\^|~`$&,;:/".contains(character)
    };
    match name.chars().count() {
        1..=80 if !name.contains(forbidden) => Ok(()),
        1..=80 => Err(format!("the name '{name}' has a character that names cannot have")),
        _ => Err(format!("the name '{name}' must have 1 to 80 characters")),
    }
}
