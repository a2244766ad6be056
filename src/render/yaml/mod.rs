//! YAML as ruamel.yaml's C emitter prints it for the AWS CLI: block style, sorted keys, 80 columns, YAML 1.2 words quoted,
//! `&id001` where a node occurs twice.
//!
//! No crate prints this (the best ones 79 % of documents alike), for libyaml 0.1.7 knows no characters beyond the basic plane,
//! folds in its own way and quotes by its own rules.

mod emitter;
mod scalar;

use crate::value::Value;

use super::{RenderError, write_json};

/// Writes one document. A scalar is printed as JSON, for YAML would end it with `...`.
///
/// # Errors
/// [`RenderError::NotRepresentable`] with nothing written.
pub(crate) fn write(value: &Value, output: &mut String) -> Result<(), RenderError> {
    match value {
        Value::List(_) | Value::Map(_) | Value::Expression(_) => emitter::write(value, output),
        scalar => write_json(scalar, output),
    }
}

/// Writes the response as the one item of a list, as the AWS CLI does for each page of a result.
pub(crate) fn write_stream(value: &Value, output: &mut String) -> Result<(), RenderError> {
    emitter::write(&Value::list(vec![value.clone()]), output)
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::value::{ExpressionReference, Map};

    fn printed(value: &Value) -> String {
        let mut output = String::new();
        write(value, &mut output).unwrap();
        output
    }

    fn printed_json(json: &str) -> String {
        printed(&Value::from_json(json).unwrap())
    }

    fn lines(lines: &[&str]) -> String {
        lines.iter().map(|line| format!("{line}\n")).collect()
    }

    fn map(members: &[(&str, &Value)]) -> Value {
        Value::map(members.iter().map(|(key, value)| (Rc::from(*key), (*value).clone())).collect::<Map>())
    }

    #[test]
    fn scalars_alone_are_json() {
        assert_eq!(printed_json("\"a\\tb\""), "\"a\\tb\"\n");
        assert_eq!(printed_json("null"), "null\n");
        assert_eq!(printed(&Value::Epoch), "\"1970-01-01T00:00:00\"\n");
        assert_eq!(printed_json("[]"), "[]\n");
    }

    #[test]
    fn scalars_within_are_yaml() {
        assert_eq!(
            printed_json(
                r#"[1e20, -0.0, Infinity, -Infinity, NaN, 12345678901234567890, true, null, ".5", "=", "", "a"]"#
            ),
            lines(&[
                "- 1e+20",
                "- -0.0",
                "- .inf",
                "- -.inf",
                "- .nan",
                "- 12345678901234567890",
                "- true",
                "- null",
                "- '.5'",
                "- '='",
                "- ''",
                "- a",
            ])
        );
    }

    #[test]
    fn a_line_beyond_80_columns_is_folded_at_its_next_lone_space() {
        let words = "word ".repeat(17);
        let value = map(&[
            ("plain", &Value::string(format!("{}  a b", words.trim_end()))),
            ("single", &Value::string(format!("{words}x: y"))),
        ]);
        assert_eq!(
            printed(&value),
            lines(&[
                "plain: word word word word word word word word word word word word word word word",
                "  word word  a b",
                "single: 'word word word word word word word word word word word word word word word",
                "  word word x: y'",
            ])
        );
        let x = "x".repeat(80);
        let value = Value::list(vec![Value::string(format!("{x} y")), Value::string(format!(" {x} "))]);
        assert_eq!(printed(&value), format!("- {x}\n  y\n- ' {x} '\n"));
    }

    #[test]
    fn double_quotes_fold_at_the_first_of_several_spaces_too() {
        let x = "x".repeat(80);
        let value = Value::list(vec![Value::string(format!("\t{x}   y z")), Value::string(format!("\t{x} "))]);
        assert_eq!(printed(&value), format!("- \"\\t{x}\n  \\  y z\"\n- \"\\t{x} \"\n"));
    }

    #[test]
    fn line_breaks_are_doubled_in_single_quotes() {
        assert_eq!(
            printed_json("[\"a\\nb\", \"a\\n\\nb\", \"\\n\", \"\u{2028}a\", \"a\u{2029}\\n\\nb\", \"it's\\nit\"]"),
            lines(&[
                "- 'a",
                "",
                "  b'",
                "- 'a",
                "",
                "",
                "  b'",
                "- '",
                "",
                "  '",
                "- '\u{2028}  a'",
                "- 'a\u{2029}",
                "",
                "  b'",
                "- 'it''s",
                "",
                "  it'",
            ])
        );
    }

    #[test]
    fn what_is_not_printable_is_escaped() {
        assert_eq!(
            printed_json(
                r#"["\u0000\u0007\u0008\t\u000b\f\r\u001b\"\\\u0001\u0085", "\ufeff\uffff😀é\u2028\u2029", "a\n b"]"#
            ),
            lines(&[r#"- "\0\a\b\t\v\f\r\e\"\\\x01\N""#, r#"- "\uFEFF\uFFFF\U0001F600é\L\P""#, r#"- "a\n b""#,])
        );
    }

    #[test]
    fn keys_too_long_or_of_several_lines_get_a_question_mark() {
        let (short, long) = ("x".repeat(128), "x".repeat(129));
        let value = Value::from_json(&format!(
            r#"{{"a\nb": [[1], 2], "c\td": 1, "e\n\t": {{"f": 1, "g": []}}, "{short}": 2, "{long}": 3}}"#
        ));
        let mut expected =
            lines(&["? 'a", "", "  b'", ": - - 1", "  - 2", "\"c\\td\": 1", "? \"e\\n\\t\"", ": f: 1", "  g: []"]);
        expected.push_str(&format!("{short}: 2\n? {long}\n: 3\n"));
        assert_eq!(printed(&value.unwrap()), expected);
    }

    #[test]
    fn a_simple_key_stays_on_its_line() {
        let words = "word ".repeat(24);
        let value = map(&[(words.as_str(), &Value::Null)]);
        assert_eq!(printed(&value), format!("'{words}': null\n"));
    }

    #[test]
    fn a_node_that_occurs_twice_is_an_anchor_and_an_alias() {
        let (one, empty) = (Value::list(vec![Value::string("x")]), Value::list(Vec::new()));
        let twice = map(&[("k", &one), ("m", &one)]);
        let value = Value::list(vec![
            one.clone(),
            twice,
            empty.clone(),
            empty,
            Value::list(vec![one]),
            Value::list(Vec::new()),
        ]);
        assert_eq!(
            printed(&value),
            lines(&[
                "- &id001",
                "  - x",
                "- k: *id001",
                "  m: *id001",
                "- &id002 []",
                "- *id002",
                "- - *id001",
                "- []",
            ])
        );
    }

    #[test]
    fn numbers_follow_the_order_in_which_nodes_come_again() {
        let (one, two) = (Value::list(vec![Value::Null]), Value::list(vec![Value::Null]));
        let value = Value::list(vec![one.clone(), two.clone(), two, one]);
        assert_eq!(printed(&value), lines(&["- &id002", "  - null", "- &id001", "  - null", "- *id001", "- *id002"]));
    }

    #[test]
    fn an_anchored_list_below_a_question_mark_is_not_indented() {
        let one = Value::list(vec![Value::Bool(true)]);
        let two = map(&[("i", &Value::Null)]);
        let value = map(&[("x\n", &one), ("y\n", &two), ("z", &one), ("zz", &two)]);
        assert_eq!(
            printed(&value),
            lines(&[
                "? 'x",
                "",
                "  '",
                ": &id001",
                "- true",
                "? 'y",
                "",
                "  '",
                ": &id002",
                "  i: null",
                "z: *id001",
                "zz: *id002",
            ])
        );
    }

    #[test]
    fn the_placeholder_date_is_one_node() {
        let value = Value::list(vec![Value::Epoch, map(&[("d", &Value::Epoch)])]);
        assert_eq!(printed(&value), "- &id001 1970-01-01 00:00:00\n- d: *id001\n");
        assert_eq!(printed(&Value::list(vec![Value::Epoch])), "- 1970-01-01 00:00:00\n");
    }

    #[test]
    fn what_cannot_be_printed_leaves_nothing_behind() {
        let expression = Value::Expression(Rc::new(ExpressionReference));
        let mut output = String::new();
        let refused = write(&Value::list(vec![Value::Null, expression]), &mut output).unwrap_err().to_string();
        assert!(
            refused.starts_with("cannot represent an object: <jmespath.visitor._Expression object at 0x"),
            "{refused}"
        );
        assert!(output.is_empty());
    }
}
