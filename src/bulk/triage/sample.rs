//! A few executions of each state machine, spread over the time: what `--sample` looks at.

use std::collections::HashMap;

use crate::bulk::plan::Plan;

/// The places of `each` executions of each state machine, at equal distances in the plan's order, which is that of their stops;
/// all of them where there is no number.
pub(crate) fn places(plan: &Plan, each: Option<usize>) -> Vec<usize> {
    let Some(each) = each else { return (0..plan.len()).collect() };
    let mut totals = HashMap::<u32, usize>::new();
    let group = |n: &usize| plan.group(*n);
    (0..plan.len()).filter_map(|n| group(&n)).for_each(|group| *totals.entry(group).or_default() += 1);
    let mut passed = HashMap::<u32, usize>::new();
    let is_chosen = |n: &usize| {
        let Some(group) = group(n) else { return false };
        let (total, passed) = (totals.get(&group).copied().unwrap_or(1), passed.entry(group).or_default());
        *passed += 1;
        // It is the first of its part of the group, of which there are `each`.
        (*passed * each) / total > (*passed - 1) * each / total
    };
    (0..plan.len()).filter(is_chosen).collect()
}

#[cfg(test)]
mod tests {
    use super::{Plan, places};

    fn plan(machines: &[(&str, usize)]) -> Plan {
        let mut plan = Plan::default();
        for (machine, count) in machines {
            for n in 0..*count {
                let arn = format!("arn:aws:states:us-east-1:123456789012:execution:{machine}:run-{n}");
                plan.push(&arn, Some(0), i64::try_from(n).ok());
            }
        }
        plan
    }

    #[test]
    fn each_state_machine_gives_as_many_spread_over_the_time() {
        let plan = plan(&[("A", 1_000), ("B", 7), ("C", 2)]);
        let places = places(&plan, Some(4));
        assert_eq!(places, [249, 499, 749, 999, 1_001, 1_003, 1_005, 1_006, 1_007, 1_008]);
    }

    #[test]
    fn without_a_number_all_are_looked_at() {
        assert_eq!(places(&plan(&[("A", 3)]), None), [0, 1, 2]);
    }
}
