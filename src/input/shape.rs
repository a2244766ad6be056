//! What the service's model says of the operation's input. Refuses to check anything by it; that is `validation`'s part.

#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    /// Its name in documents and on the wire.
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    /// The least number of characters. The most is left to the service, as the AWS CLI leaves it.
    pub(crate) least_length: usize,
}

pub(crate) const EXECUTION_ARN: Member = Member { name: "executionArn", required: true, least_length: 1 };

pub(crate) const CLIENT_TOKEN: Member = Member { name: "clientToken", required: false, least_length: 1 };

/// The members in the model's order.
pub(crate) const MEMBERS: [Member; 2] = [EXECUTION_ARN, CLIENT_TOKEN];

pub(crate) fn member(name: &str) -> Option<&'static Member> {
    MEMBERS.iter().find(|member| member.name == name)
}
