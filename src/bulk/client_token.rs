//! Client tokens that can be made again: the same run asks for the same redrive with the same token, also after a crash.

use uuid::Uuid;

/// The token for a redrive: a UUID v5 of the run, the execution and its `redriveCount` before it.
///
/// The service answers a token it knows (of an execution's last ten, for up to 15 minutes) without another redrive.
pub(crate) fn client_token(run: Uuid, execution_arn: &str, redrive_count: Option<u16>) -> String {
    let count = redrive_count.map_or_else(String::new, |count| count.to_string());
    Uuid::new_v5(&run, format!("{execution_arn}\n{count}").as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::client_token;

    #[test]
    fn each_of_run_execution_and_count_makes_another_token() {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let tokens = [
            client_token(one, "a", Some(0)),
            client_token(two, "a", Some(0)),
            client_token(one, "b", Some(0)),
            client_token(one, "a", Some(1)),
            client_token(one, "a", None),
        ];
        for (index, token) in tokens.iter().enumerate() {
            assert_eq!(tokens.iter().position(|other| other == token), Some(index));
        }
        assert_eq!(tokens[0], client_token(one, "a", Some(0)));
    }
}
