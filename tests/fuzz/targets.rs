//! What is tried: each reader of something foreign, and each pair of a writer and its reader.

use redrive_execution::aws::exchange::Answer;
use redrive_execution::aws::transport::proxy::ProxyRules;
use redrive_execution::aws::{refusal, response};
use redrive_execution::cli::{self, Asked, Invocation};
use redrive_execution::error::Error;
use redrive_execution::host::Host;
use redrive_execution::input::{self, ParameterFiles, Skeleton, Typed};
use redrive_execution::jmespath::Expression;
use redrive_execution::render::error::{ErrorFormat, render_error};
use redrive_execution::render::{Format, Style, render};
use redrive_execution::settings::{
    ConfigFiles, Connection, Identity, STEP_FUNCTIONS, Sources, Timeouts, TimestampFormat, endpoint_url, presentation,
    shell_words,
};
use redrive_execution::value::Value;

use super::corpus::Corpus;
use super::judge;
use super::mutate;
use super::random::Random;
use super::values;

/// Something to try with made-up inputs.
pub struct Target {
    pub name: &'static str,
    /// Tries one input; it panics where something is wrong.
    pub attempt: fn(&mut Random, &Corpus),
}

/// All of them.
pub const TARGETS: [Target; 8] = [
    Target { name: "arguments", attempt: arguments },
    Target { name: "config", attempt: config },
    Target { name: "json", attempt: json_document },
    Target { name: "yaml", attempt: yaml_document },
    Target { name: "query", attempt: query },
    Target { name: "answer", attempt: answer },
    Target { name: "render", attempt: rendering },
    Target { name: "yaml-again", attempt: yaml_again },
];

const OPTIONS: &[&str] = &[
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

/// Every word that is typed goes through the whole of the command line's reading; no file is named that exists.
fn arguments(random: &mut Random, corpus: &Corpus) {
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
    let sources = Sources { host: &host, files: &files, globals: None };
    let _ = presentation::prompt_mode(&sources, &argv);
    let outcome = (|| {
        let Invocation::Operation(globals, words) = cli::globals(&cli::whole_form(argv))? else { return Ok(()) };
        let sources = Sources { globals: Some(&globals), ..sources };
        let _ = globals.query.as_deref().map(Expression::compile);
        globals.endpoint_url.as_deref().map_or(Ok(()), endpoint_url::check_option)?;
        let timeouts = Timeouts::parse(&globals)?;
        let Asked::Call(operation) = cli::operation(&words)? else { return Ok(()) };
        let _ = operation.skeleton.as_deref().and_then(Skeleton::named).map(Skeleton::text);
        let typed = operation.input();
        let named = [typed.execution_arn, typed.client_token, typed.cli_input_json, typed.cli_input_yaml];
        if !named.into_iter().flatten().any(|value| value.starts_with("file")) {
            let _ = input::resolve(&typed, &ParameterFiles { host: &host, encoding: None })?
                .into_request(true, String::new);
        }
        settle(&sources, &timeouts)
    })();
    outcome.unwrap_or_else(shown);
}

/// All that is made of the settings before a call.
fn settle(sources: &Sources<'_>, timeouts: &Timeouts) -> Result<(), Error> {
    let globals = sources.globals.expect("the options are known");
    presentation::output_encoding(sources)?;
    presentation::timestamp_format(sources)?;
    presentation::check_binary_format(sources, globals)?;
    presentation::output(sources, globals)?;
    presentation::pager(sources, globals)?;
    let identity = Identity::resolve(sources, globals)?;
    Connection::resolve(sources, globals, &STEP_FUNCTIONS, identity.region.as_deref(), &identity.verify, timeouts)?;
    Ok(())
}

/// A config file and a credentials file, and variables that choose among what they hold.
fn config(random: &mut Random, corpus: &Corpus) {
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
    let _ = shell_words::split(&value);
    let _ = ProxyRules::from_host(&host).proxy_for("https", "states.us-east-1.amazonaws.com", 443);
    let _ = host.expand_path(&value);
    let outcome = ConfigFiles::load(&host).and_then(|files| {
        let sources = Sources { host: &host, files: &files, globals: None };
        let Invocation::Operation(globals, _) = cli::globals(&cli::whole_form(Vec::new()))? else { return Ok(()) };
        let timeouts = Timeouts::parse(&globals)?;
        settle(&Sources { globals: Some(&globals), ..sources }, &timeouts)
    });
    outcome.unwrap_or_else(shown);
}

fn json_document(random: &mut Random, corpus: &Corpus) {
    let text = mutate::text(random, &corpus.json);
    document(&Typed { cli_input_json: Some(&text), ..Typed::default() });
    if let Ok(value) = Value::from_json(&text)
        && let Ok(written) = value.to_json_indented()
    {
        let again = Value::from_json(&written).expect("what was written can be read");
        assert_eq!(again.python_repr(), value.python_repr(), "{written}");
    }
    let bytes = mutate::bytes(random, &corpus.json);
    std::fs::write("document.json", bytes).expect("a folder to write to");
    document(&Typed { cli_input_json: Some("fileb://document.json"), ..Typed::default() });
}

fn yaml_document(random: &mut Random, corpus: &Corpus) {
    let text = mutate::text(random, &corpus.yaml);
    document(&Typed { cli_input_yaml: Some(&text), ..Typed::default() });
    let bytes = mutate::bytes(random, &corpus.yaml);
    let _ = input::yaml::load_bytes(&bytes);
}

fn document(typed: &Typed<'_>) {
    let host = Host::fixed(&[]);
    let files = ParameterFiles { host: &host, encoding: None };
    match input::resolve(typed, &files) {
        Ok(parameters) => {
            let _ = parameters.clone().into_request(false, String::new);
            parameters.into_request(true, String::new).map_or_else(shown, drop);
        }
        Err(error) => shown(error),
    }
}

fn query(random: &mut Random, corpus: &Corpus) {
    let text = mutate::text(random, &corpus.queries);
    let Ok(expression) = Expression::compile(&text) else { return };
    let data = values::value(random, 4, &corpus.bodies);
    if let Ok(found) = expression.search(&data) {
        every_format(&found);
    }
    let body: &String = random.pick(&corpus.bodies);
    let body = Value::from_json(body).unwrap_or(Value::Null);
    let _ = expression.search(&body);
}

fn answer(random: &mut Random, corpus: &Corpus) {
    let status = *random.pick(&[200, 200, 204, 300, 301, 400, 403, 404, 413, 429, 500, 503, 599, 999, 100]);
    let body = mutate::bytes(random, &corpus.bodies);
    let query_error = random.once_in(4).then(|| mutate::text(random, &["InvalidArn;Sender".to_owned()]));
    let answer = Answer { status, query_error, request_id: None, body };
    let host = Host::fixed(&[]);
    for format in [TimestampFormat::Iso8601, TimestampFormat::Wire] {
        match response::read(&answer, format, &host) {
            Ok(result) => every_format(&result),
            Err(error) => shown(error),
        }
    }
    match refusal::read(&answer, "RedriveExecution", random.once_in(2).then_some(2)) {
        Ok(refusal) => shown(Error::Service(Box::new(refusal))),
        Err(error) => shown(error),
    }
}

fn rendering(random: &mut Random, corpus: &Corpus) {
    every_format(&values::value(random, 5, &corpus.bodies));
}

/// A failure is shown in every style.
fn shown(error: Error) {
    for style in ["legacy", "json", "yaml", "text", "table", "enhanced"] {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        render_error(&error, ErrorFormat::named(style), Style::new(true, None), &mut stdout, &mut stderr)
            .expect("memory takes what is written");
        assert!(!stderr.is_empty(), "a failure is said");
    }
    assert!(error.status() > 0);
}

fn every_format(value: &Value) {
    for format in [Format::Json, Format::Text, Format::Table, Format::Yaml, Format::YamlStream, Format::Off] {
        for columns in [Some(0), Some(40), None] {
            let mut output = Vec::new();
            let _ = render(format, "RedriveExecution", value, Style::new(columns == Some(40), columns), &mut output);
            assert!(std::str::from_utf8(&output).is_ok(), "{format:?} prints text");
            if format != Format::Table {
                break;
            }
        }
    }
}

/// What is printed as YAML reads back as the same value.
fn yaml_again(random: &mut Random, corpus: &Corpus) {
    // In a list: a result that is a number or a text is printed as JSON.
    let value = Value::list(vec![values::value(random, 4, &corpus.yaml)]);
    let mut output = Vec::new();
    if render(Format::Yaml, "RedriveExecution", &value, Style::new(false, None), &mut output).is_err()
        || output.is_empty()
    {
        return;
    }
    let text = String::from_utf8(output).expect("YAML is text");
    let (document, root) = input::yaml::load(&text).unwrap_or_else(|error| panic!("{error:?} in:\n{text}\n{value:?}"));
    let again = document.to_value(root).unwrap_or_else(|error| panic!("{error} in:\n{text}"));
    assert_eq!(again.python_repr(), value.python_repr(), "\n{text}");
    judge::agrees(&text, &value).unwrap_or_else(|error| panic!("{error} in:\n{text}\n{value:?}"));
}
