//! Items of a document as Python prints them: `str(item)` and `repr(item)`. Refuses to print without end.

use std::fmt::Write;

use super::document::{Document, Item, ItemId, Moment};
use crate::python::repr;
use crate::value::{Integer, MAXIMUM_DIGITS, Value};

/// How much a value may print to, in bytes. Python has no bound but its memory: nine lines that hold each other ten times
/// keep it busy for ever.
const LONGEST: usize = 16 << 20;

/// The error where a value has no print.
const TOO_LARGE: &str = "The document is too large to show: it holds its own parts too many times.";

enum Task {
    Item(ItemId),
    Text(&'static str),
    /// The end of a collection: its text, and the item that is open no longer.
    Close(ItemId, &'static str),
}

impl Document {
    /// # Errors
    /// A message, for what Python cannot print either, and for what prints to more than 16 MiB.
    pub(crate) fn python_str(&self, id: ItemId) -> Result<String, &'static str> {
        match self.get(id) {
            Some(Item::Plain(Value::String(text))) => Ok(text.to_string()),
            Some(Item::Date(date)) => Ok(date.to_string()),
            Some(Item::Moment(moment)) => Ok(moment_str(moment)),
            _ => self.python_repr(id),
        }
    }

    pub(crate) fn python_repr(&self, id: ItemId) -> Result<String, &'static str> {
        let mut out = String::new();
        let mut open = vec![false; self.count()];
        let mut tasks = vec![Task::Item(id)];
        while let Some(task) = tasks.pop() {
            if out.len() > LONGEST {
                return Err(TOO_LARGE);
            }
            match task {
                Task::Text(text) => out.push_str(text),
                Task::Close(id, text) => {
                    out.push_str(text);
                    set(&mut open, id, false);
                }
                Task::Item(id) => self.print(id, &mut out, &mut open, &mut tasks)?,
            }
        }
        Ok(out)
    }

    /// Prints a scalar, or the beginning of a collection; the rest becomes tasks.
    fn print(
        &self,
        id: ItemId,
        out: &mut String,
        open: &mut [bool],
        tasks: &mut Vec<Task>,
    ) -> Result<(), &'static str> {
        let Some(item) = self.get(id) else { return Ok(()) };
        let (start, end, inside) = match item {
            Item::Plain(Value::Integer(number)) => {
                out.push_str(&decimal(number)?);
                return Ok(());
            }
            Item::Plain(value) => {
                let text = value.python_repr();
                out.push_str(&text);
                return Ok(());
            }
            Item::Bytes(bytes) => {
                repr::push_bytes(out, bytes);
                return Ok(());
            }
            Item::Date(date) => {
                push(out, format_args!("datetime.date({}, {}, {})", date.year(), date.month(), date.day()));
                return Ok(());
            }
            Item::Moment(moment) => {
                push_moment_repr(out, moment);
                return Ok(());
            }
            Item::List(_) => ("[", "]", "[...]"),
            Item::Map(_) => ("{", "}", "{...}"),
        };
        if open.get(id) == Some(&true) {
            out.push_str(inside);
            return Ok(());
        }
        set(open, id, true);
        out.push_str(start);
        tasks.push(Task::Close(id, end));
        match item {
            Item::List(items) => {
                for (index, item) in items.iter().enumerate().rev() {
                    tasks.push(Task::Item(*item));
                    tasks.push(Task::Text(if index == 0 { "" } else { ", " }));
                }
            }
            Item::Map(pairs) => {
                for (index, (key, value)) in pairs.iter().enumerate().rev() {
                    tasks.push(Task::Item(*value));
                    tasks.push(Task::Text(": "));
                    tasks.push(Task::Item(*key));
                    tasks.push(Task::Text(if index == 0 { "" } else { ", " }));
                }
            }
            Item::Plain(_) | Item::Bytes(_) | Item::Date(_) | Item::Moment(_) => {}
        }
        Ok(())
    }
}

/// # Errors
/// Python's message for one of more than 4300 digits.
pub(super) fn decimal(number: &Integer) -> Result<String, &'static str> {
    // One of this many bits has more digits for sure, and would take long to print.
    const TOO_MANY_BITS: u64 = 14_300;
    let text = match number {
        Integer::Big(number) if number.bits() > TOO_MANY_BITS => None,
        number => Some(number.to_string()),
    };
    text.filter(|text| text.trim_start_matches('-').len() <= MAXIMUM_DIGITS).ok_or(
        "Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit",
    )
}

fn set(flags: &mut [bool], at: usize, value: bool) {
    if let Some(flag) = flags.get_mut(at) {
        *flag = value;
    }
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}

fn moment_str(Moment { local, zone }: &Moment) -> String {
    let mut out = local.strftime("%Y-%m-%d %H:%M:%S").to_string();
    if local.subsec_nanosecond() > 0 {
        push(&mut out, format_args!(".{:06}", local.subsec_nanosecond() / 1000));
    }
    if let Some(zone) = zone {
        let minutes = zone.seconds.abs() / 60;
        let sign = if zone.seconds < 0 { '-' } else { '+' };
        push(&mut out, format_args!("{sign}{:02}:{:02}", minutes / 60, minutes % 60));
    }
    out
}

/// The seconds show where they or the microseconds are not zero.
fn push_moment_repr(out: &mut String, Moment { local, zone }: &Moment) {
    let (second, microsecond) = (local.second(), local.subsec_nanosecond() / 1000);
    push(out, format_args!("datetime.datetime({}, {}, {}, ", local.year(), local.month(), local.day()));
    push(out, format_args!("{}, {}", local.hour(), local.minute()));
    if second > 0 || microsecond > 0 {
        push(out, format_args!(", {second}"));
    }
    if microsecond > 0 {
        push(out, format_args!(", {microsecond}"));
    }
    if let Some(zone) = zone {
        let (delta, name) = (zone.timedelta_repr(), repr::string(&zone.name));
        push(out, format_args!(", tzinfo=datetime.timezone({delta}, {name})"));
    }
    out.push(')');
}
