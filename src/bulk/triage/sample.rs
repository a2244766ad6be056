//! A few executions of each state machine, spread over the time: what `--sample` looks at.

use std::collections::HashMap;

use crate::bulk::plan::Plan;

/// The places of `each` executions of each state machine: one of each part of the plan's order, which is that of their stops; all
/// places where there is no number.
pub(crate) fn places(plan: &Plan, each: Option<usize>) -> Vec<usize> {
    let Some(each) = each else { return (0..plan.len()).collect() };
    let mut totals = HashMap::<u32, usize>::new();
    let group = |n: &usize| plan.group(*n);
    (0..plan.len()).filter_map(|n| group(&n)).for_each(|group| *totals.entry(group).or_default() += 1);
    let mut passed = HashMap::<u32, usize>::new();
    let is_chosen = |n: &usize| {
        let Some(group) = group(n) else { return false };
        let (total, passed) = (totals.get(&group).copied().unwrap_or(1), passed.entry(group).or_default());
        let place = *passed;
        *passed += 1;
        if each >= total {
            return true;
        }
        let part = place * each / total;
        let (start, end) = ((part * total).div_ceil(each), ((part + 1) * total).div_ceil(each));
        place == start + scattered(part) % (end - start).max(1)
    };
    (0..plan.len()).filter(is_chosen).collect()
}

/// A number that looks random: failures may alternate, and equal distances would meet one kind of them alone.
fn scattered(number: usize) -> usize {
    number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40
}

#[cfg(test)]
mod tests {
    use super::{Plan, places};
    use crate::bulk::plan::Planned;

    fn plan(machines: &[(&str, usize)]) -> Plan {
        let mut plan = Plan::default();
        for (machine, count) in machines {
            for n in 0..*count {
                let arn = format!("arn:aws:states:us-east-1:123456789012:execution:{machine}:run-{n}");
                plan.push(&Planned { redrive_count: Some(0), stopped: i64::try_from(n).ok(), ..Planned::from(&*arn) });
            }
        }
        plan
    }

    #[test]
    fn each_state_machine_gives_as_many_spread_over_the_time() {
        let plan = plan(&[("A", 1_000), ("B", 7), ("C", 2)]);
        let places = places(&plan, Some(4));
        let of = |range: std::ops::Range<usize>| places.iter().filter(|place| range.contains(place)).count();
        assert_eq!(
            [of(0..250), of(250..500), of(500..750), of(750..1_000), of(1_000..1_007), of(1_007..1_009)],
            [1, 1, 1, 1, 4, 2]
        );
    }

    #[test]
    fn without_a_number_all_are_looked_at() {
        assert_eq!(places(&plan(&[("A", 3)]), None), [0, 1, 2]);
    }
}
