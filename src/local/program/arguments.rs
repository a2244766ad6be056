//! What `sfn-local` takes on its command line.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use super::super::operation::Operation;
use super::super::quotas::QuotaTable;
use super::super::settings::{Credentials, Settings};

/// `--help`.
pub const HELP: &str = "\
sfn-local: a small Step Functions endpoint on this machine, for trying and testing.

Usage:
  sfn-local [OPTIONS]                       serve until interrupted; prints what to paste
  sfn-local [OPTIONS] -- COMMAND [ARG]...   serve while COMMAND runs, with the endpoint,
                                            credentials and region in its environment,
                                            and end with its exit status

It answers RedriveExecution, DescribeExecution, ListExecutions, ListStateMachines,
GetExecutionHistory, DescribeMapRun and ListMapRuns as documented. State is in memory.

What there is:
  --seed FILE                state machines and executions, as JSON
  --print-seed               print the built-in seed, an example of the format
  --run-seconds SECONDS      how long a redriven execution runs, unless the seed says  [5]
  --account NUMBER           the account, 12 digits                         [123456789012]
  --region REGION            the region requests must be signed for            [us-east-1]

Who may call:
  --access-key-id ID         the access key                                    [AKIDLOCAL]
  --secret-access-key KEY    its secret
  --session-token TOKEN      the session token that must come with it              [none]
  --deny OPERATION           answer AccessDeniedException to this operation (repeatable)

How it behaves:
  --port PORT                the port on 127.0.0.1                           [a free one]
  --quotas us-east-1|other   throttle with the documented quotas                    [off]
  --open-limit NUMBER        running executions before ExecutionLimitExceeded   [1000000]
  --latency-ms NUMBER        hold each answer back                                    [0]
  --lose-every NUMBER        cut the connection instead of every NUMBERth answer    [off]
  --clock-scale FACTOR       let time run faster: redrives, periods, quotas           [1]
  --log                      one line for each request on stderr, and a summary

  --help, --version
";

/// What is asked for.
#[derive(Debug)]
pub enum Request {
    /// `--help`.
    Help,
    /// `--version`.
    Version,
    /// `--print-seed`.
    PrintSeed,
    /// Serve until ended.
    Serve(Arguments),
    /// Serve while a command runs.
    Run(Arguments, Vec<OsString>),
}

/// The options.
#[derive(Debug)]
pub struct Arguments {
    /// `--seed`.
    pub seed: Option<PathBuf>,
    /// `--region`.
    pub region: String,
    /// `--log`.
    pub log: bool,
    port: u16,
    account: String,
    credentials: Credentials,
    run_time: Duration,
    quotas: Option<QuotaTable>,
    open_limit: usize,
    denied: Vec<Operation>,
    latency: Duration,
    lose_every: Option<u64>,
    clock_scale: f64,
}

impl Default for Arguments {
    fn default() -> Self {
        let settings = Settings::default();
        Self {
            seed: None,
            log: false,
            region: settings.region,
            port: settings.port,
            account: settings.account,
            credentials: Credentials::default(),
            run_time: settings.run_time,
            quotas: settings.quotas,
            open_limit: settings.open_limit,
            denied: settings.denied,
            latency: settings.latency,
            lose_every: settings.lose_every,
            clock_scale: settings.clock_scale,
        }
    }
}

impl Request {
    /// Reads the words after the program's name.
    ///
    /// # Errors
    /// A message for the first word that does not fit.
    pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Self, String> {
        let mut words = words.into_iter();
        let mut arguments = Arguments::default();
        while let Some(word) = words.next() {
            if word == "--" {
                let command: Vec<OsString> = words.collect();
                let empty = command.is_empty();
                return if empty {
                    Err("there is no COMMAND after --".into())
                } else {
                    Ok(Self::Run(arguments, command))
                };
            }
            let text = word.to_str().ok_or_else(|| unexpected(&word))?;
            let (name, given) = match text.split_once('=') {
                Some((name, value)) => (name, Some(OsString::from(value))),
                None => (text, None),
            };
            match (name, &given) {
                ("--help" | "-h", None) => return Ok(Self::Help),
                ("--version", None) => return Ok(Self::Version),
                ("--print-seed", None) => return Ok(Self::PrintSeed),
                ("--log", None) => arguments.log = true,
                _ if TAKES_VALUE.contains(&name) => {
                    let value = given.or_else(|| words.next()).ok_or_else(|| format!("{name} needs a value"))?;
                    arguments.set(name, value)?;
                }
                _ => return Err(unexpected(&word)),
            }
        }
        Ok(Self::Serve(arguments))
    }
}

fn unexpected(word: &OsStr) -> String {
    format!("unexpected argument '{}'", word.to_string_lossy())
}

const TAKES_VALUE: [&str; 14] = [
    "--seed",
    "--run-seconds",
    "--account",
    "--region",
    "--access-key-id",
    "--secret-access-key",
    "--session-token",
    "--deny",
    "--port",
    "--quotas",
    "--open-limit",
    "--latency-ms",
    "--lose-every",
    "--clock-scale",
];

impl Arguments {
    /// The credentials that are accepted.
    pub fn credentials(&self) -> Credentials {
        self.credentials.clone()
    }

    /// The settings of the endpoint, but for the seed and the log.
    pub fn settings(&self) -> Settings {
        Settings {
            port: self.port,
            region: self.region.clone(),
            account: self.account.clone(),
            credentials: vec![self.credentials()],
            run_time: self.run_time,
            quotas: self.quotas,
            open_limit: self.open_limit,
            denied: self.denied.clone(),
            latency: self.latency,
            lose_every: self.lose_every,
            clock_scale: self.clock_scale,
            ..Settings::default()
        }
    }

    fn set(&mut self, name: &str, value: OsString) -> Result<(), String> {
        if name == "--seed" {
            self.seed = Some(value.into());
            return Ok(());
        }
        let wrong = |value: &str, wanted: &str| format!("{name}: '{value}' is not {wanted}");
        let value = &value.into_string().map_err(|value| wrong(&value.to_string_lossy(), "UTF-8"))?;
        let non_empty = || if value.is_empty() { Err(format!("{name} needs a value")) } else { Ok(value.clone()) };
        match name {
            "--run-seconds" => {
                let seconds: f64 = number(name, value)?;
                self.run_time =
                    Duration::try_from_secs_f64(seconds).map_err(|_| wrong(value, "a number of seconds"))?;
            }
            "--account" if value.len() == 12 && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.account.clone_from(value);
            }
            "--account" => return Err(wrong(value, "an account of 12 digits")),
            "--region" if is_region(value) => self.region.clone_from(value),
            "--region" => return Err(wrong(value, "a region")),
            "--access-key-id" => self.credentials.access_key_id = non_empty()?,
            "--secret-access-key" => self.credentials.secret_access_key = non_empty()?,
            "--session-token" => self.credentials.session_token = Some(non_empty()?),
            "--deny" => {
                self.denied.push(Operation::named(value).ok_or_else(|| wrong(value, "an operation answered here"))?);
            }
            "--port" => self.port = number(name, value)?,
            "--quotas" => {
                self.quotas = Some(QuotaTable::named(value).ok_or_else(|| wrong(value, "us-east-1 or other"))?);
            }
            "--open-limit" => self.open_limit = number(name, value)?,
            "--latency-ms" => self.latency = Duration::from_millis(number(name, value)?),
            "--lose-every" => match number(name, value)? {
                0 => return Err(wrong(value, "a number from 1")),
                every => self.lose_every = Some(every),
            },
            "--clock-scale" => match number::<f64>(name, value)? {
                scale if scale > 0.0 && scale <= 1e6 => self.clock_scale = scale,
                _ => return Err(wrong(value, "a factor above 0, up to 1000000")),
            },
            _ => return Err(unexpected(OsStr::new(name))),
        }
        Ok(())
    }
}

fn number<T: FromStr>(name: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{name}: '{value}' is not a number that fits"))
}

fn is_region(value: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&value.len()) && value.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::Request;

    fn parse(line: &str) -> Result<Request, String> {
        Request::parse(line.split(' ').filter(|word| !word.is_empty()).map(OsString::from))
    }

    #[test]
    fn options_come_with_and_without_the_equal_sign() {
        let Ok(Request::Serve(arguments)) =
            parse("--port 4566 --run-seconds=0.5 --deny RedriveExecution --quotas other")
        else {
            panic!("not understood");
        };
        let settings = arguments.settings();
        assert_eq!((settings.port, settings.run_time.as_millis()), (4566, 500));
        assert_eq!(settings.denied.len(), 1);
        assert!(settings.quotas.is_some());
    }

    #[test]
    fn everything_after_two_dashes_is_the_command() {
        let Ok(Request::Run(arguments, command)) = parse("--log -- sh --log --") else { panic!("not understood") };
        assert!(arguments.log);
        assert_eq!(command, ["sh", "--log", "--"]);
    }

    #[test]
    fn each_wrong_word_is_told() {
        for (line, message) in [
            ("--prot 1", "unexpected argument '--prot'"),
            ("--log=yes", "unexpected argument '--log=yes'"),
            ("sh", "unexpected argument 'sh'"),
            ("--port", "--port needs a value"),
            ("--port 65536", "--port: '65536' is not a number that fits"),
            ("--run-seconds -1", "--run-seconds: '-1' is not a number of seconds"),
            ("--run-seconds NaN", "--run-seconds: 'NaN' is not a number of seconds"),
            ("--clock-scale 0", "--clock-scale: '0' is not a factor above 0, up to 1000000"),
            ("--clock-scale nan", "--clock-scale: 'nan' is not a factor above 0, up to 1000000"),
            ("--lose-every 0", "--lose-every: '0' is not a number from 1"),
            ("--quotas none", "--quotas: 'none' is not us-east-1 or other"),
            ("--account 1", "--account: '1' is not an account of 12 digits"),
            ("--region US", "--region: 'US' is not a region"),
            ("--session-token=", "--session-token needs a value"),
            ("--deny All", "--deny: 'All' is not an operation answered here"),
            ("--", "there is no COMMAND after --"),
        ] {
            assert_eq!(parse(line).err().as_deref(), Some(message), "{line}");
        }
    }
}
