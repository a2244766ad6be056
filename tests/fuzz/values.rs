//! Values of every kind, with the texts and numbers that notations trip over.

use std::rc::Rc;

use redrive_execution::value::{Map, Value, parse_integer};

use super::mutate;
use super::random::Random;

/// A value, nested at most `depth` deep; the keys of its maps stand in order, as YAML output sorts them.
pub fn value(random: &mut Random, depth: usize, corpus: &[String]) -> Value {
    let kinds = if depth == 0 { 6 } else { 9 };
    match random.below(kinds) {
        0 => Value::Null,
        1 => Value::Bool(random.once_in(2)),
        2 => Value::Integer(integer(random)),
        3 => Value::Float(float(random)),
        4 | 5 => Value::string(mutate::text(random, corpus)),
        6 => Value::list((0..random.below(5)).map(|_| value(random, depth - 1, corpus)).collect()),
        7 => {
            let one = value(random, depth - 1, corpus);
            Value::list(vec![one.clone(), value(random, depth - 1, corpus), one])
        }
        _ => {
            let mut map = Map::new();
            for _ in 0..random.below(5) {
                map.insert(Rc::from(mutate::text(random, corpus).as_str()), value(random, depth - 1, corpus));
            }
            map.sort_unstable_keys();
            Value::map(map)
        }
    }
}

fn integer(random: &mut Random) -> redrive_execution::value::Integer {
    let most = if random.once_in(20) { 60 } else { 20 };
    let digits = 1 + random.below(most);
    let sign = if random.once_in(2) { "-" } else { "" };
    let digits: String =
        (0..digits).map(|_| char::from(b'0' + u8::try_from(random.below(10)).unwrap_or_default())).collect();
    let digits = digits.trim_start_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    parse_integer(&format!("{sign}{digits}")).expect("decimal digits are a number")
}

fn float(random: &mut Random) -> f64 {
    match random.below(8) {
        0 => f64::INFINITY,
        1 => f64::NEG_INFINITY,
        2 => f64::NAN,
        3 => -0.0,
        4 => f64::from(u32::try_from(random.below(1 << 31)).unwrap_or_default()) / 1000.0,
        5 => 10f64.powi(i32::try_from(random.below(620)).unwrap_or_default() - 310),
        _ => f64::from_bits(random.next()),
    }
}
