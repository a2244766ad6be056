//! One redrive, stage by stage, in the AWS CLI's order: read the settings, perhaps prompt, sort the arguments, call, query, show.

use std::borrow::Cow;
use std::io::Write;

use crate::aws::credentials;
use crate::aws::session::Session;
use crate::cli::{self, Action, Invocation, Operation, documents};
use crate::error::{Error, Result};
use crate::host::Host;
use crate::input::{self, ParameterFiles, Parameters, Skeleton, Typed};
use crate::platform::Signal;
use crate::platform::signals::interruptible;
use crate::python::codecs::Codec;
use crate::render::{self, Format, Style};
use crate::report::Report;
use crate::runtime::block_on;
use crate::settings::{Globals, PromptMode, Settings, Sources, TimestampFormat, presentation};
use crate::trace::Trace;
use crate::value::Value;
use crate::{aws, env_vars, os_text, prompt, report, stdio};

/// Runs a command line, through the prompt where that is requested; returns the exit status.
pub(crate) fn run(argv: Vec<String>, host: &Host, stdout: &mut dyn Write, stderr: &mut dyn Write) -> u8 {
    let report = Report::new(host);
    let (debug, mode) = match look(&argv, &report) {
        Ok(looked) => looked,
        Err(error) => return report.status(Err(error), stdout, stderr),
    };
    match mode {
        PromptMode::Off => {
            let outcome = serve(argv.clone(), debug, &report, stdout).map_err(|error| documents::meant(&argv, error));
            let status = report.status(outcome, stdout, stderr);
            if argv.is_empty() && host.stderr_is_terminal {
                let _ = writeln!(stderr, "\nTo see what this program can do, run: redrive-execution help");
            }
            status
        }
        PromptMode::On => complete(&argv, &report, stdout, stderr),
        // As the AWS CLI does it: the line is run, and only where it is wrong does the prompt open instead of an error.
        PromptMode::OnPartial => match serve(argv.clone(), debug, &report, stdout) {
            Err(Error::ParamValidation(_)) => complete(&argv, &report, stdout, stderr),
            Err(error @ Error::UnknownOptions(_)) => {
                report.status(Err(error), stdout, stderr);
                complete(&argv, &report, stdout, stderr)
            }
            outcome => report.status(outcome, stdout, stderr),
        },
    }
}

/// The AWS CLI's first look: whether to log, and whether to prompt. Reads the settings files.
fn look(argv: &[String], report: &Report<'_>) -> Result<(bool, PromptMode)> {
    let debug = cli::first_pass(argv)?;
    let sources =
        Sources { host: report.host, files: report.read_files()?, globals: &Globals::default(), trace: &Trace::off() };
    Ok((debug, presentation::prompt_mode(&sources, argv)?))
}

/// Lets the line be completed on the terminal, and runs what comes back, as a line of its own.
fn complete(argv: &[String], report: &Report<'_>, stdout: &mut dyn Write, stderr: &mut dyn Write) -> u8 {
    let completed = report.read_files().and_then(|files| prompt::ask(argv, report.host, files, stdout, stderr));
    match completed {
        Ok(Some(argv)) => {
            let report = report.anew();
            let outcome = look(&argv, &report).and_then(|(debug, _)| serve(argv, debug, &report, stdout));
            report.status(outcome, stdout, stderr)
        }
        Ok(None) => Signal::Interrupt.status(),
        Err(error) => report.status(Err(error), stdout, stderr),
    }
}

fn serve(argv: Vec<String>, debug: bool, report: &Report<'_>, stdout: &mut dyn Write) -> Result<u8> {
    let trace = report.trace(debug, &argv);
    let (globals, words) = match cli::globals(&cli::full_form(argv))? {
        Invocation::Version => {
            let text = cli::version(aws::sdk_version());
            return stdio::write(text.as_bytes(), stdout).map(|()| 0);
        }
        Invocation::Help(globals) => return help(report.host, &globals, stdout),
        Invocation::Operation(globals, words) => (globals, words),
    };
    let settings = report.settings(globals, &trace)?;
    let sources = &settings.sources;
    let codec = Codec::of_output(sources.variable(&[env_vars::CLI_OUTPUT_ENCODING]).as_deref())?;
    let timestamps = presentation::timestamp_format(sources)?;
    presentation::check_binary_format(sources)?;
    credentials::check_instance_settings(sources)?;
    let operation = match cli::operation(&words)? {
        Action::Help => return help(report.host, sources.globals, stdout),
        Action::Call(operation) => operation,
    };
    let Some(result) = result(&settings, &operation, timestamps, stdout)? else { return Ok(0) };
    show(&settings, &result, codec, report.style(), stdout).map(|()| 0)
}

/// The result to show; `None` where a skeleton of the request was printed instead.
fn result(
    settings: &Settings<'_>,
    operation: &Operation,
    timestamps: TimestampFormat,
    stdout: &mut dyn Write,
) -> Result<Option<Value>> {
    let encoding = settings.sources.variable(&[env_vars::CLI_FILE_ENCODING]);
    let files = ParameterFiles { host: settings.sources.host, encoding: encoding.as_deref() };
    let typed = Typed {
        execution_arn: operation.execution_arn.as_deref(),
        client_token: operation.client_token.as_deref(),
        cli_input_json: operation.input_json.as_deref(),
        cli_input_yaml: operation.input_yaml.as_deref(),
    };
    let parameters = input::resolve(&typed, &files)?;
    match operation.skeleton.as_deref().and_then(Skeleton::named) {
        Some(Skeleton::Output) => block_on(interruptible(Box::pin(stub(settings, parameters)))).map(Some),
        Some(skeleton) => {
            let text = skeleton.text().unwrap_or_default();
            stdio::write(text.as_bytes(), stdout)?;
            Ok(None)
        }
        // In a box: in each future around it there would be another copy, on the stack and then to be wiped.
        None => block_on(interruptible(Box::pin(call(settings, parameters, timestamps)))).map(Some),
    }
}

/// The output skeleton: everything short of signing and sending is done.
async fn stub(settings: &Settings<'_>, parameters: Parameters) -> Result<Value> {
    let session = Session::open(settings).await?;
    parameters.into_request(session.connection.parameter_validation, new_token)?;
    Ok(Skeleton::response())
}

async fn call(settings: &Settings<'_>, parameters: Parameters, timestamps: TimestampFormat) -> Result<Value> {
    let session = Session::open(settings).await?;
    let request = parameters.into_request(session.connection.parameter_validation, new_token)?;
    let client = session.client(session.credentials().await?);
    if session.is_unverified() {
        stdio::warn_unverified();
    }
    let response = aws::redrive(&client, &request, &session.connection).await?;
    aws::redrive_result(&response, timestamps, settings.sources.host)
}

/// A client token of our own, made once for a request; every attempt carries it.
fn new_token() -> String {
    uuid::Uuid::new_v4().to_string()
}

fn show(settings: &Settings<'_>, result: &Value, codec: Codec, style: Style, stdout: &mut dyn Write) -> Result<()> {
    let Settings { sources, query, .. } = settings;
    let format = presentation::output(sources)?;
    let queried = match query {
        // What is not shown is not looked for either.
        Some(query) if format != Format::Off => Some(query.search(result).map_err(Error::general)?),
        _ => None,
    };
    let mut output = String::new();
    let rendered = render::render(format, aws::OPERATION, queried.as_ref().unwrap_or(result), style, &mut output);
    let pager = if sources.host.stdout_is_terminal { presentation::pager(sources)? } else { None };
    sources.trace.line("output", || format!("{} bytes, {}", output.len(), pager.as_deref().unwrap_or("no pager")));
    let bytes = if os_text::holds_bytes(&output) && codec == Codec::default() {
        // Bytes of the command line that are not UTF-8 go out as they came in.
        Cow::Owned(os_text::encode(&output).into_encoded_bytes())
    } else {
        codec.encode(&output).map_err(Error::General)?
    };
    if format != Format::Off {
        stdio::deliver(&bytes, pager.as_deref(), sources.host, stdout)?;
    }
    rendered.map_err(Error::general)
}

fn help(host: &Host, globals: &Globals, stdout: &mut dyn Write) -> Result<u8> {
    let page = cli::help::page(report::look(host, globals));
    stdio::deliver_help(&page, presentation::help_pager(host, globals).as_deref(), stdout).map(|()| 0)
}
