//! Every option, named once: the argument pass, the clap definitions, help and completions all read these tables.
//!
//! The order is that of AWS CLI 2.38.1, which shows in its "could match" lists. Refuses to hold values.

/// How an option takes its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Flag,
    Value,
    Number,
    /// Takes one of these words.
    Choice(&'static [&'static str]),
    /// Without a value, the first word counts.
    OptionalChoice(&'static [&'static str]),
    /// Prints the version and ends.
    Version,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionSpec {
    /// The long name with its dashes, such as `--region`.
    pub name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) help: &'static str,
}

impl OptionSpec {
    /// The name without its dashes: clap's id.
    pub(crate) fn id(&self) -> &'static str {
        self.name.trim_start_matches('-')
    }

    pub(crate) fn takes_value(&self) -> bool {
        !matches!(self.kind, Kind::Flag | Kind::Version)
    }

    /// The word that stands for the value in help.
    pub(crate) fn type_name(&self) -> &'static str {
        match self.kind {
            Kind::Flag => "boolean",
            Kind::Number => "int",
            _ => "string",
        }
    }
}

const fn option(name: &'static str, kind: Kind, help: &'static str) -> OptionSpec {
    OptionSpec { name, kind, help }
}

/// The output formats, in the order in which the AWS CLI offers them.
pub(crate) const OUTPUT_FORMATS: &[&str] = &["json", "text", "table", "yaml", "yaml-stream", "off"];
pub(crate) const COLORS: &[&str] = &["on", "off", "auto"];
/// How binary values are given.
pub(crate) const BINARY_FORMATS: &[&str] = &["base64", "raw-in-base64-out"];
pub(crate) const ERROR_FORMATS: &[&str] = &["legacy", "json", "yaml", "text", "table", "enhanced"];
pub(crate) const SKELETONS: &[&str] = &["input", "output", "yaml-input"];

/// What the AWS CLI looks at before anything else.
pub(crate) const FIRST_PASS: &[OptionSpec] = &[
    option("--profile", Kind::Value, "The profile to use."),
    option("--debug", Kind::Flag, "Log to stderr what is done."),
];

/// The options of every command of the AWS CLI.
pub const GLOBALS: &[OptionSpec] = &[
    option("--debug", Kind::Flag, "Log what is read, decided, sent and received to stderr; secrets are masked."),
    option("--endpoint-url", Kind::Value, "Send the request to this URL instead of the service's own endpoint."),
    option(
        "--no-verify-ssl",
        Kind::Flag,
        "Do not check the endpoint's TLS certificate. Anybody on the way can then read and change the request.",
    ),
    option("--no-paginate", Kind::Flag, "Accepted for the sake of scripts; a redrive has no pages."),
    option("--output", Kind::Choice(OUTPUT_FORMATS), "The format of the result on stdout."),
    option("--query", Kind::Value, "A JMESPath expression; what it selects is printed instead of the complete result."),
    option("--profile", Kind::Value, "The profile of the config and credentials files to use."),
    option("--region", Kind::Value, "The region to send the request to. Wins over environment and profile."),
    option("--version", Kind::Version, "Print the version and end."),
    option("--color", Kind::Choice(COLORS), "Whether tables are coloured; 'auto', the default, colours on a terminal."),
    option("--no-sign-request", Kind::Flag, "Send the request unsigned; no credentials are looked for."),
    option(
        "--ca-bundle",
        Kind::Value,
        "A PEM file with the certificate authorities to trust instead of the built-in ones.",
    ),
    option("--cli-read-timeout", Kind::Number, "Seconds to wait for an answer; 0 waits forever. The default is 60."),
    option(
        "--cli-connect-timeout",
        Kind::Number,
        "Seconds to wait for a connection; 0 waits forever. The default is 60.",
    ),
    option(
        "--cli-binary-format",
        Kind::Choice(BINARY_FORMATS),
        "How binary parameters are given. A redrive has none, so this changes nothing.",
    ),
    option("--no-cli-pager", Kind::Flag, "Print straight to the terminal, without a pager."),
    option("--cli-auto-prompt", Kind::Flag, "Prompt for the parameters on the terminal, with completion."),
    option("--no-cli-auto-prompt", Kind::Flag, "Never prompt, whatever the environment or the profile sets."),
    option(
        "--cli-error-format",
        Kind::Choice(ERROR_FORMATS),
        "The style of error messages on stderr; 'enhanced' is the default.",
    ),
];

/// The options by what one wants with them, as help shows them.
pub(crate) const GROUPS: &[(&str, &[&str])] = &[
    ("Which execution", &["--execution-arn", "--client-token", "--cli-input-json", "--cli-input-yaml"]),
    ("Who calls, and where", &["--profile", "--region", "--endpoint-url", "--no-sign-request"]),
    ("What is printed", &["--output", "--query", "--color", "--no-cli-pager", "--cli-error-format"]),
    ("The connection", &["--cli-connect-timeout", "--cli-read-timeout", "--ca-bundle", "--no-verify-ssl"]),
    (
        "To look before and behind",
        &["--generate-cli-skeleton", "--debug", "--cli-auto-prompt", "--no-cli-auto-prompt", "--version"],
    ),
    ("Without effect here", &["--no-paginate", "--cli-binary-format"]),
];

pub(crate) fn of_group(names: &[&str]) -> impl Iterator<Item = &'static OptionSpec> {
    names.iter().filter_map(|name| OPERATION.iter().chain(GLOBALS).find(|option| option.name == *name))
}

pub const OPERATION: &[OptionSpec] = &[
    option("--execution-arn", Kind::Value, "The Amazon Resource Name (ARN) of the execution to redrive."),
    option(
        "--client-token",
        Kind::Value,
        "A unique, case-sensitive identifier, 1 to 64 characters, that makes the request idempotent: the service answers a redrive with one of an execution's last 10 tokens, for up to 15 minutes, as it answered the first. Without it a random UUID is sent, the same on every retry.",
    ),
    option(
        "--cli-input-json",
        Kind::Value,
        "Take the parameters from this JSON document; file://PATH reads it from a file. Options on the command line win over it. Not together with --cli-input-yaml.",
    ),
    option(
        "--cli-input-yaml",
        Kind::Value,
        "Take the parameters from this YAML document; file://PATH reads it from a file. Options on the command line win over it. Not together with --cli-input-json.",
    ),
    option(
        "--generate-cli-skeleton",
        Kind::OptionalChoice(SKELETONS),
        "Print a skeleton and send nothing: 'input' (the default) for --cli-input-json, 'yaml-input' for --cli-input-yaml, 'output' checks the parameters and prints what a result looks like.",
    ),
];
