//! What a document yields in Python: JSON's values and those that only YAML has, with Python's `str`, `repr` and type names, and
//! what `json.dumps` makes of them.

use std::rc::Rc;

use jiff::civil::{Date, DateTime};

use crate::python::repr::{self, push_display};
use crate::value::{Map, Value};

#[derive(Clone, Debug)]
pub struct Moment {
    /// To the microsecond, in the years 1 to 9999.
    pub(crate) local: DateTime,
    /// Where it is that time; `None` where no zone is given.
    pub(crate) zone: Option<Zone>,
}

#[derive(Clone, Debug)]
pub(crate) struct Zone {
    /// Ahead of UTC, in seconds.
    pub(crate) seconds: i64,
    /// As written, such as `+02:00`.
    pub(crate) name: Rc<str>,
}

/// An item of a document. Collections are shared, for a YAML document may hold one in many places.
#[derive(Clone, Debug)]
pub enum Item {
    /// What JSON has too. A JSON document is a single such item.
    Plain(Value),
    /// `bytes`
    Bytes(Rc<[u8]>),
    /// `datetime.date`
    Date(Date),
    /// `datetime.datetime`
    Moment(Moment),
    /// `list`
    List(Rc<Vec<Item>>),
    /// `dict`
    Map(Rc<Vec<(Item, Item)>>),
}

impl Item {
    pub(crate) fn string(text: impl Into<Rc<str>>) -> Self {
        Self::Plain(Value::String(text.into()))
    }

    pub(crate) fn text(&self) -> Option<&Rc<str>> {
        match self {
            Self::Plain(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn python_class_name(&self) -> &'static str {
        match self {
            Self::Plain(value) => value.python_class_name(),
            Self::Bytes(_) => "bytes",
            Self::Date(_) => "datetime.date",
            Self::Moment(_) => "datetime.datetime",
            Self::List(_) => "list",
            Self::Map(_) => "dict",
        }
    }

    pub(crate) fn python_str(&self) -> String {
        match self {
            Self::Plain(value) => value.python_str(),
            Self::Date(date) => date.to_string(),
            Self::Moment(moment) => moment.python_str(),
            _ => self.python_repr(),
        }
    }

    pub(crate) fn python_repr(&self) -> String {
        let mut out = String::new();
        self.push_repr(&mut out);
        out
    }

    fn push_repr(&self, out: &mut String) {
        match self {
            Self::Plain(value) => out.push_str(&value.python_repr()),
            Self::Bytes(bytes) => repr::push_bytes(out, bytes),
            Self::Date(date) => {
                push_display(out, format_args!("datetime.date({}, {}, {})", date.year(), date.month(), date.day()));
            }
            Self::Moment(moment) => moment.push_repr(out),
            Self::List(items) => repr::push_items(out, ['[', ']'], items.iter(), |out, item| item.push_repr(out)),
            Self::Map(pairs) => repr::push_items(out, ['{', '}'], pairs.iter(), |out, (key, value)| {
                key.push_repr(out);
                out.push_str(": ");
                value.push_repr(out);
            }),
        }
    }

    /// The value that is sent.
    ///
    /// # Errors
    /// What JSON cannot express, in Python's words.
    pub fn to_value(&self) -> Result<Value, String> {
        let class = |name: &str| Err(format!("Object of type {name} is not JSON serializable"));
        match self {
            Self::Plain(value) => Ok(value.clone()),
            Self::Bytes(_) => class("bytes"),
            Self::Date(_) => class("date"),
            Self::Moment(_) => class("datetime"),
            Self::List(items) => items.iter().map(Self::to_value).collect::<Result<_, _>>().map(Value::list),
            Self::Map(pairs) => {
                let members = pairs.iter().map(|(key, value)| Ok((key.to_name()?, value.to_value()?)));
                members.collect::<Result<Map, String>>().map(Value::map)
            }
        }
    }

    /// The item as the name of a member.
    fn to_name(&self) -> Result<Rc<str>, String> {
        match self {
            Self::Plain(Value::String(text)) => Ok(Rc::clone(text)),
            Self::Plain(value @ (Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_))) => {
                Ok(value.to_json_compact().into())
            }
            other => Err(format!("keys must be str, int, float, bool or None, not {}", other.python_class_name())),
        }
    }
}

impl Zone {
    /// Python's `repr` of the zone's distance from UTC, a `timedelta`.
    pub(crate) fn timedelta_repr(&self) -> String {
        let (days, seconds) = (self.seconds.div_euclid(86_400), self.seconds.rem_euclid(86_400));
        match (days, seconds) {
            (0, 0) => "datetime.timedelta(0)".to_owned(),
            (0, _) => format!("datetime.timedelta(seconds={seconds})"),
            (_, 0) => format!("datetime.timedelta(days={days})"),
            _ => format!("datetime.timedelta(days={days}, seconds={seconds})"),
        }
    }
}

impl Moment {
    fn python_str(&self) -> String {
        let mut out = self.local.strftime("%Y-%m-%d %H:%M:%S").to_string();
        if self.local.subsec_nanosecond() > 0 {
            push_display(&mut out, format_args!(".{:06}", self.local.subsec_nanosecond() / 1000));
        }
        if let Some(zone) = &self.zone {
            let minutes = zone.seconds.abs() / 60;
            let sign = if zone.seconds < 0 { '-' } else { '+' };
            push_display(&mut out, format_args!("{sign}{:02}:{:02}", minutes / 60, minutes % 60));
        }
        out
    }

    /// The seconds show where they or the microseconds are not zero.
    fn push_repr(&self, out: &mut String) {
        let Self { local, zone } = self;
        let (second, microsecond) = (local.second(), local.subsec_nanosecond() / 1000);
        push_display(out, local.strftime("datetime.datetime(%-Y, %-m, %-d, %-H, %-M"));
        if second > 0 || microsecond > 0 {
            push_display(out, format_args!(", {second}"));
        }
        if microsecond > 0 {
            push_display(out, format_args!(", {microsecond}"));
        }
        if let Some(zone) = zone {
            let (delta, name) = (zone.timedelta_repr(), repr::string(&zone.name));
            push_display(out, format_args!(", tzinfo=datetime.timezone({delta}, {name})"));
        }
        out.push(')');
    }
}
