//! JSON as Python reads and writes it, and Python's `str` and `repr`.

use redrive_execution::value::Value;

use super::cases::{compare_all, member, text};

#[test]
#[ignore = "needs DIFFERENTIAL_PYTHON"]
fn json_and_repr_agree_with_python() {
    compare_all("notation.py", |case| {
        let input = text(case, "input");
        let Value::Map(members) = case else { panic!("not a map: {case:?}") };
        let (expected, actual) = match Value::from_json(input) {
            Err(error) => {
                (vec![members.get("error").map_or("a value", |_| text(case, "error"))], vec![error.to_string()])
            }
            Ok(_) if members.contains_key("error") => (vec![text(case, "error")], vec!["a value".to_owned()]),
            Ok(value) => (
                vec![text(case, "repr"), text(case, "str"), text(case, "indented"), text(case, "compact")],
                vec![
                    value.python_repr(),
                    value.python_str(),
                    value.to_json_indented().unwrap(),
                    value.to_json_compact(),
                ],
            ),
        };
        if actual == expected {
            return Ok(());
        }
        let input = member(case, "input").python_repr();
        Err(format!("input    {input}\nexpected {expected:?}\nactual   {actual:?}"))
    });
}
