//! What every stage of a bulk run is made with.

use std::rc::Rc;

use super::arguments::Bulk;
use super::calls::Calls;
use super::event::Event;
use super::pace::Pace;
use super::quotas::Quotas;
use super::report::Records;
use super::triage::looks::Looks;
use super::window::Window;
use crate::host::Host;
use crate::settings::Globals;

pub(crate) struct Context<'c> {
    pub(crate) host: &'c Host,
    pub(crate) globals: &'c Globals,
    pub(crate) bulk: &'c Bulk,
    pub(crate) pace: Pace,
    pub(crate) rates: Quotas,
    pub(crate) calls: Rc<Calls>,
    /// In milliseconds since 1970.
    pub(crate) now: i64,
    /// When executions must have stopped.
    pub(crate) window: Window,
    /// When they must have been started.
    pub(crate) started: Window,
    pub(crate) looks: Looks,
}

impl Context<'_> {
    /// Shows what is left out of the plan, where that is asked for.
    pub(crate) fn show_left_out(&self, arn: &str, reason: &str) {
        if self.bulk.show_left_out {
            self.calls.patience.show(Event::LeftOut(Records::left_out(arn, reason)));
        }
    }
}
