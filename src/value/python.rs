//! Values as Python prints them: `str(x)`, `repr(x)` and the names of their types. Refuses to know where they are printed.

use super::Value;
use crate::python::repr;

impl Value {
    /// Python's `str(value)`.
    pub fn python_str(&self) -> String {
        match self {
            Self::String(text) => text.to_string(),
            Self::Epoch => "1970-01-01 00:00:00".to_owned(),
            other => other.python_repr(),
        }
    }

    /// Python's `repr(value)`.
    pub fn python_repr(&self) -> String {
        let mut out = String::new();
        push_repr(&mut out, self);
        out
    }

    /// The name of the type as Python's own messages have it, with its module.
    pub(crate) fn python_class_name(&self) -> &'static str {
        match self {
            Self::Epoch => "datetime.datetime",
            other => other.python_type_name(),
        }
    }

    /// Python's `type(value).__name__`.
    pub(crate) fn python_type_name(&self) -> &'static str {
        match self {
            Self::Null => "NoneType",
            Self::Bool(_) => "bool",
            Self::Integer(_) => "int",
            Self::Float(_) => "float",
            Self::String(_) => "str",
            Self::List(_) => "list",
            Self::Map(_) => "dict",
            Self::Epoch => "datetime",
            Self::Expression(_) => "_Expression",
        }
    }
}

fn push_repr(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("None"),
        Value::Bool(true) => out.push_str("True"),
        Value::Bool(false) => out.push_str("False"),
        Value::Integer(number) => repr::push_display(out, number),
        Value::Float(number) => out.push_str(&repr::float(*number)),
        Value::String(text) => repr::push_string(out, text),
        Value::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                push_repr(out, item);
            }
            out.push(']');
        }
        Value::Map(members) => {
            out.push('{');
            for (index, (key, member)) in members.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                repr::push_string(out, key);
                out.push_str(": ");
                push_repr(out, member);
            }
            out.push('}');
        }
        Value::Epoch => out.push_str("datetime.datetime(1970, 1, 1, 0, 0)"),
        Value::Expression(reference) => {
            repr::push_display(
                out,
                format_args!("<jmespath.visitor._Expression object at {reference:p}>", reference = *reference),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_nest() {
        let value =
            Value::from_json("[1.0, true, null, \"a'b\", {\"k\": [], \"m\": {}}, 99999999999999999999]").unwrap();
        assert_eq!(value.python_repr(), "[1.0, True, None, \"a'b\", {'k': [], 'm': {}}, 99999999999999999999]");
        assert_eq!(Value::list(vec![Value::Epoch]).python_str(), "[datetime.datetime(1970, 1, 1, 0, 0)]");
        assert_eq!(Value::Epoch.python_str(), "1970-01-01 00:00:00");
        assert_eq!(Value::string("it's").python_str(), "it's");
    }
}
