//! ARNs of executions: where they are, which state machine they belong to, whether a map run started them.

use crate::python::unicode::is_printable;

/// The ARN of an execution, cut where it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExecutionArn<'a> {
    /// Everything up to the name, the last colon included: what the executions of a state machine share.
    pub(crate) prefix: &'a str,
    pub(crate) region: &'a str,
    pub(crate) account: &'a str,
    pub machine: &'a str,
    /// The label of the Map state, where a map run started the execution.
    pub(crate) label: Option<&'a str>,
    pub(crate) name: &'a str,
}

/// The longest ARN that RedriveExecution takes, in characters.
const LONGEST: usize = 256;

impl<'a> ExecutionArn<'a> {
    /// Cuts `arn:PARTITION:states:REGION:ACCOUNT:execution:MACHINE[/LABEL]:NAME`; `None` for another text.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (prefix, name) = text.split_at(text.rfind(':')? + 1);
        let mut parts = prefix.strip_suffix(':')?.split(':');
        let cut: [&str; 7] = std::array::from_fn(|_| parts.next().unwrap_or_default());
        let ["arn", partition, "states", region, account, "execution", machine] = cut else { return None };
        let (machine, label) = machine.split_once('/').map_or((machine, None), |(name, label)| (name, Some(label)));
        let sound = partition.starts_with("aws")
            && [partition, region].into_iter().all(is_region)
            && account.len() == 12
            && account.bytes().all(|byte| byte.is_ascii_digit())
            && [machine, label.unwrap_or("-"), name].into_iter().all(is_name)
            && parts.next().is_none()
            && text.chars().count() <= LONGEST;
        sound.then_some(Self { prefix, region, account, machine, label, name })
    }

    pub fn state_machine(&self) -> String {
        let before = self.prefix.split(":execution:").next().unwrap_or_default();
        format!("{before}:stateMachine:{}", self.machine)
    }
}

fn is_region(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Whether the service accepts this as the name of a state machine, a Map state's label or an execution (CreateStateMachine and
/// StartExecution list what a name must not contain). Nothing of it can move a terminal's cursor or turn its text round.
fn is_name(text: &str) -> bool {
    const REFUSED: &str = "<>{}[]?*\"#%\\^|~`$&,;:/ ";
    (1..=80).contains(&text.chars().count()) && !text.contains(|c| REFUSED.contains(c) || !is_printable(c))
}

#[cfg(test)]
mod tests {
    use super::ExecutionArn;

    #[test]
    fn an_arn_is_cut_at_its_name() {
        let arn = ExecutionArn::parse("arn:aws:states:eu-west-1:123456789012:execution:Orders/Row:run-1").unwrap();
        assert_eq!(arn.prefix, "arn:aws:states:eu-west-1:123456789012:execution:Orders/Row:");
        assert_eq!((arn.machine, arn.label, arn.name), ("Orders", Some("Row"), "run-1"));
        assert_eq!(arn.state_machine(), "arn:aws:states:eu-west-1:123456789012:stateMachine:Orders");
    }
}
