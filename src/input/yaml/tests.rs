//! Tests of the reader: against what the AWS CLI's own reader does, and against every text there is.

use proptest::prelude::*;
use serde_json::Value as Json;

use super::{LoadError, load, load_bytes};
use crate::value::{Integer, MAXIMUM_DEPTH, Value};

/// What a document yields, in Python's notation.
fn repr(text: &str) -> Result<String, LoadError> {
    load(text).map(|item| item.python_repr())
}

/// `cases.jsonl` holds what ruamel.yaml 0.18.14 (`YAML(typ='safe', pure=True)`, Python 3.14) makes of documents that readers
/// of YAML disagree about. Where `differs` names a difference on purpose, the outcome must be another one.
#[test]
fn documents_read_as_ruamel_reads_them() {
    let mut wrong = Vec::new();
    for line in include_str!("cases.jsonl").lines() {
        let case: Json = serde_json::from_str(line).unwrap();
        let text = case["yaml"].as_str().unwrap();
        let expected = match (&case["repr"], &case["fails"]) {
            (Json::String(repr), _) => Ok((case["class"].as_str().unwrap().to_owned(), repr.clone())),
            (_, Json::String(message)) => Err(Some(message.clone())),
            _ => Err(None),
        };
        let got = load(text).map(|item| (format!("<class '{}'>", item.python_class_name()), item.python_repr()));
        let got = got.map_err(|error| match error {
            LoadError::Refused(_) => None,
            LoadError::Failed(message) => Some(message),
        });
        if (got == expected) != case["differs"].is_null() {
            wrong.push(format!("{text:?}\n  expected {expected:?}\n  got      {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} documents:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn depth_is_bounded() {
    let too_deep = Err(LoadError::Failed("maximum recursion depth exceeded".to_owned()));
    for part in ["[", "{a: ", "- ", "? ", "[\n", "!!pairs [x: ", "{? "] {
        assert_eq!(repr(&part.repeat(100_000)), too_deep, "{part}");
    }
    let nested = |depth: usize| format!("x: {}a{}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    assert!(repr(&nested(MAXIMUM_DEPTH)).is_ok());
    assert_eq!(repr(&nested(MAXIMUM_DEPTH + 1)), too_deep);
    let chained =
        |count: usize| (1..=count).map(|number| format!("- &a{number} [*a{}]\n", number - 1)).collect::<String>();
    assert!(repr(&format!("- &a0 []\n{}", chained(MAXIMUM_DEPTH - 2))).is_ok());
    assert_eq!(repr(&format!("- &a0 []\n{}", chained(MAXIMUM_DEPTH - 1))), too_deep);
}

/// Ten lines, each of ten times the line before.
fn bomb(item: &str, line: impl Fn(usize, String) -> String) -> String {
    let mut text = format!("- &a0 {item}\n");
    for number in 1..12 {
        text.push_str(&line(number, vec![format!("*a{}", number - 1); 10].join(", ")));
    }
    text
}

#[test]
fn what_holds_its_own_parts_many_times_ends_in_an_error() {
    let too_large = |text: &str| matches!(load(text), Err(LoadError::Failed(message)) if message.contains("too large"));
    assert!(too_large(&bomb("[x, x, x]", |number, parts| format!("- &a{number} [{parts}]\n"))));
    assert!(too_large(&bomb("{x: 1, y: 2}", |number, parts| format!("- &a{number} {{<<: [{parts}]}}\n"))));
}

#[test]
fn long_documents_take_no_longer_than_their_length() {
    let lines: String = (0..20_000).map(|number| format!("key{number}: &a{number} !!str value # comment\n")).collect();
    assert_eq!(load(&lines).unwrap().python_class_name(), "dict");
    let line: String = (0..20_000).map(|number| format!("key{number}: [x], ")).collect();
    assert!(load(&format!("{{{line}}}")).is_ok());
}

#[test]
fn bytes_show_their_encoding() {
    let utf_16: Vec<u8> = "\u{feff}é: 😀".encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [utf_16.as_slice(), "\u{feff}é: 😀".as_bytes(), "é: 😀".as_bytes()] {
        assert_eq!(load_bytes(bytes).unwrap().python_repr(), "{'é': '😀'}");
    }
    for bytes in [b"\xe9".as_slice(), b"\xff\xfea", b"\xff\xfe\0\xd8", b"a\0"] {
        assert!(matches!(load_bytes(bytes), Err(LoadError::Refused(_))), "{bytes:?}");
    }
}

#[test]
fn surrogate_pairs_are_one_character_and_halves_refused() {
    assert_eq!(repr(r#""\ud83d\ude00""#).unwrap(), "'😀'");
    assert!(matches!(repr(r#""\ud83dx""#), Err(LoadError::Refused(_))));
}

/// Texts that mean something else to a careless reader or writer.
const TELLING: [&str; 22] = [
    "true", "no", "~", "null", "1e3", "0x1", "0o17", ".inf", "- a", "a: b", "#", "a #b", "\n", " x", "x\n", "x\n\n",
    "[", "{a", "&a", "*a", "!t", "---",
];

/// A JSON document of any shape.
fn json() -> impl Strategy<Value = Json> {
    let scalar = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        (-1e9..1e9_f64).prop_map(Json::from),
        // Without digits, `=` and `<`: ruamel.yaml sees numbers, dates and merges where others see text.
        "[a-zA-Z '\"#:,&*!|>%@`é😀\\[\\]{}~.?-]{0,12}".prop_map(Json::from),
        prop::sample::select(&TELLING[..]).prop_map(Json::from),
    ];
    scalar.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            prop::collection::btree_map("[a-zA-Z '\"#:,&*!|>%@\\[\\]{}~.?-]{0,8}", inner, 0..5)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

fn as_json(value: &Value) -> Json {
    match value {
        Value::Bool(value) => Json::from(*value),
        Value::Integer(Integer::Small(number)) => Json::from(*number),
        Value::Float(number) => Json::from(*number),
        Value::String(text) => Json::from(&**text),
        Value::List(items) => items.iter().map(as_json).collect(),
        Value::Map(members) => members.iter().map(|(name, value)| (name.to_string(), as_json(value))).collect(),
        _ => Json::Null,
    }
}

fn read(text: &str) -> Json {
    let item = load(text).unwrap_or_else(|error| panic!("{error:?} in {text:?}"));
    as_json(&item.to_value().unwrap())
}

proptest! {
    /// The judge is another implementation: what it writes must read back.
    #[test]
    fn what_others_write_reads_back(json in json()) {
        let text = serde_yaml::to_string(&json).unwrap();
        prop_assert_eq!(read(&text), json, "{}", text);
    }

    /// Every JSON document is a YAML document, but for tabs and long keys.
    #[test]
    fn json_is_yaml(json in json()) {
        prop_assert_eq!(read(&json.to_string()), json.clone());
        prop_assert_eq!(read(&serde_json::to_string_pretty(&json).unwrap()), json);
    }

    #[test]
    fn no_text_breaks_the_reader(text in "([ -~]|\n|[-:?,&*!|>'\"%{}\\[\\]#a]| |\t|\u{85}|\u{2028}|\u{feff}){0,40}") {
        if let Ok(item) = load(&text) {
            let _ = item.python_repr();
            let _ = item.to_value();
        }
    }

    #[test]
    fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        let _ = load_bytes(&bytes);
    }
}
