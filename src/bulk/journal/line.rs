//! The lines of a journal, each a JSON object.
//!
//! First `run`, then one `planned` for each execution in the order of the run, then `ready`; after that `ask` before a call and
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
    /// How calls to `here` would miss this part, apart from the account.
    pub(super) fn differs(&self, here: &Self) -> Result<(), String> {
        if self.region != here.region {
            return Err(format!("its run is in region {}, not {}", Escaped(&self.region), Escaped(&here.region)));
        }
        let shown = |endpoint: &Option<String>| match endpoint {
            Some(url) => Escaped(url).to_string(),
            None => "the service's own endpoint".to_owned(),
        };
        match self.endpoint == here.endpoint {
            true => Ok(()),
            false => Err(format!("its run is at {}, not {}", shown(&self.endpoint), shown(&here.endpoint))),
        }
    }
}

/// What a journal begins with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    pub version: u32,
    /// The run's id, which client tokens derive from.
    pub run: Uuid,
    pub(crate) program: String,
    /// When, RFC 3339.
    pub(crate) at: String,
    pub parts: Vec<Part>,
    pub(crate) selection: Selection,
    /// How fast it goes; a resume keeps to it.
    pub(crate) pace: Pace,
    /// How careful it is; a resume keeps to it, too.
    #[serde(default)]
    pub(crate) guards: Guards,
}

impl Header {
    /// The header of a new run.
    pub fn new(parts: Vec<Part>, selection: Selection, pace: Pace, now: i64) -> Self {
        let program = env!("CARGO_PKG_VERSION").to_owned();
        let (run, guards) = (Uuid::new_v4(), Guards::default());
        Self { version: VERSION, run, program, at: rfc3339(now), parts, selection, pace, guards }
    }

    /// Whether both runs want the same of an execution that is inspected, in the same place.
    pub(super) fn inspects_like(&self, other: &Self) -> bool {
        let wanted = |header: &Self| {
            let Selection { error_match, cause_match, failed_state, ignore_case, .. } = header.selection.clone();
            (error_match, cause_match, failed_state, ignore_case)
        };
        self.parts == other.parts && wanted(self) == wanted(other)
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
    Planned(Planned),
    Ready {
        executions: usize,
    },
    /// It is one of those that are tried first.
    Canary {
        n: usize,
    },
    /// Those that were tried first have ended; whether enough of them succeeded.
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
