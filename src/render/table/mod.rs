//! Tables as the AWS CLI draws them: a section for each map and list of the value, titled by its key, one level further in.
//!
//! `build` makes sections of a value, `section` knows how wide one is, and draws them. Widths count East Asian
//! characters of ambiguous width as two, which no table crate does.

mod build;
mod section;

use crate::value::Value;

use super::{RenderError, Style};

/// Writes a value as a table, or nothing where it counts as false in Python.
pub(crate) fn write(title: &str, value: &Value, style: Style, output: &mut String) -> Result<(), RenderError> {
    let mut sections = build::Sections::default();
    sections.value(Some(title), value, 0)?;
    if sections.0.is_empty() { Ok(()) } else { section::draw(sections.0, style, output) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(json: &str, columns: i16, color: bool) -> String {
        let mut output = String::new();
        write("T", &Value::from_json(json).unwrap(), Style { color, columns }, &mut output).unwrap();
        output
    }

    fn refused(json: &str) -> String {
        let mut output = String::new();
        let error = write("T", &Value::from_json(json).unwrap(), Style::new(false, None), &mut output).unwrap_err();
        assert!(output.is_empty());
        error.to_string()
    }

    #[test]
    fn what_is_false_in_python_has_no_table() {
        for json in ["null", "false", "0", "0.0", "\"\"", "[]", "{}"] {
            assert_eq!(drawn(json, 80, false), "", "{json}");
        }
        assert_eq!(drawn("NaN", 80, false), "---\n|T|\n+-+\n");
    }

    #[test]
    fn a_map_with_one_scalar_is_a_row_and_nesting_adds_bars() {
        assert_eq!(
            drawn(r#"{"b": {"c": [1, 2]}, "a": 1}"#, 80, false),
            "------------\n\
             |     T    |\n\
             +----+-----+\n\
             |  a |  1  |\n\
             +----+-----+\n\
             ||    b   ||\n\
             |+--------+|\n\
             |||   c  |||\n\
             ||+------+||\n\
             |||  1   |||\n\
             |||  2   |||\n\
             ||+------+||\n"
        );
    }

    #[test]
    fn single_rows_are_turned_where_the_terminal_is_narrow() {
        assert_eq!(
            drawn(r#"[{"a": 1, "b": 2}]"#, -1, false),
            "------------\n\
             |     T    |\n\
             +----+-----+\n\
             |  a |  1  |\n\
             |  b |  2  |\n\
             +----+-----+\n"
        );
    }

    #[test]
    fn a_list_within_lists_goes_on_in_the_same_section() {
        assert_eq!(
            drawn(r#"[[{"a": 1}, {"b": [1]}, {"b": [[2]]}], ["x"], "y", {"k": [0]}]"#, 80, false),
            "---------\n\
             |   T   |\n\
             +-------+\n\
             |   a   |\n\
             +-------+\n\
             |  1    |\n\
             +-------+\n\
             +-------+\n\
             |   a   |\n\
             +-------+\n\
             |       |\n\
             +-------+\n\
             ||  b  ||\n\
             |+-----+|\n\
             ||  1  ||\n\
             |+-----+|\n\
             +-------+\n\
             |   a   |\n\
             +-------+\n\
             |       |\n\
             +-------+\n\
             ||  b  ||\n\
             |+-----+|\n\
             ||  2  ||\n\
             ||  x  ||\n\
             ||  y  ||\n\
             ||  k  ||\n\
             |+-----+|\n"
        );
        assert_eq!(
            drawn("[[], []]", 80, false),
            "---\n\
             |T|\n"
        );
    }

    #[test]
    fn empty_titles_are_not_drawn() {
        assert_eq!(
            drawn(r#"{"": [1], "long title here": {"x": {}}, "e": [{}]}"#, 80, false),
            "-------------------\n\
             |        T        |\n\
             +-----------------+\n\
             |+---------------+|\n\
             ||  1            ||\n\
             |+---------------+|\n\
             ||       e       ||\n\
             ||long title here||\n\
             |+---------------+|\n"
        );
    }

    #[test]
    fn a_table_may_be_wider_than_65_535_columns() {
        let wide = "x".repeat(70_000);
        let table = drawn(&format!("{{\"a\": \"{wide}\", \"b\": [1], \"c\": 2}}"), 80, false);
        assert!(table.lines().all(|line| line.len() == 70_011), "{}", table.len());
    }

    #[test]
    fn accidents_of_the_aws_cli_are_errors() {
        for (json, message) in [
            (r#"[[1, 2], [3]]"#, "Row should have 2 elements, instead it has 1"),
            (r#"[1, [{"a": 1, "b": 2}, 3]]"#, "'int' object is not iterable"),
            (r#"[{"a": 1}, 2]"#, "'int' object is not iterable"),
            (r#"[{"a": 1}, "x"]"#, "string indices must be integers, not 'str'"),
            (r#"[{"a": 1}, ""]"#, "'str' object has no attribute 'get'"),
            (r#"[{}, ["x"]]"#, "list indices must be integers or slices, not str"),
            (r#"[{}, [7]]"#, "list index out of range"),
            (r#"[{}, [0]]"#, "'list' object has no attribute 'get'"),
            (r#"[["a", []], [{"a": 1, "b": 2}]]"#, "Row should have 1 elements, instead it has 0"),
            (r#"[{}, [9223372036854775808]]"#, "cannot fit 'int' into an index-sized integer"),
            (r#"[{}, null]"#, "'NoneType' object is not iterable"),
            (r#"[["x", [{"a": 1, "b": 2}]]]"#, "list index out of range"),
            (r#"["x", [[{"a": 1, "b": 2}]]]"#, "list index out of range"),
        ] {
            assert_eq!(refused(json), message, "{json}");
        }
    }
}
