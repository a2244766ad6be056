//! Both documents of parameters, and YAML there and back.

use redrive_execution::host::Host;
use redrive_execution::input::{self, ParameterFiles, Typed};
use redrive_execution::render::{Format, Style, render};
use redrive_execution::value::Value;

use super::shown;
use crate::fuzz::corpus::Corpus;
use crate::fuzz::random::Random;
use crate::fuzz::{mutate, values};
use crate::support::yaml_judge;

pub fn json_document(random: &mut Random, corpus: &Corpus) {
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

pub fn yaml_document(random: &mut Random, corpus: &Corpus) {
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

/// What is printed as YAML reads back as the same value.
pub fn yaml_again(random: &mut Random, corpus: &Corpus) {
    // In a list: a result that is a number or a text is printed as JSON.
    let value = Value::list(vec![values::value(random, 4, &corpus.yaml)]);
    let mut text = String::new();
    if render(Format::Yaml, "RedriveExecution", &value, Style::new(false, None), &mut text).is_err() || text.is_empty()
    {
        return;
    }
    // What is printed is YAML 1.1, to which these end a line; what is read is 1.2.
    if !text.contains(['\u{85}', '\u{2028}', '\u{2029}']) {
        let item = input::yaml::load(&text).unwrap_or_else(|error| panic!("{error:?} in:\n{text}\n{value:?}"));
        let again = item.to_value().unwrap_or_else(|error| panic!("{error} in:\n{text}"));
        assert_eq!(again.python_repr(), value.python_repr(), "\n{text}");
    }
    yaml_judge::agrees(&text, &value).unwrap_or_else(|error| panic!("{error} in:\n{text}\n{value:?}"));
}
