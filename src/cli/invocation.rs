//! What was typed, as typed: the options by name, nothing interpreted.

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::words::Pass;
use crate::settings::Globals;

/// The options of the operation, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operation {
    pub execution_arn: Option<String>,
    pub client_token: Option<String>,
    pub input_json: Option<String>,
    pub input_yaml: Option<String>,
    /// `--generate-cli-skeleton`, one of [`super::options::SKELETONS`].
    pub skeleton: Option<String>,
}

/// The value of an option, the last one where it is given more than once.
fn text(found: &Pass, name: &str) -> Option<String> {
    found.given.iter().rev().find(|given| given.name == name)?.value.clone()
}

/// The options of every command among those of a pass.
pub(crate) fn globals(found: &Pass) -> Globals {
    collect(|name| text(found, name), |name| found.given.iter().any(|given| given.name == name))
}

/// The options of every command among what clap found for a command of our own.
pub(crate) fn globals_of_clap(matches: &ArgMatches) -> Globals {
    let id = |name: &str| name.trim_start_matches('-').to_owned();
    collect(
        |name| matches.get_one::<String>(&id(name)).cloned(),
        |name| matches.value_source(&id(name)) == Some(ValueSource::CommandLine),
    )
}

fn collect(text: impl Fn(&str) -> Option<String>, given: impl Fn(&str) -> bool) -> Globals {
    // --no-paginate is read by nothing: the operation has no pages. The two prompt flags were seen before, by their exact words.
    Globals {
        debug: given("--debug"),
        endpoint_url: text("--endpoint-url"),
        no_verify_ssl: given("--no-verify-ssl"),
        output: text("--output"),
        query: text("--query"),
        profile: text("--profile"),
        region: text("--region"),
        color: text("--color"),
        no_sign_request: given("--no-sign-request"),
        ca_bundle: text("--ca-bundle"),
        read_timeout: text("--cli-read-timeout"),
        connect_timeout: text("--cli-connect-timeout"),
        binary_format_given: given("--cli-binary-format"),
        no_pager: given("--no-cli-pager"),
        error_format: text("--cli-error-format"),
    }
}

impl Operation {
    pub(super) fn from_pass(found: &Pass) -> Self {
        Self {
            execution_arn: text(found, "--execution-arn"),
            client_token: text(found, "--client-token"),
            input_json: text(found, "--cli-input-json"),
            input_yaml: text(found, "--cli-input-yaml"),
            skeleton: text(found, "--generate-cli-skeleton"),
        }
    }
}
