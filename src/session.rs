//! One command line, stage by stage: read the settings, perhaps prompt, sort the arguments, call, query, show; and how a failure
//! on the way is shown, which depends on what is known by then.

use std::cell::OnceCell;
use std::io::Write;

use crate::call::Call;
use crate::cli::help::Look;
use crate::cli::{self, Asked, Globals, Invocation};
use crate::error::{Error, Result};
use crate::host::Host;
use crate::jmespath::Expression;
use crate::render::error::{ErrorFormat, render_error};
use crate::render::{self, Format, Style};
use crate::settings::{self, ConfigFiles, PromptMode, Sources, Timeouts, presentation};
use crate::trace::{self, Trace};
use crate::{aws, aws::credentials, prompt, stdio};

/// What is known so far.
pub struct Session<'h> {
    host: &'h Host,
    files: OnceCell<ConfigFiles>,
    globals: OnceCell<Globals>,
}

impl<'h> Session<'h> {
    /// A session that knows nothing yet.
    #[must_use]
    pub fn new(host: &'h Host) -> Self {
        Self { host, files: OnceCell::new(), globals: OnceCell::new() }
    }

    /// Runs a command line, through the prompt where that is asked for; returns the exit status.
    pub fn serve(&self, argv: Vec<String>, stdout: &mut dyn Write, stderr: &mut dyn Write) -> u8 {
        match self.open(&argv) {
            Err(error) => self.failed(&error, stdout, stderr),
            Ok(PromptMode::Off) => self.finish(argv, stdout, stderr),
            Ok(PromptMode::On) => self.prompt(&argv, stdout, stderr),
            // As the AWS CLI does it: the line is run, and only where it is wrong does the prompt open instead of an error.
            Ok(PromptMode::OnPartial) => match self.run(argv.clone(), stdout) {
                Err(Error::ParamValidation(_)) => self.prompt(&argv, stdout, stderr),
                Err(error @ Error::UnknownOptions(_)) => {
                    self.report(&error, stdout, stderr);
                    self.prompt(&argv, stdout, stderr)
                }
                outcome => self.status(outcome, stdout, stderr),
            },
        }
    }

    /// Tells how it went; returns the exit status.
    pub fn status(&self, outcome: Result<()>, stdout: &mut dyn Write, stderr: &mut dyn Write) -> u8 {
        outcome.map_or_else(|error| self.failed(&error, stdout, stderr), |()| 0)
    }

    /// Reads the settings files; returns whether to prompt.
    fn open(&self, argv: &[String]) -> Result<PromptMode> {
        cli::first_pass(argv)?;
        let loaded = ConfigFiles::load(self.host)?;
        let files = self.files.get_or_init(|| loaded);
        presentation::prompt_mode(&Sources { host: self.host, files, globals: None }, argv)
    }

    /// Lets the line be completed on the terminal, and runs what comes back, as a line of its own.
    fn prompt(&self, argv: &[String], stdout: &mut dyn Write, stderr: &mut dyn Write) -> u8 {
        let Some(files) = self.files.get() else { return Error::Interrupted.status() };
        match prompt::ask(argv, self.host, files, stdout, stderr) {
            Ok(Some(argv)) => {
                let session = Session::new(self.host);
                match session.open(&argv) {
                    Ok(_) => session.finish(argv, stdout, stderr),
                    Err(error) => session.failed(&error, stdout, stderr),
                }
            }
            Ok(None) => Error::Interrupted.status(),
            Err(error) => self.failed(&error, stdout, stderr),
        }
    }

    /// Runs the line and tells how it went.
    fn finish(&self, argv: Vec<String>, stdout: &mut dyn Write, stderr: &mut dyn Write) -> u8 {
        let outcome = self.run(argv, stdout);
        self.status(outcome, stdout, stderr)
    }

    fn failed(&self, error: &Error, stdout: &mut dyn Write, stderr: &mut dyn Write) -> u8 {
        self.report(error, stdout, stderr)
    }

    fn run(&self, argv: Vec<String>, stdout: &mut dyn Write) -> Result<()> {
        let trace = Trace::new(cli::first_pass(&argv)?, self.host.clock);
        trace::secrets::hide_given(&trace, &argv, self.host);
        trace.line("version", || cli::version::text(aws::sdk_version()).trim_end().to_owned());
        trace.line("arguments", || format!("{argv:?}"));
        let files = self.files.get_or_init(ConfigFiles::default);
        let sources = Sources { host: self.host, files, globals: None };
        let (globals, words) = match cli::globals(&cli::whole_form(argv))? {
            Invocation::Version => return stdio::write(cli::version::text(aws::sdk_version()).as_bytes(), stdout),
            Invocation::Help(globals) => return self.help(&globals, stdout),
            Invocation::Operation(globals, words) => (globals, words),
        };
        let globals = self.globals.get_or_init(|| globals);
        let sources = Sources { globals: Some(globals), ..sources };
        settings::origin::tell_profile(&trace, &sources);
        let query = compile_query(globals.query.as_deref())?;
        globals.endpoint_url.as_deref().map_or(Ok(()), settings::endpoint_url::check_option)?;
        let timeouts = Timeouts::parse(globals)?;
        let encoding = presentation::output_encoding(&sources)?;
        let timestamps = presentation::timestamp_format(&sources)?;
        presentation::check_binary_format(&sources, globals)?;
        credentials::check_instance_settings(&sources)?;
        let operation = match cli::operation(&words)? {
            Asked::Help => return self.help(globals, stdout),
            Asked::Call(operation) => operation,
        };
        let call = Call { sources, globals, timeouts, timestamps, trace: &trace };
        let Some(result) = call.result(&operation, stdout)? else { return Ok(()) };
        let format: Format = presentation::output(&sources, globals)?.parse().map_err(Error::general)?;
        let result = match &query {
            // What is not shown is not looked for either.
            Some(query) if format != Format::Off => query.search(&result).map_err(Error::general)?,
            _ => result,
        };
        let mut output = String::new();
        let rendered = render::render(format, aws::OPERATION, &result, self.style(), &mut output);
        let pager = if self.host.stdout_is_terminal { presentation::pager(&sources, globals)? } else { None };
        trace.line("output", || format!("{} bytes, {}", output.len(), pager.as_deref().unwrap_or("no pager")));
        let bytes = encoding.encode(&output).map_err(Error::General)?;
        let delivered = stdio::deliver(&bytes, pager.as_deref(), self.host, stdout);
        delivered.map_err(|error| if format == Format::Text { error.lost_at_once() } else { error })?;
        rendered.map_err(Error::general)
    }

    /// Shows a failure; returns the exit status. That nobody reads it is no reason for another.
    fn report(&self, error: &Error, stdout: &mut dyn Write, stderr: &mut dyn Write) -> u8 {
        let format = match self.files.get() {
            Some(files) => {
                let sources = Sources { host: self.host, files, globals: self.globals.get() };
                ErrorFormat::named(&presentation::error_format(&sources))
            }
            None => ErrorFormat::default(),
        };
        let encoding = presentation::error_encoding(self.host);
        let status = render_error(error, format, self.style(), encoding, stdout, stderr);
        let _ = stdout.flush();
        let _ = stderr.flush();
        status.unwrap_or_else(|_| error.status())
    }

    fn style(&self) -> Style {
        let color = match self.globals.get().and_then(|globals| globals.color.as_deref()) {
            Some("on") => true,
            Some("off") => false,
            _ => self.host.stdout_is_terminal,
        };
        Style::new(color, self.host.stdout_columns())
    }

    fn help(&self, globals: &Globals, stdout: &mut dyn Write) -> Result<()> {
        let columns = self.host.stdout_columns().filter(|columns| *columns > 0).map_or(80, usize::from);
        let bold = self.host.stdout_is_terminal && globals.color.as_deref() != Some("off");
        let page = cli::help::page(Look { columns, bold });
        let pager = if self.host.stdout_is_terminal { presentation::help_pager(self.host, globals) } else { None };
        stdio::deliver_help(&page, pager.as_deref(), stdout)
    }
}

fn compile_query(query: Option<&str>) -> Result<Option<Expression>> {
    query
        .map(|query| {
            Expression::compile(query)
                .map_err(|error| Error::ParamValidation(format!("Bad value for --query {query}: {error}")))
        })
        .transpose()
}
