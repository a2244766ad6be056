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
    write_value(value, None, output)
}

/// `identifier` is the key under which the value was found.
fn write_value(value: &Value, identifier: Option<&str>, output: &mut String) -> Result<(), RenderError> {
    match value {
        Value::List(items) => write_list(items, identifier, output),
        Value::Map(map) => write_map(map, &scalar_keys(map).collect(), identifier, output),
        scalar => {
            write_line([scalar_text(scalar)], output);
            Ok(())
        }
    }
}

fn write_list(items: &[Value], identifier: Option<&str>, output: &mut String) -> Result<(), RenderError> {
    if items.iter().any(|item| matches!(item, Value::Map(_))) {
        let maps = items.iter().map(as_map).collect::<Result<Vec<_>, _>>()?;
        let columns = maps.iter().flat_map(|map| scalar_keys(map)).collect();
        return maps.into_iter().try_for_each(|map| write_map(map, &columns, identifier, output));
    }
    let (scalars, lists): (Vec<_>, Vec<_>) = items.iter().partition(|item| is_scalar(item));
    match identifier.map(upper) {
        _ if scalars.is_empty() => {}
        None => write_line(scalars.into_iter().map(scalar_text), output),
        Some(identifier) => {
            scalars
                .into_iter()
                .for_each(|scalar| write_line([identifier.as_str().into(), scalar_text(scalar)], output));
        }
    }
    lists.into_iter().try_for_each(|list| write_value(list, identifier, output))
}

/// `columns` are the keys that the map, or any of its list, has with a scalar.
fn write_map(
    map: &Map,
    columns: &BTreeSet<&Rc<str>>,
    identifier: Option<&str>,
    output: &mut String,
) -> Result<(), RenderError> {
    if !columns.is_empty() {
        // A key that is a scalar elsewhere in the list may hold a list or a map here, which prints as Python's repr.
        let cells = columns.iter().map(|&key| map.get(key).map_or("".into(), scalar_text));
        write_line(identifier.map(|key| upper(key).into()).into_iter().chain(cells), output);
    }
    let mut others = sorted_members(map).into_iter().filter(|(key, _)| !columns.contains(key));
    others.try_for_each(|(key, value)| write_value(value, Some(key), output))
}

fn write_line<'a>(cells: impl IntoIterator<Item = Cow<'a, str>>, output: &mut String) {
    for (index, cell) in cells.into_iter().enumerate() {
        output.push_str(if index == 0 { "" } else { "\t" });
        output.push_str(&cell);
    }
    output.push('\n');
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

    #[test]
    fn lines_and_cells_come_in_order() {
        for (json, expected) in [
            ("[]", ""),
            ("[[], []]", ""),
            ("\"\"", "\n"),
            ("1e20", "1e+20\n"),
            ("[[1, 2], 3, [], [4, [5]], 6]", "3\t6\n1\t2\n4\n5\n"),
            ("{\"k\": [[1], 2]}", "K\t2\nK\t1\n"),
            ("{\"straße\": [{\"x\": 1}, {\"z\": null}]}", "STRASSE\t1\t\nSTRASSE\t\tNone\n"),
            ("[{\"a\": 1, \"b\": {\"c\": 2}}, {\"a\": [\"it's\"], \"d\": [3]}]", "1\nB\t2\n[\"it's\"]\nD\t3\n"),
        ] {
            assert_eq!(printed(json), (expected.to_owned(), None), "{json}");
        }
    }

    #[test]
    fn a_map_among_other_things_fails_after_what_came_before() {
        assert_eq!(
            printed("[[1, 2], [{\"a\": 1}, 3]]"),
            ("1\t2\n".to_owned(), Some("'int' object has no attribute 'items'".to_owned()))
        );
    }
}
