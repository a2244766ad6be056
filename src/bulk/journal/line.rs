//! The lines of a journal, each a JSON object.
//!
//! First `run`, then one `planned` for each execution in the order of the run, then `ready`; after that `begun`, `ask` before a call and
//! `redriven` or `refused` after it, `ended` where the run waited. A place in the plan is called `n`. Times are in milliseconds since
//! 1970.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::bulk::arguments::Selection;
use crate::bulk::guards::Guards;
use crate::bulk::pace::Pace;
use crate::bulk::plan::Planned;
use crate::bulk::times::rfc3339;
use crate::render::escape::Escaped;

pub const VERSION: u32 = 2;

/// Where some executions of a run are, and so what a resume has to call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// The caller's account, else one that the command line names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    pub region: String,
    /// The endpoint, where it is not the service's own; without user and password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
}

impl Part {
    /// Refuses to continue this part with calls to `here`, whose account is checked elsewhere.
    pub(super) fn check(&self, here: &Self) -> Result<(), String> {
        let endpoint = |part: &Self| part.endpoint.clone().unwrap_or_else(|| "the service's own endpoint".to_owned());
        let (what, then, now) = match () {
            () if self.region != here.region => ("in region", self.region.clone(), here.region.clone()),
            () if self.endpoint != here.endpoint => ("at", endpoint(self), endpoint(here)),
            () => return Ok(()),
        };
        Err(format!("its run is {what} {}, not {}", Escaped(&then), Escaped(&now)))
    }
}

/// The profile that a command line or a variable names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Profile {
    Option(String),
    Variable(String),
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Header {
    pub version: u32,
    /// The run's id, which client tokens derive from.
    pub run: Uuid,
    pub(crate) program: String,
    pub(crate) at: String,
    pub parts: Vec<Part>,
    /// Earlier versions did not note it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) profile: Option<Profile>,
    pub(crate) selection: Selection,
    /// How fast it goes.
    pub(crate) pace: Pace,
    /// How careful it is.
    #[serde(default)]
    pub(crate) guards: Guards,
}

impl Header {
    pub fn new(parts: Vec<Part>, selection: Selection, pace: Pace, now: i64) -> Self {
        let program = env!("CARGO_PKG_VERSION").to_owned();
        let (version, run, at) = (VERSION, Uuid::new_v4(), rfc3339(now));
        Self { version, run, program, at, parts, selection, pace, ..Self::default() }
    }
}

/// The first use of a client token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FirstUse {
    /// When, by this machine's clock.
    pub at: i64,
    /// By how many milliseconds the service's clock was ahead then, where an answer has shown it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
    /// The `redriveCount` before it, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redrive_count: Option<u16>,
    /// Whether the journal has it; if not, it is a guess at what a crash of the machine may have lost.
    #[serde(skip, default = "yes")]
    pub noted: bool,
}

fn yes() -> bool {
    true
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Line {
    Run(Box<Header>),
    /// Earlier versions noted here what the plan's filters had looked at.
    Inspected {},
    Planned(Planned),
    Ready {
        executions: usize,
    },
    /// Calls are made from now on, by a run that begins or is resumed, at this pace and with these guards.
    Begun {
        at: i64,
        pace: Pace,
        guards: Guards,
        /// Whether what was refused is requested again.
        retry_refused: bool,
    },
    Canary {
        n: usize,
    },
    /// The canary has ended; whether enough of it succeeded.
    Tried {
        passed: bool,
    },
    /// A call is about to be made.
    Ask {
        n: usize,
        execution_arn: String,
        client_token: String,
        #[serde(flatten)]
        first_use: FirstUse,
        /// The execution was looked at and not redriven by then, so the token counts as unused before.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        looked: bool,
    },
    Redriven {
        n: usize,
        redrive_date: i64,
    },
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
    /// A call may have been made at about this time: the machine may have stopped before the line reached the disk.
    PerhapsAsked {
        n: usize,
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
    /// The caller may not redrive it; a resume tries again.
    Denied {
        n: usize,
        code: String,
        message: String,
        /// Whether an earlier call was not answered.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        unanswered: bool,
    },
    /// Calls were made again and again without an answer, while others were answered.
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
