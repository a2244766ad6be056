//! Text for `cut` and `awk`: a line for each map and list of scalars, cells parted by tabs, the key that led there in front in
//! upper case. Keys are sorted; the maps of one list share the columns that any of them has.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;

use crate::python::unicode::upper;
use crate::value::{Map, Value};

use super::{RenderError, is_scalar, scalar_text, sorted_members};

/// Writes a value: a scalar on its line, nothing for an empty list or map.
///
/// # Errors
/// [`RenderError::NoAttribute`] for a list that holds maps and something else, with what comes before written.
pub(crate) fn write(value: &Value, output: &mut String) -> Result<(), RenderError> {
    TextWriter { output }.value(value, None)
}

struct TextWriter<'a> {
    output: &'a mut String,
}

impl TextWriter<'_> {
    /// `identifier` is the key under which the value was found.
    fn value(&mut self, value: &Value, identifier: Option<&str>) -> Result<(), RenderError> {
        match value {
            Value::List(items) if items.is_empty() => Ok(()),
            Value::Map(map) if map.is_empty() => Ok(()),
            Value::List(items) => self.list(items, identifier),
            Value::Map(map) => self.map(map, None, identifier),
            scalar => {
                self.line([scalar_text(scalar)]);
                Ok(())
            }
        }
    }

    fn list(&mut self, items: &[Value], identifier: Option<&str>) -> Result<(), RenderError> {
        if items.iter().any(|item| matches!(item, Value::Map(_))) {
            let maps = items.iter().map(as_map).collect::<Result<Vec<_>, _>>()?;
            let columns = maps.iter().flat_map(|map| scalar_keys(map)).collect::<BTreeSet<_>>();
            return maps.into_iter().try_for_each(|map| self.map(map, Some(&columns), identifier));
        }
        let (scalars, lists): (Vec<_>, Vec<_>) = items.iter().partition(|item| is_scalar(item));
        match identifier {
            _ if scalars.is_empty() => {}
            None => self.line(scalars.iter().map(|scalar| scalar_text(scalar))),
            Some(identifier) => {
                let identifier = upper(identifier);
                for scalar in scalars {
                    self.line([identifier.as_str().into(), scalar_text(scalar)]);
                }
            }
        }
        lists.into_iter().try_for_each(|list| self.value(list, identifier))
    }

    /// `columns` are the keys that the maps of one list have with a scalar; a map alone has its own.
    fn map(
        &mut self,
        map: &Map,
        columns: Option<&BTreeSet<&Rc<str>>>,
        identifier: Option<&str>,
    ) -> Result<(), RenderError> {
        let own_columns;
        let columns = match columns {
            Some(columns) => columns,
            None => {
                own_columns = scalar_keys(map).collect();
                &own_columns
            }
        };
        if !columns.is_empty() {
            // A key that is a scalar elsewhere in the list may hold a list or a map here, which prints as Python's repr.
            let cells = columns.iter().map(|&key| map.get(key).map_or("".into(), scalar_text));
            self.line(identifier.map(|key| upper(key).into()).into_iter().chain(cells));
        }
        let mut others = sorted_members(map).into_iter().filter(|(key, _)| !columns.contains(key));
        others.try_for_each(|(key, value)| self.value(value, Some(key)))
    }

    fn line<'a>(&mut self, cells: impl IntoIterator<Item = Cow<'a, str>>) {
        for (index, cell) in cells.into_iter().enumerate() {
            if index > 0 {
                self.output.push('\t');
            }
            self.output.push_str(&cell);
        }
        self.output.push('\n');
    }
}

fn as_map(value: &Value) -> Result<&Map, RenderError> {
    match value {
        Value::Map(map) => Ok(map),
        other => Err(RenderError::NoAttribute { type_name: other.python_class_name(), attribute: "items" }),
    }
}

fn scalar_keys(map: &Map) -> impl Iterator<Item = &Rc<str>> {
    map.iter().filter(|(_, value)| is_scalar(value)).map(|(key, _)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(json: &str) -> (String, Option<String>) {
        let mut output = String::new();
        let result = write(&Value::from_json(json).unwrap(), &mut output);
        (output, result.err().map(|error| error.to_string()))
    }

    fn lines(json: &str) -> String {
        let (output, error) = printed(json);
        assert_eq!(error, None);
        output
    }

    #[test]
    fn scalars_are_python_s_str_and_what_is_empty_is_nothing() {
        assert_eq!(lines("null"), "None\n");
        assert_eq!(lines("1e20"), "1e+20\n");
        assert_eq!(lines("\"\""), "\n");
        assert_eq!(lines("[]") + &lines("{}") + &lines("[[], []]"), "");
        assert_eq!(lines("[1, true, null, \"a b\"]"), "1\tTrue\tNone\ta b\n");
    }

    #[test]
    fn keys_are_sorted_and_lead_in_upper_case() {
        assert_eq!(
            lines(
                r#"{"when": "w", "more": {"a": [1, 2], "straße": [{"x": 1, "y": ["p"]}, {"x": 2, "z": null}]}, "last": "e"}"#
            ),
            "e\tw\nA\t1\nA\t2\nSTRASSE\t1\t\nY\tp\nSTRASSE\t2\tNone\n"
        );
    }

    #[test]
    fn maps_of_a_list_share_their_columns() {
        assert_eq!(lines(r#"[{"a": 1, "b": {"c": 2}}, {"a": ["it's"], "d": [3]}]"#), "1\nB\t2\n[\"it's\"]\nD\t3\n");
    }

    #[test]
    fn scalars_of_a_list_come_before_its_lists() {
        assert_eq!(lines("[[1, 2], 3, [], [4, [5]], 6]"), "3\t6\n1\t2\n4\n5\n");
        assert_eq!(lines("{\"k\": [[1], 2]}"), "K\t2\nK\t1\n");
    }

    #[test]
    fn a_map_among_other_things_fails_after_what_came_before() {
        assert_eq!(
            printed("[[1, 2], [{\"a\": 1}, 3]]"),
            ("1\t2\n".to_owned(), Some("'int' object has no attribute 'items'".to_owned()))
        );
    }
}
