//! What `--version` prints, in the AWS CLI's shape: names and versions, then the platform.

/// Name and version, the AWS CLI it stands in for, the SDK with its version, the platform.
pub(crate) fn text(sdk: &str) -> String {
    format!(
        "redrive-execution/{} aws-cli/{AWS_CLI} aws-sdk-sfn/{sdk} {}/{}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH
    )
}

/// The AWS CLI whose behaviour this version has.
pub(crate) const AWS_CLI: &str = "2.38.1";

#[cfg(test)]
mod tests {
    #[test]
    fn four_names_with_their_versions() {
        let text = super::text("1.2.3");
        let names: Vec<&str> = text.split_whitespace().map(|part| part.split('/').next().unwrap()).collect();
        assert_eq!(names, ["redrive-execution", "aws-cli", "aws-sdk-sfn", std::env::consts::OS]);
        assert!(text.contains(" aws-sdk-sfn/1.2.3 ") && text.ends_with('\n'), "{text}");
    }
}
