//! What a run redrives: everything that is asked for, filtered, in order; and what was left out, and why.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::arguments::{Bulk, wrong};
use super::arn::ExecutionArn;
use super::calls::Calls;
use super::confirm::{self, LeftOut};
use super::event::Event;
use super::glob::Pattern;
use super::moment::readable;
use super::open_journal::Draft;
use super::plan::{Group, Plan, Planned};
use super::quotas::Quotas;
use super::report::Records;
use super::source;
use super::triage::looks::{Fit, Looks, side_by_side};
use super::triage::wanted::Wanted;
use super::window::Window;
use crate::error::Result;
use crate::render::escape::Escaped;

const UNWANTED: &str = "by error, cause or failed state";
const GONE: &str = "gone, or not to be seen";
const NOT_REDRIVABLE: &str = "not redrivable";
const BEYOND: &str = "beyond --limit";

pub(crate) struct Choice<'c> {
    pub(crate) bulk: &'c Bulk,
    pub(crate) calls: &'c Rc<Calls>,
    pub(crate) rates: &'c Quotas,
    /// When executions must have stopped.
    pub(crate) window: &'c Window,
    /// When they must have been started.
    pub(crate) started: &'c Window,
    pub(crate) looks: &'c Looks,
    pub(crate) now: i64,
}

impl Choice<'_> {
    /// What to redrive, in order, and what was left out. Looks are noted in the draft of the journal, where there is one.
    pub(crate) async fn plan(&self, draft: &RefCell<Option<Draft>>) -> Result<(Plan, LeftOut)> {
        let bulk = self.bulk;
        let found = source::gather(self).await?;
        let (aged, by_filters) = self.window.reasons(found.is_cut, self.now);
        let (mut plan, mut left_out) = (found.plan, found.left_out);
        left_out.push(("named more than once", plan.settle()));
        self.check_region(&plan)?;
        if !self.window.is_open() && plan.iter().any(|planned| planned.stopped.is_none()) {
            return Err(wrong(
                "--since and --until need to know when each execution stopped, which --from does not say (stopDate)",
            ));
        }
        if bulk.max_redrives.is_some() && plan.iter().any(|planned| planned.redrive_count.is_none()) {
            return Err(wrong(
                "--max-redrives needs to know how often each was redriven, which --from does not say (redriveCount)",
            ));
        }
        left_out.push(self.leave_out(&mut plan, aged, |planned| !planned.is_expired(self.now)));
        let name_match = bulk.name_match.as_deref().map(|text| Pattern::new(text, bulk.ignore_case));
        let (_, filtered) = self.leave_out(&mut plan, by_filters, |planned| {
            let name = planned.arn.rsplit(':').next().unwrap_or_default();
            name_match.as_ref().is_none_or(|pattern| pattern.takes(name))
                && bulk.max_redrives.is_none_or(|most| planned.redrive_count.is_none_or(|count| count <= most))
                && self.window.contains(planned.stopped)
        });
        left_out.push((by_filters, filtered + found.by_start));
        let wanted = Wanted::of(bulk);
        if !wanted.is_nothing() {
            self.inspect(&mut plan, &wanted, draft, &mut left_out).await?;
        }
        if let Some(limit) = bulk.limit {
            let taken = Cell::new(0);
            let is_within = |_: &Planned| taken.replace(taken.get() + 1) < limit;
            left_out.push(self.leave_out(&mut plan, BEYOND, is_within));
        }
        left_out.retain(|(_, count)| *count > 0);
        Ok((plan, left_out))
    }

    /// Keeps what is as wanted, which takes a look at each.
    async fn inspect(
        &self,
        plan: &mut Plan,
        wanted: &Wanted,
        draft: &RefCell<Option<Draft>>,
        left_out: &mut LeftOut,
    ) -> Result<()> {
        let calls = (wanted.is_about_description(), wanted.failed_state.is_some());
        let time = readable(wanted.time_for(self.looks.unknown(plan.iter(), calls), self.rates));
        if !self.bulk.quiet {
            self.calls.patience.notice(format!("inspecting {} (about {time})", confirm::executions(plan.len())));
        }
        let known = draft.borrow().as_ref().map_or_else(Default::default, |draft| draft.inspected.clone());
        let note = |planned: &Planned, wanted: bool| match draft.borrow_mut().as_mut() {
            Some(draft) => draft.note(planned, wanted),
            None => Ok(()),
        };
        let (fits, kept) = (RefCell::new(vec![None; plan.len()]), Cell::new(0));
        let look = |n: usize| {
            let (plan, fits, kept, known, note) = (&*plan, &fits, &kept, &known, &note);
            async move {
                let Some(planned) = plan.get(n).filter(|_| self.bulk.limit.is_none_or(|limit| kept.get() < limit))
                else {
                    return Ok(true);
                };
                let fit = match known.get(&(planned.arn.as_str().into(), planned.redrive_count)) {
                    Some(true) => Fit::Wanted,
                    Some(false) => Fit::Unwanted,
                    None => {
                        let fit = self.looks.fit(&planned, wanted).await?;
                        if matches!(fit, Fit::Wanted | Fit::Unwanted) {
                            note(&planned, fit == Fit::Wanted)?;
                        }
                        fit
                    }
                };
                kept.set(kept.get() + usize::from(fit == Fit::Wanted));
                if let Some(place) = fits.borrow_mut().get_mut(n) {
                    *place = Some(fit);
                }
                Ok(false)
            }
        };
        side_by_side(self.calls, 0..plan.len(), look).await?;
        let fits = fits.take();
        let mut fits = fits.into_iter();
        let mut counts = [UNWANTED, GONE, NOT_REDRIVABLE, BEYOND].map(|reason| (reason, 0));
        plan.retain(|planned| {
            let (reason, why) = match fits.next().flatten() {
                Some(Fit::Wanted) => return true,
                Some(Fit::Unwanted) => (UNWANTED, String::new()),
                Some(Fit::Gone) => (GONE, String::new()),
                Some(Fit::NotRedrivable(why)) => (NOT_REDRIVABLE, format!(": {why}")),
                None => (BEYOND, String::new()),
            };
            self.show(&planned.arn, &format!("{reason}{why}"));
            counts.iter_mut().filter(|(known, _)| *known == reason).for_each(|(_, count)| *count += 1);
            false
        });
        left_out.extend(counts);
        Ok(())
    }

    /// Leaves out of a plan what is not to be kept, and shows it where that is asked for.
    fn leave_out(
        &self,
        plan: &mut Plan,
        reason: &'static str,
        keeps: impl Fn(&Planned) -> bool,
    ) -> (&'static str, usize) {
        let show = |planned: &Planned| {
            self.show(&planned.arn, reason);
            false
        };
        (reason, plan.retain(|planned| keeps(planned) || show(planned)))
    }

    /// A record of what is left out, where that is asked for.
    pub(crate) fn show(&self, arn: &str, reason: &str) {
        if self.bulk.show_left_out {
            self.calls.patience.show(Event::LeftOut(Records::left_out(arn, reason)));
        }
    }

    /// Refuses executions of other regions: the service would refuse each.
    fn check_region(&self, plan: &Plan) -> Result<()> {
        let region = &self.calls.access.connection().region;
        for Group { prefix, count, .. } in plan.groups() {
            let arn = format!("{prefix}x");
            if let Some(other) = ExecutionArn::parse(&arn).map(|arn| arn.region).filter(|other| other != region) {
                let what = if count == 1 { "1 execution is".to_owned() } else { format!("{count} executions are") };
                return Err(wrong(&format!(
                    "{what} in region {other}, but the calls go to {}; a run is for one region",
                    Escaped(region)
                )));
            }
        }
        Ok(())
    }
}
