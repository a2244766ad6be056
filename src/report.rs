//! What every command does around its own work: it reads the settings files once, begins `--debug`, and turns a failure into a message
//! and an exit status. How a failure is shown depends on what is known by then.

use std::cell::{Cell, OnceCell};
use std::io::{self, Write};

use crate::aws;
use crate::cli::{help::Look, usage::USAGE, version};
use crate::env_vars;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::python::codecs::Codec;
use crate::render::Style;
use crate::render::error::{ErrorFormat, render_error};
use crate::settings::{ConfigFiles, Globals, Settings, Sources, presentation};
use crate::stdio::is_closed;
use crate::trace::Trace;

/// The exit status of a failure whose message has nowhere to go.
const CLOSED: u8 = 1;
const LOST: u8 = 120;

/// What is known so far of a command line.
pub(crate) struct Report<'h> {
    pub(crate) host: &'h Host,
    files: OnceCell<ConfigFiles>,
    globals: OnceCell<Globals>,
    /// Whether `--profile` counts yet.
    has_profile: Cell<bool>,
}

impl<'h> Report<'h> {
    pub(crate) fn new(host: &'h Host) -> Self {
        Self { host, files: OnceCell::new(), globals: OnceCell::new(), has_profile: Cell::new(true) }
    }

    /// For another command line of the same run: the files stay read.
    pub(crate) fn anew(&self) -> Self {
        Self { files: self.files.clone(), ..Self::new(self.host) }
    }

    /// Reads the settings files, unless they are read already.
    pub(crate) fn read_files(&self) -> Result<&ConfigFiles> {
        match self.files.get() {
            Some(files) => Ok(files),
            None => ConfigFiles::load(self.host).map(|files| self.files.get_or_init(|| files)),
        }
    }

    /// Begins `--debug`, where it is `on`: masks the secrets of the command line and the environment, then logs the former.
    pub(crate) fn trace(&self, on: bool, argv: &[String]) -> Trace {
        let trace = Trace::new(on, self.host.clock);
        crate::trace::secrets::hide_given(&trace, argv, self.host);
        trace.line("version", || version(aws::sdk_version()).trim_end().to_owned());
        trace.line("arguments", || format!("{argv:?}"));
        trace
    }

    /// Takes in the options of every command and checks those that come first. The AWS CLI takes up `--profile` only afterwards, so
    /// until then failures are shown without it.
    pub(crate) fn settings<'s>(&'s self, globals: Globals, trace: &'s Trace) -> Result<Settings<'s>> {
        let globals = self.globals.get_or_init(|| globals);
        self.has_profile.set(false);
        let sources = Sources { host: self.host, files: self.read_files()?, globals, trace };
        let settings = Settings::resolve(sources)?;
        self.has_profile.set(true);
        Ok(settings)
    }

    /// Shows what went wrong, if anything did; returns the exit status. A message that cannot be written changes it, as in the AWS CLI:
    /// to 1 where stderr was closed when the program started, to Python's 120 where it is full or nobody reads it.
    pub(crate) fn status(&self, outcome: Result<u8>, stdout: &mut dyn Write, stderr: &mut dyn Write) -> u8 {
        let error = match outcome {
            Ok(status) => return status,
            Err(error @ Error::OutputLost(None)) => return error.status(),
            Err(error) => error,
        };
        let encoding = self.host.environment.get(env_vars::CLI_OUTPUT_ENCODING);
        // An unknown encoding has been reported by now, or is about to be.
        let codec = encoding.and_then(|name| Codec::for_output(&name).ok()).unwrap_or_default();
        let format = self.error_format();
        let instead =
            format.is_structured() && error.code().is_some() && stderr.flush().is_err_and(|error| is_closed(&error));
        if let Error::UnknownOptions(_) = error
            && let Ok(usage) = codec.encode(&format!("\n{USAGE}\n"))
        {
            let _ = stderr.write_all(&usage);
        }
        let (mut line, mut shown) = (Vec::new(), Vec::new());
        let status = render_error(&error, format, self.style(), codec, &mut line, &mut shown);
        // A structured failure goes the way of a result where there is no stderr.
        let written = if instead {
            stdout.write_all(&shown).and_then(|()| stdout.flush())
        } else {
            stderr.write_all(&shown).and_then(|()| stderr.flush())
        };
        let status = status.and_then(|status| written.map(|()| status));
        // Whoever interrupts does not wait for the line feed.
        let _ = stdout.write_all(&line).and_then(|()| stdout.flush());
        let unheard = |cause: io::Error| match error {
            Error::OutputLost(_) => error.status(),
            _ if is_closed(&cause) => CLOSED,
            _ => LOST,
        };
        status.unwrap_or_else(unheard)
    }

    fn error_format(&self) -> ErrorFormat {
        let Some(files) = self.files.get() else { return ErrorFormat::default() };
        let mut globals = self.globals.get().cloned().unwrap_or_default();
        if !self.has_profile.get() {
            globals.profile = None;
        }
        presentation::error_format(&Sources { host: self.host, files, globals: &globals, trace: &Trace::off() })
    }

    /// For what the AWS CLI does not print.
    pub(crate) fn own_style(&self) -> Style {
        Style::new(presentation::own_color(self.host, self.globals.get()), self.host.stdout_columns())
    }

    pub(crate) fn style(&self) -> Style {
        Style::new(presentation::color(self.host, self.globals.get()), self.host.stdout_columns())
    }
}

pub(crate) fn look(host: &Host, globals: &Globals) -> Look {
    Look { columns: host.page_columns(), bold: presentation::own_color(host, Some(globals)) }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};

    use super::Report;
    use crate::error::Error;
    use crate::host::Host;
    use crate::stdio::{self, Closed};

    /// A stream that takes nothing.
    struct Refusing(fn() -> io::Error);

    impl Write for Refusing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err((self.0)())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err((self.0)())
        }
    }

    const STREAMS: [fn() -> io::Error; 3] =
        [|| io::Error::other(Closed), || io::Error::from_raw_os_error(28), || io::ErrorKind::BrokenPipe.into()];

    #[test]
    fn a_result_that_is_lost_never_ends_in_success() {
        let host = Host::fixed(&[]);
        for (stream, status, has_message) in
            [(STREAMS[0], 255, true), (STREAMS[1], 120, true), (STREAMS[2], 120, false)]
        {
            let written = stdio::write(b"x", &mut Refusing(stream)).map(|()| 0);
            let mut stderr = Vec::new();
            assert_eq!(Report::new(&host).status(written, &mut Refusing(stream), &mut stderr), status);
            assert_eq!(!stderr.is_empty(), has_message, "{status}");
        }
    }

    #[test]
    fn a_message_that_is_lost_changes_the_status() {
        let host = Host::fixed(&[]);
        for (stream, status) in STREAMS.into_iter().zip([1, 120, 120]) {
            let failed = Err(Error::NoRegion);
            assert_eq!(Report::new(&host).status(failed, &mut Vec::new(), &mut Refusing(stream)), status);
        }
    }
}
