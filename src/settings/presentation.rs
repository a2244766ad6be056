//! How results and errors are shown: formats, styles, dates, pager, prompt. Each is resolved when it is needed, as in the AWS CLI,
//! where a wrong output format in a profile is noticed only after the call.

use super::{Globals, Sources};
use crate::env_vars;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::platform::WINDOWS;

/// `--output`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString)]
#[strum(serialize_all = "kebab-case")]
pub enum Format {
    Json,
    /// Tab-separated lines for `cut` and `awk`.
    Text,
    Table,
    Yaml,
    /// A YAML list with one item, the response.
    YamlStream,
    Off,
}

/// `--cli-error-format`, in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, strum::EnumString)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
pub enum ErrorFormat {
    Legacy,
    Json,
    Yaml,
    Text,
    Table,
    /// The message with its code, then the members that say more.
    #[default]
    Enhanced,
}

impl ErrorFormat {
    /// Whether a failure is shown as a result would be.
    pub(crate) fn is_structured(self) -> bool {
        !matches!(self, Self::Legacy | Self::Enhanced)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum TimestampFormat {
    /// As an ISO 8601 text in the local zone.
    Iso8601,
    /// As the number that was received.
    Wire,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::EnumString)]
#[strum(serialize_all = "kebab-case")]
pub enum PromptMode {
    #[default]
    Off,
    On,
    /// Where the command line is wrong.
    OnPartial,
}

/// The output format: `--output`, `AWS_DEFAULT_OUTPUT`, `output`, JSON.
pub fn output(sources: &Sources<'_>) -> Result<Format> {
    let configured = match &sources.globals.output {
        Some(output) => Some(output.clone()),
        None => sources.configured(&[env_vars::DEFAULT_OUTPUT], "output")?,
    };
    let Some(name) = configured else { return Ok(Format::Json) };
    name.parse().map_err(|_| Error::General(format!("Unknown output type: {name}")))
}

/// How dates are shown: the profile's `cli_timestamp_format`, ISO 8601.
pub fn timestamp_format(sources: &Sources<'_>) -> Result<TimestampFormat> {
    let scoped = sources.scoped().unwrap_or_default();
    let Some(format) = scoped.and_then(|section| section.get("cli_timestamp_format")) else {
        return Ok(TimestampFormat::Iso8601);
    };
    format.to_string().parse().map_err(|_| {
        Error::Configuration(format!(
            "Unknown cli_timestamp_format value: {format}, valid values are \"wire\" or \"iso8601\""
        ))
    })
}

/// Refuses an unknown `cli_binary_format` of the profile by its bare name in quotes, as the AWS CLI does, though the operation has no
/// binary parameters.
pub fn check_binary_format(sources: &Sources<'_>) -> Result<()> {
    let scoped = sources.scoped().unwrap_or_default();
    let Some(value) = scoped.and_then(|section| section.get("cli_binary_format")) else { return Ok(()) };
    if sources.globals.binary_format_given {
        return Ok(());
    }
    match value.text("cli_binary_format")? {
        "base64" | "raw-in-base64-out" => Ok(()),
        name => Err(Error::General(crate::python::repr::string(name))),
    }
}

/// The style of error messages: the option, `AWS_CLI_ERROR_FORMAT`, `cli_error_format`, `enhanced`.
///
/// A profile that is not there makes it `legacy`: the AWS CLI fails while it looks and falls back to the plain style.
pub(crate) fn error_format(sources: &Sources<'_>) -> ErrorFormat {
    if let Some(style) = &sources.globals.error_format {
        return style.parse().unwrap_or_default();
    }
    match sources.configured(&[env_vars::CLI_ERROR_FORMAT], "cli_error_format") {
        Ok(style) => style.unwrap_or_default().parse().unwrap_or_default(),
        Err(_) => ErrorFormat::Legacy,
    }
}

/// Whether tables are coloured: `--color`, else whether stdout is a terminal.
pub(crate) fn color(host: &Host, globals: Option<&Globals>) -> bool {
    match globals.and_then(|globals| globals.color.as_deref()) {
        Some("on") => true,
        Some("off") => false,
        _ => host.stdout_is_terminal,
    }
}

/// The same for text that the AWS CLI does not have: `NO_COLOR` and `CLICOLOR_FORCE` come before the terminal.
pub(crate) fn own_color(host: &Host, globals: Option<&Globals>) -> bool {
    let given = |name: &str| host.environment.get(name).is_some_and(|value| !value.is_empty() && value != "0");
    let is_plain = host.environment.get(env_vars::NO_COLOR).is_some_and(|value| !value.is_empty());
    match globals.and_then(|globals| globals.color.as_deref()) {
        Some("on" | "off") => color(host, globals),
        _ => !is_plain && (given(env_vars::CLICOLOR_FORCE) || host.stdout_is_terminal),
    }
}

/// The pager's command line: `AWS_PAGER`, `cli_pager`, `PAGER`, `less` (`more` on Windows). An empty one, or
/// `--no-cli-pager`, means no pager.
pub fn pager(sources: &Sources<'_>) -> Result<Option<String>> {
    if sources.globals.no_pager {
        return Ok(None);
    }
    let configured = match sources.configured(&[env_vars::PAGER], "cli_pager")? {
        Some(pager) => Some(pager),
        None => sources.variable(&[env_vars::SYSTEM_PAGER]),
    };
    Ok(Some(configured.unwrap_or_else(|| if WINDOWS { "more" } else { "less" }.to_owned()))
        .filter(|pager| !pager.is_empty()))
}

/// The pager's command line for help: `MANPAGER`, `PAGER`, `less -R`. The AWS CLI reads neither `AWS_PAGER` nor the profile for it.
/// An empty one, `--no-cli-pager`, or no terminal means no pager (there, the one is an error and the other has no effect).
pub(crate) fn help_pager(host: &Host, globals: &Globals) -> Option<String> {
    if globals.no_pager || !host.stdout_is_terminal {
        return None;
    }
    let pager = [env_vars::MAN_PAGER, env_vars::SYSTEM_PAGER].iter().find_map(|name| host.environment.get(name));
    Some(pager.unwrap_or_else(|| if WINDOWS { "more" } else { "less -R" }.to_owned()))
        .filter(|pager| !pager.trim().is_empty())
}

/// Whether to prompt, by the exact words of the command line, then `AWS_CLI_AUTO_PROMPT`, then `cli_auto_prompt`.
pub fn prompt_mode(sources: &Sources<'_>, argv: &[String]) -> Result<PromptMode> {
    let has = |word: &str| argv.iter().any(|given| given == word);
    let (on, off) = (has("--cli-auto-prompt"), has("--no-cli-auto-prompt"));
    if on && off {
        return Err(Error::ParamValidation(
            "Both --cli-auto-prompt and --no-cli-auto-prompt cannot be specified at the same time.".to_owned(),
        ));
    }
    if off || has("help") || has("--version") {
        return Ok(PromptMode::Off);
    }
    if on {
        return Ok(PromptMode::On);
    }
    let configured = sources.given(&[env_vars::CLI_AUTO_PROMPT], "cli_auto_prompt").unwrap_or_default();
    let mode = configured.map(|mode| mode.text("cli_auto_prompt").map(str::to_lowercase)).transpose()?;
    Ok(mode.and_then(|mode| mode.parse().ok()).unwrap_or_default())
}
