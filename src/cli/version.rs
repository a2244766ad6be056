//! What `--version` prints.

/// Name and version, the AWS CLI it stands in for, the platform.
#[must_use]
pub fn text() -> String {
    format!(
        "redrive-execution/{} aws-cli/{} {}/{}\n",
        env!("CARGO_PKG_VERSION"),
        AWS_CLI,
        std::env::consts::OS,
        std::env::consts::ARCH
    )
}

/// The AWS CLI whose behaviour this version has.
pub const AWS_CLI: &str = "2.38.1";
