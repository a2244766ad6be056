//! ARNs of Step Functions: which kinds there are and what a request may name.

use super::refusal::Refusal;

/// An ARN cut at its colons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arn<'a> {
    /// The state machine's name, without a map run's label.
    pub(crate) machine: &'a str,
    /// The label of the Map state, for map runs and what they start: `MACHINE/LABEL`.
    pub(crate) label: Option<&'a str>,
    /// What follows the machine: the execution's name, the map run's id, a version or an alias.
    pub(crate) rest: Option<&'a str>,
}

impl<'a> Arn<'a> {
    pub(crate) fn execution(text: &'a str) -> Result<Self, Refusal> {
        Self::parse(text, "execution").and_then(|arn| arn.with_rest(text))
    }

    pub(crate) fn map_run(text: &'a str) -> Result<Self, Refusal> {
        let arn = Self::parse(text, "mapRun").and_then(|arn| arn.with_rest(text))?;
        if arn.label.is_some() { Ok(arn) } else { Err(Refusal::invalid_arn(text)) }
    }

    /// The ARN of a state machine, perhaps with a version or an alias.
    pub(crate) fn state_machine(text: &'a str) -> Result<Self, Refusal> {
        Self::parse(text, "stateMachine")
    }

    fn with_rest(self, text: &str) -> Result<Self, Refusal> {
        if self.rest.is_some() { Ok(self) } else { Err(Refusal::invalid_arn(text)) }
    }

    /// `arn:PARTITION:states:REGION:ACCOUNT:TYPE:MACHINE[/LABEL][:REST]`.
    fn parse(text: &'a str, resource_type: &str) -> Result<Self, Refusal> {
        let Some(after) = text.strip_prefix("arn:") else {
            return Err(Refusal::invalid_arn(format_args!("Invalid ARN prefix: {text}")));
        };
        let malformed = || Refusal::invalid_arn(text);
        let mut parts = after.split(':');
        let mut next = || parts.next().filter(|part| !part.is_empty()).ok_or_else(malformed);
        let (partition, service, _region, account) = (next()?, next()?, next()?, next()?);
        let account_is_number = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        if !partition.starts_with("aws") || service != "states" || !account_is_number {
            return Err(malformed());
        }
        let (found, machine) = (next()?, next()?);
        if found != resource_type {
            return Err(Refusal::invalid_arn(format_args!("Resource type not valid in this context: {found}")));
        }
        let rest = match parts.next() {
            None => None,
            Some("") => return Err(malformed()),
            rest => rest,
        };
        if parts.next().is_some() {
            return Err(malformed());
        }
        match machine.split_once('/') {
            None => Ok(Self { machine, label: None, rest }),
            Some((machine, label)) if !machine.is_empty() && !label.is_empty() => {
                Ok(Self { machine, label: Some(label), rest })
            }
            Some(_) => Err(malformed()),
        }
    }
}

/// Makes the ARNs of one account in one region.
#[derive(Clone, Debug)]
pub(crate) struct ArnMaker {
    prefix: String,
}

impl ArnMaker {
    pub(crate) fn new(region: &str, account: &str) -> Self {
        let partition = match region {
            china if china.starts_with("cn-") => "aws-cn",
            gov if gov.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        };
        Self { prefix: format!("arn:{partition}:states:{region}:{account}") }
    }

    /// `…:stateMachine:MACHINE`; the machine may carry `/LABEL`.
    pub(crate) fn state_machine(&self, machine: &str) -> String {
        format!("{}:stateMachine:{machine}", self.prefix)
    }

    /// `…:execution:MACHINE:NAME`; the machine may carry `/LABEL`.
    pub(crate) fn execution(&self, machine: &str, name: &str) -> String {
        format!("{}:execution:{machine}:{name}", self.prefix)
    }

    /// `…:mapRun:MACHINE/LABEL:ID`.
    pub(crate) fn map_run(&self, machine: &str, label: &str, id: &str) -> String {
        format!("{}:mapRun:{machine}/{label}:{id}", self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::{Arn, ArnMaker};

    #[test]
    fn what_is_made_is_understood() {
        let arns = ArnMaker::new("cn-north-1", "123456789012");
        let execution = arns.execution("Orders", "run-1");
        assert_eq!(Arn::execution(&execution).unwrap(), Arn { machine: "Orders", label: None, rest: Some("run-1") });
        let map_run = arns.map_run("Orders", "EachRow", "1-2");
        assert_eq!(
            Arn::map_run(&map_run).unwrap(),
            Arn { machine: "Orders", label: Some("EachRow"), rest: Some("1-2") }
        );
        assert_eq!(Arn::state_machine(&arns.state_machine("Orders")).unwrap().rest, None);
    }

    #[test]
    fn other_arns_are_refused_with_a_reason() {
        for (text, message) in [
            ("run-1", "Invalid Arn: 'Invalid ARN prefix: run-1'"),
            (
                "arn:aws:states:us-east-1:123456789012:stateMachine:Orders",
                "Invalid Arn: 'Resource type not valid in this context: stateMachine'",
            ),
            (
                "arn:aws:states:us-east-1:123456789012:express:Orders:run:id",
                "Invalid Arn: 'Resource type not valid in this context: express'",
            ),
            ("arn:aws:s3:::bucket", "Invalid Arn: 'arn:aws:s3:::bucket'"),
            (
                "arn:aws:states:us-east-1:1234:execution:Orders:run",
                "Invalid Arn: 'arn:aws:states:us-east-1:1234:execution:Orders:run'",
            ),
            (
                "arn:aws:states:us-east-1:123456789012:execution:Orders",
                "Invalid Arn: 'arn:aws:states:us-east-1:123456789012:execution:Orders'",
            ),
            (
                "arn:aws:states:us-east-1:123456789012:execution:Orders:run:more",
                "Invalid Arn: 'arn:aws:states:us-east-1:123456789012:execution:Orders:run:more'",
            ),
            (
                "arn:aws:states:us-east-1:123456789012:execution:/EachRow:run",
                "Invalid Arn: 'arn:aws:states:us-east-1:123456789012:execution:/EachRow:run'",
            ),
        ] {
            let refusal = Arn::execution(text).unwrap_err();
            assert_eq!((refusal.code, refusal.message()), ("InvalidArn", message), "{text}");
        }
    }
}
