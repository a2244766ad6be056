//! What every stage of a bulk run is made with.

use std::rc::Rc;

use super::arguments::Bulk;
use super::calls::Calls;
use super::pace::Pace;
use super::quotas::Quotas;
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
    pub(crate) window: Window,
}
