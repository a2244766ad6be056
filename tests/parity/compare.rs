//! What a case expects, held against what happened.

use regex_lite::Regex;
use serde_json::{Map, Value};
use similar::TextDiff;

use super::case::{Case, FIELDS};
use super::styled::Styled;

/// One thing that was to be the same and is not.
#[derive(Debug, PartialEq)]
pub struct Difference {
    pub field: &'static str,
    pub wanted: Value,
    pub got: Value,
}

/// Everything in which a run differs from what the case expects; nothing means that it passed.
pub fn differences(case: &Case, got: &Map<String, Value>) -> Result<Vec<Difference>, String> {
    let mut found = Vec::new();
    for field in FIELDS {
        let Some(wanted) = case.expected(field).filter(|_| !case.ignores(field)) else { continue };
        let mut wanted = wanted.clone();
        let mut got = got.get(field).cloned().unwrap_or(Value::Null);
        match field {
            "requests" => {
                let last_only = case.ignores("request_count");
                (wanted, got) = (comparable_requests(wanted, last_only), comparable_requests(got, last_only));
            }
            "stderr" if case.ignores("stderr_text") => {
                (wanted, got) = (Value::Bool(says_something(&wanted)), Value::Bool(says_something(&got)));
            }
            _ => {}
        }
        (wanted, got) = (masked(case, wanted)?, masked(case, got)?);
        if wanted != got && !look_alike(&wanted, &got) {
            found.push(Difference { field, wanted, got });
        }
    }
    Ok(found)
}

/// The order of a query string does not matter; where the count does not either, only the last request counts.
fn comparable_requests(requests: Value, last_only: bool) -> Value {
    let Value::Array(mut requests) = requests else { return requests };
    for request in &mut requests {
        if let Some(Value::String(path)) = request.get_mut("path")
            && let Some((head, query)) = path.split_once('?')
        {
            let mut parts: Vec<&str> = query.split('&').collect();
            parts.sort_unstable();
            *path = format!("{head}?{}", parts.join("&"));
        }
    }
    if last_only {
        requests.drain(..requests.len().saturating_sub(1));
    }
    requests.into()
}

fn says_something(text: &Value) -> bool {
    text.as_str().is_some_and(|text| !text.trim().is_empty())
}

/// The text with the case's masks put over it. Their replacements are written `\1`.
fn masked(case: &Case, value: Value) -> Result<Value, String> {
    let Value::String(mut text) = value else { return Ok(value) };
    for (pattern, replacement) in &case.mask {
        let pattern = Regex::new(pattern).map_err(|error| format!("{}: {error}", case.id))?;
        let groups = Regex::new(r"\\(\d)").map_err(|error| error.to_string())?;
        let replacement = groups.replace_all(&replacement.replace('$', "$$"), "$${${1}}").into_owned();
        text = pattern.replace_all(&text, replacement.as_str()).into_owned();
    }
    Ok(text.into())
}

/// Whether two texts differ only in how their colours are written.
fn look_alike(wanted: &Value, got: &Value) -> bool {
    let (Value::String(wanted), Value::String(got)) = (wanted, got) else { return false };
    let coloured = wanted.contains("\x1b[") || got.contains("\x1b[");
    coloured && Styled::read(wanted) == Styled::read(got)
}

impl Difference {
    /// The difference line by line.
    pub fn detail(&self) -> String {
        let (wanted, got) = (shown(&self.wanted), shown(&self.got));
        let diff = TextDiff::from_lines(wanted.as_str(), got.as_str());
        let lines = diff.unified_diff().context_radius(2).header("expected", "got").to_string();
        let mut detail = format!("  --- {}\n", self.field);
        for line in lines.lines() {
            // Escapes are shown, not obeyed.
            detail.push_str(&format!("    {}\n", line.replace('\x1b', "\\x1b")));
        }
        detail
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => format!("{other:#}\n"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::{Difference, differences};
    use crate::parity::case::Case;

    fn case(more: Value) -> Case {
        let mut case = json!({
            "id": "a/b", "argv": [],
            "expect": {
                "exit": 0, "stdout": "out\n", "stderr": "said: at 12\n", "same_token_on_retry": true,
                "requests": [{"method": "GET", "path": "/a"}, {"method": "GET", "path": "/b?x=1&y=2"}],
            },
        });
        case.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Case::parse(&case.to_string()).unwrap()
    }

    /// The names of the fields that differ, where a run did as expected but for these changes.
    fn differ(more: Value, changes: Value) -> Vec<&'static str> {
        let case = case(more);
        let mut got: Map<String, Value> = case.expect.clone().unwrap();
        got.extend(changes.as_object().unwrap().clone());
        differences(&case, &got).unwrap().into_iter().map(|difference| difference.field).collect()
    }

    #[test]
    fn equal_results_do_not_differ() {
        assert_eq!(differ(json!({}), json!({})), [""; 0]);
        assert_eq!(differ(json!({}), json!({"left": {"f": 1}})), [""; 0], "what is not expected is not compared");
    }

    #[test]
    fn every_field_can_differ() {
        for (field, value) in [
            ("exit", json!(1)),
            ("exit", json!("timed out")),
            ("stdout", json!("out")),
            ("stderr", json!("said: at 13\n")),
            ("requests", json!([])),
            ("requests", json!([{"method": "GET", "path": "/a"}, {"method": "PUT", "path": "/b?x=1&y=2"}])),
            ("requests", json!([{"method": "GET", "path": "/a"}, {"method": "GET", "path": "/b?x=1&y=3"}])),
            ("same_token_on_retry", json!(false)),
        ] {
            assert_eq!(differ(json!({}), json!({field: value})), [field], "{value}");
            assert_eq!(differ(json!({"ignore": [field]}), json!({field: value})), [""; 0], "{field} is to be ignored");
        }
        let case = case(json!({}));
        assert_eq!(differences(&case, &Map::new()).unwrap().len(), 5, "what is missing differs");
    }

    #[test]
    fn the_order_of_a_query_does_not_matter() {
        let turned = json!([{"method": "GET", "path": "/a"}, {"method": "GET", "path": "/b?y=2&x=1"}]);
        assert_eq!(differ(json!({}), json!({"requests": turned})), [""; 0]);
    }

    #[test]
    fn request_count_compares_the_last_request_only() {
        let lenient = json!({"ignore": ["request_count"]});
        let last = json!([{"method": "GET", "path": "/b?x=1&y=2"}]);
        assert_eq!(differ(lenient.clone(), json!({"requests": last})), [""; 0]);
        assert_eq!(differ(lenient.clone(), json!({"requests": [{"method": "GET", "path": "/a"}]})), ["requests"]);
        assert_eq!(differ(lenient, json!({"requests": []})), ["requests"]);
    }

    #[test]
    fn stderr_text_requires_some_message() {
        let lenient = json!({"ignore": ["stderr_text"]});
        assert_eq!(differ(lenient.clone(), json!({"stderr": "other"})), [""; 0]);
        assert_eq!(differ(lenient, json!({"stderr": " \n"})), ["stderr"]);
    }

    #[test]
    fn a_mask_covers_what_it_matches_and_nothing_else() {
        let mask = json!({"mask": {"(said: \\w+)[^\\n]*": "\\1 $1 ..."}});
        assert_eq!(differ(mask.clone(), json!({"stderr": "said: at last\n"})), [""; 0]);
        assert_eq!(differ(mask.clone(), json!({"stderr": "said: to 12\n"})), ["stderr"]);
        assert_eq!(differ(mask, json!({"stderr": "said: at 12\nmore\n"})), ["stderr"]);
        let broken = case(json!({"mask": {"(": ""}}));
        assert!(
            differences(&broken, &broken.expect.clone().unwrap()).is_err(),
            "a mask that is not a pattern is an error"
        );
    }

    #[test]
    fn colours_are_compared_as_they_look() {
        let coloured = json!({"expect": {"stdout": "\u{1b}[1m\u{1b}[31mab\u{1b}[0m\n"}});
        assert_eq!(
            differ(coloured.clone(), json!({"stdout": "\u{1b}[31;1ma\u{1b}[0m\u{1b}[1;31mb\n\u{1b}[0m"})),
            [""; 0]
        );
        assert_eq!(differ(coloured, json!({"stdout": "ab\n"})), ["stdout"]);
    }

    #[test]
    fn the_detail_shows_both_sides() {
        let difference = Difference { field: "stdout", wanted: json!("a\nb\n"), got: json!("a\n\u{1b}c\n") };
        let detail = difference.detail();
        for part in ["--- stdout", "    -b", "    +\\x1bc", "     a"] {
            assert!(detail.contains(part), "{part:?} in {detail}");
        }
    }
}
