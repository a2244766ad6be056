//! What every command does around its own work: it reads the settings files once, begins `--debug`, and turns a failure into a message
//! and an exit status. How a failure is shown depends on what is known by then.

use std::cell::{Cell, OnceCell};
use std::io::Write;

use crate::aws;
use crate::cli::{usage::USAGE, version};
use crate::env_vars;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::python::codecs::Codec;
use crate::render::Style;
use crate::render::error::{ErrorFormat, render_error};
use crate::settings::{ConfigFiles, Globals, Settings, Sources, presentation};
use crate::trace::Trace;

/// What is known so far of a command line.
pub struct Report<'h> {
    pub host: &'h Host,
    files: OnceCell<ConfigFiles>,
    globals: OnceCell<Globals>,
    /// Whether `--profile` counts yet.
    has_profile: Cell<bool>,
}

impl<'h> Report<'h> {
    pub fn new(host: &'h Host) -> Self {
        Self { host, files: OnceCell::new(), globals: OnceCell::new(), has_profile: Cell::new(true) }
    }

    /// For another command line of the same run: the files stay read.
    pub fn anew(&self) -> Self {
        Self { files: self.files.clone(), ..Self::new(self.host) }
    }

    /// Reads the settings files, unless they are read already.
    ///
    /// # Errors
    /// A file that cannot be parsed.
    pub fn read_files(&self) -> Result<&ConfigFiles> {
        match self.files.get() {
            Some(files) => Ok(files),
            None => ConfigFiles::load(self.host).map(|files| self.files.get_or_init(|| files)),
        }
    }

    /// Begins `--debug`, where it is `on`: masks the secrets of the command line and the environment, then logs the former.
    pub fn trace(&self, on: bool, argv: &[String]) -> Trace {
        let trace = Trace::new(on, self.host.clock);
        crate::trace::secrets::hide_given(&trace, argv, self.host);
        trace.line("version", || version::text(aws::sdk_version()).trim_end().to_owned());
        trace.line("arguments", || format!("{argv:?}"));
        trace
    }

    /// Takes in the options of every command and checks those that come first. The AWS CLI takes up `--profile` only afterwards, so
    /// until then failures are shown without it.
    ///
    /// # Errors
    /// As [`Settings::resolve`], and as [`Self::read_files`].
    pub fn settings<'s>(&'s self, globals: Globals, trace: &'s Trace) -> Result<Settings<'s>> {
        let globals = self.globals.get_or_init(|| globals);
        self.has_profile.set(false);
        let sources = Sources { host: self.host, files: self.read_files()?, globals: Some(globals), trace };
        let settings = Settings::resolve(sources, globals)?;
        self.has_profile.set(true);
        Ok(settings)
    }

    /// Shows what went wrong, if anything did; returns the exit status. That nobody reads the message does not change it.
    pub fn status(&self, outcome: Result<u8>, stdout: &mut dyn Write, stderr: &mut dyn Write) -> u8 {
        let error = match outcome {
            Ok(status) => return status,
            Err(error) => error,
        };
        let encoding = self.host.environment.get(env_vars::CLI_OUTPUT_ENCODING);
        // An unknown encoding has been reported by now, or is about to be.
        let codec = encoding.and_then(|name| Codec::for_output(&name).ok()).unwrap_or_default();
        if let Error::UnknownOptions(_) = error
            && let Ok(usage) = codec.encode(&format!("\n{USAGE}\n"))
        {
            let _ = stderr.write_all(&usage);
        }
        let status = render_error(&error, self.error_format(), self.style(), codec, stdout, stderr);
        let _ = stdout.flush();
        let _ = stderr.flush();
        status.unwrap_or_else(|_| error.status())
    }

    fn error_format(&self) -> ErrorFormat {
        let Some(files) = self.files.get() else { return ErrorFormat::default() };
        let mut globals = self.globals.get().cloned();
        if let Some(globals) = globals.as_mut().filter(|_| !self.has_profile.get()) {
            globals.profile = None;
        }
        presentation::error_format(&Sources { host: self.host, files, globals: globals.as_ref(), trace: &Trace::off() })
    }

    /// How tables look on stdout.
    pub fn style(&self) -> Style {
        Style::new(presentation::color(self.host, self.globals.get()), self.host.stdout_columns())
    }
}
