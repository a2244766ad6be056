//! What the service's model says of the operation's input. Refuses to check anything by it; that is `validation`'s part.

/// A member of the operation's input.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Its name in documents and on the wire.
    pub name: &'static str,
    /// Whether a request without it is refused.
    pub required: bool,
    /// The least number of characters. The most is left to the service, as the AWS CLI leaves it.
    pub least_length: usize,
}

/// `executionArn`
pub const EXECUTION_ARN: Member = Member { name: "executionArn", required: true, least_length: 1 };

/// `clientToken`
pub const CLIENT_TOKEN: Member = Member { name: "clientToken", required: false, least_length: 1 };

/// The members in the model's order.
pub const MEMBERS: [Member; 2] = [EXECUTION_ARN, CLIENT_TOKEN];

/// The member of a name.
pub fn member(name: &str) -> Option<&'static Member> {
    MEMBERS.iter().find(|member| member.name == name)
}
