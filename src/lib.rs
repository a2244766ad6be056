//! `redrive-execution`: a drop-in for `aws stepfunctions redrive-execution` of the AWS CLI v2.
//!
//! ```text
//! argv ─cli─▶ Invocation ─settings─▶ Settings ──┐
//!              (as typed)   ▲                   ├─▶ Request ─aws─▶ answer ─▶ Value
//!                  Host (env, files, tty, clock)┘   (input)                   │
//!    exit ◀─ status ◀─ stdio (pager) ◀─ render ◀─────────── query ◀───────────┘
//! ```
//!
//! [`run`] is this picture. Nothing flows back up.

pub mod aws;
pub mod bulk;
pub mod cli;
pub mod env_vars;
pub mod error;
pub mod host;
pub mod input;
pub mod jmespath;
pub mod local;
pub mod render;
pub mod settings;
pub mod stand_in;
pub mod stdio;
pub mod trace;
pub mod value;

use std::cell::OnceCell;
use std::ffi::OsString;
use std::io::Write;

use aws::credentials;
use aws::transport::Transport;
use cli::help::Look;
use cli::{Asked, Globals, Invocation, Operation};
use error::{Error, Result};
use host::Host;
use input::{ParameterFiles, Parameters, Skeleton};
use jmespath::Expression;
use render::error::{ErrorFormat, render_error};
use render::{Format, Style};
use settings::identity::check_region;
use settings::{ConfigFiles, Connection, Identity, STEP_FUNCTIONS, Sources, Timeouts, TimestampFormat, presentation};
use stand_in::Part;
use trace::Trace;
use value::Value;

/// Does what a process started as `program` with these words is for: what [`run`] does, or in the place of `aws`, its part.
pub fn start(
    program: OsString,
    words: Vec<OsString>,
    host: &Host,
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
) -> u8 {
    match stand_in::part(&program, words) {
        Part::Ours(argv) => run(argv, host, stdout, stderr),
        Part::Theirs(words) => stand_in::hand_on(&words, host, stderr),
    }
}

/// Does what the words of `argv` (without the program's name) ask for; returns the exit status.
pub fn run(argv: Vec<String>, host: &Host, stdout: &mut dyn Write, stderr: &mut dyn Write) -> u8 {
    if let Some("bulk" | "wait") = argv.first().map(String::as_str) {
        return bulk::run(&argv, host, stdout, stderr);
    }
    let session = Session { host, files: OnceCell::new(), globals: OnceCell::new() };
    match session.run(argv, stdout) {
        Ok(()) => 0,
        Err(error) => {
            session.report(&error, stdout, stderr);
            error.status()
        }
    }
}

/// What is known so far: a failure is shown in the style that the settings known by then ask for.
struct Session<'h> {
    host: &'h Host,
    files: OnceCell<ConfigFiles>,
    globals: OnceCell<Globals>,
}

impl Session<'_> {
    fn run(&self, argv: Vec<String>, stdout: &mut dyn Write) -> Result<()> {
        if let Some(text) = cli::commands::document(&argv) {
            return stdio::write(text?.as_bytes(), stdout);
        }
        let trace = Trace::new(cli::first_pass(&argv)?, self.host.clock);
        trace::secrets::hide_given(&trace, &argv, self.host);
        trace.line("version", || cli::version::text(aws::sdk_version()).trim_end().to_owned());
        trace.line("arguments", || format!("{argv:?}"));
        let loaded = ConfigFiles::load(self.host)?;
        let files = self.files.get_or_init(|| loaded);
        let sources = Sources { host: self.host, files, globals: None };
        presentation::prompt_mode(&sources, &argv)?;
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
        let format: Format = presentation::output(&sources, globals)?.parse().map_err(general)?;
        let result = match &query {
            Some(query) => query.search(&result).map_err(general)?,
            None => result,
        };
        let mut output = Vec::new();
        let rendered = render::render(format, aws::OPERATION, &result, self.style(), &mut output);
        let pager = if self.host.stdout_is_terminal { presentation::pager(&sources, globals)? } else { None };
        trace.line("output", || format!("{} bytes, {}", output.len(), pager.as_deref().unwrap_or("no pager")));
        let delivered = stdio::deliver(&encoding.encode(&output)?, pager.as_deref(), self.host, stdout);
        delivered.map_err(|error| if format == Format::Text { lost_at_once(error) } else { error })?;
        rendered.map_err(general)
    }

    /// Shows a failure. That nobody reads it is no reason for another.
    fn report(&self, error: &Error, stdout: &mut dyn Write, stderr: &mut dyn Write) {
        let format = match self.files.get() {
            Some(files) => {
                let sources = Sources { host: self.host, files, globals: self.globals.get() };
                ErrorFormat::named(&presentation::error_format(&sources))
            }
            None => ErrorFormat::default(),
        };
        let _ = render_error(error, format, self.style(), stdout, stderr);
        let _ = stdout.flush();
        let _ = stderr.flush();
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

/// Everything a call depends on.
struct Call<'c> {
    sources: Sources<'c>,
    globals: &'c Globals,
    timeouts: Timeouts,
    timestamps: TimestampFormat,
    trace: &'c Trace,
}

impl Call<'_> {
    /// The result to show, or none where a skeleton of the request was printed instead.
    fn result(&self, typed: &Operation, stdout: &mut dyn Write) -> Result<Option<Value>> {
        let encoding = self.sources.variable(&[env_vars::CLI_FILE_ENCODING]);
        let files = ParameterFiles { host: self.sources.host, encoding: encoding.as_deref() };
        let parameters = input::resolve(&typed.input(), &files)?;
        match typed.skeleton.as_deref().and_then(Skeleton::named) {
            Some(Skeleton::Output) => self.block_on(self.stubbed(parameters)).map(Some),
            Some(skeleton) => {
                let text = skeleton.text().unwrap_or_default();
                stdio::write(text.as_bytes(), stdout).map_err(lost_at_once)?;
                Ok(None)
            }
            None => self.block_on(self.call(parameters)).map(Some),
        }
    }

    /// The output skeleton: everything short of signing and sending is done.
    async fn stubbed(&self, parameters: Parameters) -> Result<Value> {
        let (_, connection, _) = self.prepare().await?;
        parameters.into_request(connection.parameter_validation, new_token)?;
        Ok(input::skeleton::output())
    }

    async fn call(&self, parameters: Parameters) -> Result<Value> {
        let (found, connection, transport) = self.prepare().await?;
        let request = parameters.into_request(connection.parameter_validation, new_token)?;
        let credentials = found.resolve().await?;
        if credentials.is_none() && !self.globals.no_sign_request {
            return Err(Error::NoCredentials);
        }
        let client = aws::client::client(&connection, transport, credentials);
        let answer = aws::redrive(&client, &request, &connection).await?;
        aws::response::read(&answer, self.timestamps, self.sources.host)
    }

    /// What the AWS CLI does when it makes a client, in its order.
    async fn prepare(&self) -> Result<(credentials::Found, Connection, Transport)> {
        let mut identity = Identity::resolve(&self.sources, self.globals)?;
        if identity.region.is_none() {
            identity.region = credentials::instance_region(&self.sources).await?;
            identity.region.as_deref().map_or(Ok(()), check_region)?;
        }
        let found = credentials::find(&self.sources, &identity, &self.timeouts).await?;
        self.trace.line("credentials", || format!("from {}", found.name()));
        let region = identity.region.as_deref();
        let connection = Connection::resolve(
            &self.sources,
            self.globals,
            &STEP_FUNCTIONS,
            region,
            &identity.verify,
            &self.timeouts,
        )?;
        settings::origin::tell(self.trace, &self.sources, self.globals, &identity, &connection);
        let transport = Transport::new(self.sources.host, identity.verify, connection.keep_alive).traced(self.trace);
        Ok((found, connection, transport))
    }

    /// Runs one piece of work on this thread; Ctrl-C ends it.
    fn block_on<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(general)?;
        let outcome = runtime.block_on(async {
            tokio::select! {
                biased;
                done = work => done,
                _ = tokio::signal::ctrl_c() => Err(Error::Interrupted),
            }
        });
        // A look-up that is still going on in its thread is not waited for.
        runtime.shutdown_background();
        outcome
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

/// A client token of our own, made once for a request; every attempt carries it.
fn new_token() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// Where the AWS CLI writes straight to stdout it fails there and then, and not when Python ends.
fn lost_at_once(error: Error) -> Error {
    match error {
        Error::OutputLost(cause) => Error::General(cause),
        other => other,
    }
}

fn general(error: impl std::fmt::Display) -> Error {
    Error::General(error.to_string())
}
