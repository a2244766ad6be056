//! What was typed, as typed: the options by name, nothing interpreted.

use clap::ArgMatches;

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

fn text(matches: &ArgMatches, name: &str) -> Option<String> {
    matches.get_one::<String>(name).cloned()
}

/// The options among what clap found, whichever command they were given to.
pub(crate) fn globals(matches: &ArgMatches) -> Globals {
    // --no-paginate is read by nothing: the operation has no pages. The two prompt flags were seen before, by their exact words.
    Globals {
        debug: matches.get_flag("debug"),
        endpoint_url: text(matches, "endpoint-url"),
        no_verify_ssl: matches.get_flag("no-verify-ssl"),
        output: text(matches, "output"),
        query: text(matches, "query"),
        profile: text(matches, "profile"),
        region: text(matches, "region"),
        color: text(matches, "color"),
        no_sign_request: matches.get_flag("no-sign-request"),
        ca_bundle: text(matches, "ca-bundle"),
        read_timeout: text(matches, "cli-read-timeout"),
        connect_timeout: text(matches, "cli-connect-timeout"),
        binary_format_given: matches.contains_id("cli-binary-format"),
        no_pager: matches.get_flag("no-cli-pager"),
        error_format: text(matches, "cli-error-format"),
    }
}

impl Operation {
    pub(super) fn from_matches(matches: &ArgMatches) -> Self {
        Self {
            execution_arn: text(matches, "execution-arn"),
            client_token: text(matches, "client-token"),
            input_json: text(matches, "cli-input-json"),
            input_yaml: text(matches, "cli-input-yaml"),
            skeleton: text(matches, "generate-cli-skeleton"),
        }
    }
}
