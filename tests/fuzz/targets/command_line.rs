//! The command line, and the settings files and variables with it.

use redrive_execution::aws::transport::proxy::ProxyRules;
use redrive_execution::cli::{self, Action, Invocation};
use redrive_execution::error::Error;
use redrive_execution::host::Host;
use redrive_execution::input::{self, ParameterFiles, Skeleton, Typed};
use redrive_execution::python::codecs::Codec;
use redrive_execution::settings::{
    ConfigFiles, Connection, Globals, Identity, STEP_FUNCTIONS, Settings, Sources, Timeouts, endpoint_url, presentation,
};
use redrive_execution::trace::Trace;

use super::shown;
use crate::fuzz::corpus::Corpus;
use crate::fuzz::mutate;
use crate::fuzz::random::Random;

pub const OPTIONS: &[&str] = &[
    "--execution-arn",
    "--client-token",
    "--cli-input-json",
    "--cli-input-yaml",
    "--generate-cli-skeleton",
    "--query",
    "--output",
    "--region",
    "--profile",
    "--endpoint-url",
    "--debug",
    "--no-verify-ssl",
    "--color",
    "--cli-read-timeout",
    "--cli-connect-timeout",
    "--no-sign-request",
    "--ca-bundle",
    "--cli-error-format",
    "--no-cli-pager",
    "--version",
    "--cli",
    "--e",
    "--c",
    "--",
    "-",
    "",
    "help",
    "stepfunctions",
    "redrive-execution",
    "input",
    "output",
    "json",
    "1",
    "0",
    "-1",
    "1e3",
    "http://127.0.0.1:1",
    "--output=",
    "--query=@",
];

/// Every word goes through the entire parsing of the command line; no existing file is named.
pub fn arguments(random: &mut Random, corpus: &Corpus) {
    let argv: Vec<String> = (0..random.below(9))
        .map(|_| match random.below(3) {
            0 => (*random.pick(OPTIONS)).to_owned(),
            1 => random.pick(&corpus.words).clone(),
            _ => mutate::text(random, &corpus.words),
        })
        .collect();
    let host = Host::fixed(&[("HOME", "/nowhere")]);
    let _ = cli::first_pass(&argv);
    let files = ConfigFiles::default();
    let sources = Sources { host: &host, files: &files, globals: &Globals::default(), trace: &Trace::off() };
    let _ = presentation::prompt_mode(&sources, &argv);
    let outcome = (|| {
        let Invocation::Operation(globals, words) = cli::globals(&cli::full_form(argv))? else { return Ok(()) };
        let sources = Sources { globals: &globals, ..sources };
        Settings::resolve(sources)?;
        let Action::Call(operation) = cli::operation(&words)? else { return Ok(()) };
        let _ = operation.skeleton.as_deref().and_then(Skeleton::named).map(Skeleton::text);
        let typed = Typed {
            execution_arn: operation.execution_arn.as_deref(),
            client_token: operation.client_token.as_deref(),
            cli_input_json: operation.input_json.as_deref(),
            cli_input_yaml: operation.input_yaml.as_deref(),
        };
        let named = [typed.execution_arn, typed.client_token, typed.cli_input_json, typed.cli_input_yaml];
        if !named.into_iter().flatten().any(|value| value.starts_with("file")) {
            let _ = input::resolve(&typed, &ParameterFiles { host: &host, encoding: None })?
                .into_request(true, String::new);
        }
        settle(sources)
    })();
    outcome.unwrap_or_else(shown);
}

/// All that is made of the settings before a call.
fn settle(sources: Sources<'_>) -> Result<(), Error> {
    let sources = &sources;
    let timeouts = &Timeouts::parse(sources.globals)?;
    Codec::of_output(sources.host.environment.get("AWS_CLI_OUTPUT_ENCODING").as_deref())?;
    presentation::timestamp_format(sources)?;
    presentation::check_binary_format(sources)?;
    presentation::output(sources)?;
    presentation::pager(sources)?;
    let identity = Identity::resolve(sources)?;
    Connection::resolve(sources, &STEP_FUNCTIONS, identity.region.as_deref(), &identity.verify, timeouts)?;
    Ok(())
}

/// A config file and a credentials file, and variables that choose among what they hold.
pub fn config(random: &mut Random, corpus: &Corpus) {
    let [config, credentials] = [0, 1].map(|_| mutate::bytes(random, &corpus.config));
    std::fs::write("config", &config).expect("a folder to write to");
    std::fs::write("credentials", &credentials).expect("a folder to write to");
    let profile = mutate::text(random, &["default".to_owned(), "dev".to_owned()]).replace('\0', "");
    let mut variables = vec![("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "credentials")];
    if random.once_in(2) {
        variables.push(("AWS_PROFILE", profile.as_str()));
    }
    let value = mutate::text(random, &corpus.words);
    let names = [
        "AWS_REGION",
        "AWS_MAX_ATTEMPTS",
        "AWS_RETRY_MODE",
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_SFN",
        "AWS_USE_FIPS_ENDPOINT",
        "AWS_PAGER",
        "HTTPS_PROXY",
        "NO_PROXY",
        "AWS_CA_BUNDLE",
        "AWS_DEFAULT_OUTPUT",
        "HOME",
        "AWS_CLI_OUTPUT_ENCODING",
        "AWS_SDK_UA_APP_ID",
    ];
    variables.push((*random.pick(&names), &value));
    let host = Host::fixed(&variables);
    let _ = redrive_execution::python::shlex::split(&value);
    let _ = (endpoint_url::on_the_wire(&value), endpoint_url::shown(&value));
    let _ = ProxyRules::from_host(&host).proxy_for("https", "states.us-east-1.amazonaws.com");
    let _ = host.expand_path(&value);
    let outcome = ConfigFiles::load(&host).and_then(|files| {
        let Invocation::Operation(globals, _) = cli::globals(&cli::full_form(Vec::new()))? else { return Ok(()) };
        settle(Sources { host: &host, files: &files, globals: &globals, trace: &Trace::off() })
    });
    outcome.unwrap_or_else(shown);
}
