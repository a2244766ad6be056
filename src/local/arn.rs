//! ARNs of Step Functions: which ones a request may name, and how they are made.

use super::refusal::Refusal;

/// Whether the ARN of an execution has a map run's label: `…:execution:MACHINE/LABEL:NAME`.
pub(crate) fn check_execution(text: &str) -> Result<bool, Refusal> {
    parse(text, "execution", |_, name| name.is_some())
}

pub(crate) fn check_map_run(text: &str) -> Result<(), Refusal> {
    parse(text, "mapRun", |labelled, id| labelled && id.is_some()).map(|_| ())
}

/// The same for a state machine, perhaps with a version or an alias.
pub(crate) fn check_state_machine(text: &str) -> Result<bool, Refusal> {
    parse(text, "stateMachine", |_, _| true)
}

/// `arn:PARTITION:states:REGION:ACCOUNT:TYPE:MACHINE[/LABEL][:REST]`: whether there is a label. `is_complete` gets that and the rest.
fn parse(text: &str, resource_type: &str, is_complete: fn(bool, Option<&str>) -> bool) -> Result<bool, Refusal> {
    let Some(after) = text.strip_prefix("arn:") else {
        return Err(Refusal::InvalidArn(format!("Invalid ARN prefix: {text}")));
    };
    let malformed = || Refusal::InvalidArn(text.to_owned());
    let mut parts = after.split(':');
    let mut next = || parts.next().filter(|part| !part.is_empty()).ok_or_else(malformed);
    let (partition, service, _region, account) = (next()?, next()?, next()?, next()?);
    if !partition.starts_with("aws") || service != "states" || !is_account(account) {
        return Err(malformed());
    }
    let (found, machine) = (next()?, next()?);
    if found != resource_type {
        return Err(Refusal::InvalidArn(format!("Resource type not valid in this context: {found}")));
    }
    let rest = parts.next();
    let labelled = machine.contains('/');
    let has_names = machine.splitn(2, '/').chain(rest).all(|name| !name.is_empty());
    if has_names && parts.next().is_none() && is_complete(labelled, rest) { Ok(labelled) } else { Err(malformed()) }
}

pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
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

    /// `…:RESOURCE_TYPE:MACHINE:NAME` of an execution, or of a `mapRun`.
    pub(crate) fn within(&self, resource_type: &str, machine: &str, name: &str) -> String {
        format!("{}:{resource_type}:{machine}:{name}", self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::{ArnMaker, check_execution, check_map_run, check_state_machine};

    #[test]
    fn an_arn_that_is_made_is_accepted() {
        let arns = ArnMaker::new("cn-north-1", "123456789012");
        assert_eq!(check_execution(&arns.within("execution", "Orders", "run-1")), Ok(false));
        assert_eq!(check_execution(&arns.within("execution", "Orders/EachRow", "run-1")), Ok(true));
        assert_eq!(check_map_run(&arns.within("mapRun", "Orders/EachRow", "1-2")), Ok(()));
        assert!(check_map_run(&arns.within("mapRun", "Orders", "1-2")).is_err());
        assert_eq!(check_state_machine(&arns.state_machine("Orders")), Ok(false));
    }

    #[test]
    fn other_arns_are_refused_with_a_reason() {
        let states = |rest: &str| format!("arn:aws:states:us-east-1:{rest}");
        let wrong_type = |found: &str| format!("Resource type not valid in this context: {found}");
        for (text, detail) in [
            ("run-1".to_owned(), Some("Invalid ARN prefix: run-1".to_owned())),
            (states("123456789012:stateMachine:Orders"), Some(wrong_type("stateMachine"))),
            (states("123456789012:express:Orders:run:id"), Some(wrong_type("express"))),
            ("arn:aws:s3:::bucket".to_owned(), None),
            (states("1234:execution:Orders:run"), None),
            (states("123456789012:execution:Orders"), None),
            (states("123456789012:execution:Orders:run:more"), None),
            (states("123456789012:execution:/EachRow:run"), None),
        ] {
            let refusal = check_execution(&text).unwrap_err();
            assert_eq!(refusal.to_string(), format!("Invalid Arn: '{}'", detail.unwrap_or_else(|| text.clone())));
        }
    }
}
