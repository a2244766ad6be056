use super::*;

fn repr(text: &str) -> String {
    Value::from_json(text).map_or_else(|error| error.to_string(), |value| value.python_repr())
}

#[test]
fn documents_read_as_in_python() {
    let cases = [
        (" [1, -0, 1.0, 1e2, 1E400, -1e400, 1e-400]\n", "[1, 0, 1.0, 100.0, inf, -inf, 0.0]"),
        ("[NaN, Infinity, -Infinity]", "[nan, inf, -inf]"),
        ("{\"a\": 1, \"b\": 2, \"a\": 3}", "{'a': 3, 'b': 2}"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("\"\\ud83d\\ude00 \\u00e9 \\/ \\b\\f\\n\\r\\t\"", "'😀 é / \\x08\\x0c\\n\\r\\t'"),
        ("\"\u{7f}\u{2028}\"", "'\\x7f\\u2028'"),
        ("\"\\ud800\"", "'\u{fffd}'"),
        ("\"\\ud800\\ud83d\\ude00\\udc00\"", "'\u{fffd}😀\u{fffd}'"),
        ("[[], {}, [[]]]", "[[], {}, [[]]]"),
    ];
    for (text, expected) in cases {
        assert_eq!(repr(text), expected, "{text}");
    }
}

#[test]
fn errors_have_pythons_words_and_places() {
    let cases = [
        ("", "Expecting value: line 1 column 1 (char 0)"),
        ("[", "Expecting value: line 1 column 2 (char 1)"),
        ("[1", "Expecting ',' delimiter: line 1 column 3 (char 2)"),
        ("{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("{\"a\"", "Expecting ':' delimiter: line 1 column 5 (char 4)"),
        ("{\"a\":1,", "Expecting property name enclosed in double quotes: line 1 column 8 (char 7)"),
        ("[1 ,]", "Illegal trailing comma before end of array: line 1 column 4 (char 3)"),
        ("{\"a\":1,}", "Illegal trailing comma before end of object: line 1 column 7 (char 6)"),
        ("\"\\", "Unterminated string starting at: line 1 column 1 (char 0)"),
        ("\"\\u12", "Invalid \\uXXXX escape: line 1 column 3 (char 2)"),
        ("\"\\u1234", "Unterminated string starting at: line 1 column 1 (char 0)"),
        ("\"\\ud800\\udc00", "Unterminated string starting at: line 1 column 1 (char 0)"),
        ("\"\\ud800\\u12\"", "Invalid \\uXXXX escape: line 1 column 9 (char 8)"),
        ("\"\\x\"", "Invalid \\escape: line 1 column 2 (char 1)"),
        ("\"a\tb\"", "Invalid control character at: line 1 column 3 (char 2)"),
        ("01", "Extra data: line 1 column 2 (char 1)"),
        ("1.", "Extra data: line 1 column 2 (char 1)"),
        ("-Inf", "Expecting value: line 1 column 1 (char 0)"),
        ("\u{feff}1", "Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)"),
        (" [ \"é\" , \n x ]", "Expecting value: line 2 column 2 (char 11)"),
    ];
    for (text, expected) in cases {
        assert_eq!(repr(text), expected, "{text}");
    }
}

#[test]
fn too_many_digits_are_an_error_and_not_a_number() {
    let error = Value::from_json(&format!("-{}", "9".repeat(4301))).unwrap_err();
    assert_eq!(error, JsonError::IntegerTooLong { digits: 4301 });
    assert!(Value::from_json(&format!("{}.5", "9".repeat(4301))).is_ok());
}

#[test]
fn deep_nesting_is_refused_and_never_overflows() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(Value::from_json(&nested(MAXIMUM_DEPTH)).is_ok());
    assert_eq!(Value::from_json(&nested(MAXIMUM_DEPTH + 2)).unwrap_err(), JsonError::TooDeep);
    assert_eq!(Value::from_json(&nested(100_000)).unwrap_err(), JsonError::TooDeep);
    assert_eq!(Value::from_json(&"{\"a\":".repeat(100_000)).unwrap_err(), JsonError::TooDeep);
}

#[test]
fn the_deepest_value_can_be_walked_on_a_small_stack() {
    let text = format!("{}1{}", "[{\"a\":".repeat(MAXIMUM_DEPTH / 2), "}]".repeat(MAXIMUM_DEPTH / 2));
    let (one, two) = (Value::from_json(&text).unwrap(), Value::from_json(&text).unwrap());
    assert!(one.python_eq(&two));
    assert_eq!(one.to_json_compact(), text);
    assert_eq!(one.python_repr().len(), text.len() + MAXIMUM_DEPTH / 2);
}
