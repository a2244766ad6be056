//! ARNs of executions: where they are, which state machine they belong to, whether a map run started them.

/// The ARN of an execution, cut where it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExecutionArn<'a> {
    /// Everything up to the name, the last colon included: what the executions of a state machine share.
    pub prefix: &'a str,
    /// The region.
    pub region: &'a str,
    /// The account.
    pub account: &'a str,
    /// The state machine's name.
    pub machine: &'a str,
    /// The label of the Map state, where a map run started the execution.
    pub label: Option<&'a str>,
    /// The execution's name.
    pub name: &'a str,
}

/// The longest ARN that RedriveExecution takes, in characters.
const LONGEST: usize = 256;

impl<'a> ExecutionArn<'a> {
    /// Cuts `arn:PARTITION:states:REGION:ACCOUNT:execution:MACHINE[/LABEL]:NAME`; none where it is no such ARN.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let (prefix, name) = text.split_at(text.rfind(':')? + 1);
        let mut parts = prefix.strip_suffix(':')?.split(':');
        let mut next = || parts.next().filter(|part| !part.is_empty());
        let (arn, _partition, service, region, account, kind, machine) =
            (next()?, next()?, next()?, next()?, next()?, next()?, next()?);
        let sound = arn == "arn" && service == "states" && kind == "execution";
        if !sound || name.is_empty() || parts.next().is_some() || text.chars().count() > LONGEST {
            return None;
        }
        let (machine, label) = match machine.split_once('/') {
            Some((machine, label)) => (machine, Some(label)),
            None => (machine, None),
        };
        Some(Self { prefix, region, account, machine, label, name })
    }

    /// The ARN of the state machine.
    #[must_use]
    pub fn state_machine(&self) -> String {
        let before = self.prefix.split(":execution:").next().unwrap_or_default();
        format!("{before}:stateMachine:{}", self.machine)
    }
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

    #[test]
    fn what_is_no_execution_is_refused() {
        for text in [
            "",
            "run-1",
            "arn:aws:states:r:1:stateMachine:M",
            "arn:aws:states:r:1:execution:M",
            "arn:aws:states:r:1:execution:M:",
            "arn:aws:states:r:1:express:M:a:b",
            "arn:aws:states:r:1:execution:M:a:b",
            "arn:aws:sqs:r:1:execution:M:a",
        ] {
            assert_eq!(ExecutionArn::parse(text), None, "{text}");
        }
    }
}
