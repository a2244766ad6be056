//! What was typed, as typed: the options by name, nothing interpreted.

use clap::ArgMatches;

use crate::input::Typed;

/// The options of every command, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Globals {
    /// `--debug`.
    pub debug: bool,
    /// `--endpoint-url`.
    pub endpoint_url: Option<String>,
    /// `--no-verify-ssl`.
    pub no_verify_ssl: bool,
    /// `--output`, one of [`super::options::OUTPUT_FORMATS`].
    pub output: Option<String>,
    /// `--query`.
    pub query: Option<String>,
    /// `--profile`.
    pub profile: Option<String>,
    /// `--region`.
    pub region: Option<String>,
    /// `--color`, one of [`super::options::COLORS`].
    pub color: Option<String>,
    /// `--no-sign-request`.
    pub no_sign_request: bool,
    /// `--ca-bundle`.
    pub ca_bundle: Option<String>,
    /// `--cli-read-timeout`, not yet a number.
    pub read_timeout: Option<String>,
    /// `--cli-connect-timeout`, not yet a number.
    pub connect_timeout: Option<String>,
    /// Whether `--cli-binary-format` was given; its value changes nothing, for the operation has no binary parameters.
    pub binary_format_given: bool,
    /// `--no-cli-pager`.
    pub no_pager: bool,
    /// `--cli-error-format`, one of [`super::options::ERROR_FORMATS`].
    pub error_format: Option<String>,
}

/// The options of the operation, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operation {
    /// `--execution-arn`.
    pub execution_arn: Option<String>,
    /// `--client-token`.
    pub client_token: Option<String>,
    /// `--cli-input-json`.
    pub input_json: Option<String>,
    /// `--cli-input-yaml`.
    pub input_yaml: Option<String>,
    /// `--generate-cli-skeleton`, one of [`super::options::SKELETONS`].
    pub skeleton: Option<String>,
}

fn text(matches: &ArgMatches, name: &str) -> Option<String> {
    matches.get_one::<String>(name).cloned()
}

impl Globals {
    /// The options among what clap found, whichever command they were given to.
    pub(crate) fn from_matches(matches: &ArgMatches) -> Self {
        // --no-paginate is read by nothing: the operation has no pages. The two prompt flags were seen before, by their exact words.
        Self {
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
}

impl Operation {
    /// The options that make up the input.
    #[must_use]
    pub fn input(&self) -> Typed<'_> {
        Typed {
            execution_arn: self.execution_arn.as_deref(),
            client_token: self.client_token.as_deref(),
            cli_input_json: self.input_json.as_deref(),
            cli_input_yaml: self.input_yaml.as_deref(),
        }
    }

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
