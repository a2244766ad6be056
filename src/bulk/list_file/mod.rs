//! `--from`: the executions in a file, in the forms that people have.
//!
//! One ARN a line; the AWS CLI's text (columns between tabs) and JSON; JSON lines; CSV with a header. All are read piece by
//! piece, and what does not name an execution is refused by the number of its line: nothing is passed over in silence.

mod listed;

use std::fs::File;
use std::io::{self, Read};

use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use self::listed::{Columns, of_json, of_text};
use super::lines::Lines;
use crate::cli::own::wrong;
use crate::error::{Error, Result};
use crate::python::errno;
use crate::render::escape::{Escaped, shortened};

pub use self::listed::Listed;

const AHEAD: usize = 4_096;
/// The longest record of a CSV file that goes over several lines, in bytes: causes have 32,768 characters at most.
const LONGEST_RECORD: usize = 1024 * 1024;

/// Reads as [`read`] does, on a thread of its own, for it may be a pipe that nothing comes from.
pub(crate) async fn read_aside(path: &str, mut each: impl FnMut(Listed)) -> Result<()> {
    let (sender, mut listed) = mpsc::channel(AHEAD);
    let path = path.to_owned();
    let reading = spawn_blocking(move || {
        let read = read(&path, |listed| {
            // Where nobody takes them any more the run has ended, and this thread with it.
            let _ = sender.blocking_send(listed);
        });
        read.map_err(|error| error.message().into_owned())
    });
    while let Some(listed) = listed.recv().await {
        each(listed);
    }
    reading.await.map_err(Error::general)?.map_err(Error::ParamValidation)
}

/// Refuses a path that cannot be read, before any call is made; it is not opened, for it may be a pipe.
pub(crate) fn check(path: &str) -> Result<()> {
    match std::fs::metadata(path) {
        _ if path == "-" => Ok(()),
        // Reading names the error.
        Ok(metadata) if metadata.is_dir() => read(path, |_| {}),
        metadata => metadata.map(|_| ()).map_err(|error| refused(&error, path)),
    }
}

fn refused(error: &io::Error, path: &str) -> Error {
    wrong(&format!("--from: {}", errno::with_path(error, path)))
}

/// Reads a file of executions, `-` for stdin; passes each to `each`. The error names the line that has no execution.
pub fn read(path: &str, mut each: impl FnMut(Listed)) -> Result<()> {
    let source: Box<dyn Read> = match path {
        "-" => Box::new(io::stdin().lock()),
        _ => Box::new(File::open(path).map_err(|error| refused(&error, path))?),
    };
    let mut is_empty = true;
    let parsed = parse(source, &mut |listed| {
        is_empty = false;
        each(listed);
    });
    match parsed {
        Ok(()) if is_empty => Err(wrong(&format!("--from {}: there are no executions in it", Escaped(path)))),
        Ok(()) => Ok(()),
        Err(Failure::System(error)) => Err(refused(&error, path)),
        Err(Failure::Line(number, what)) => Err(wrong(&format!("--from {}, line {number}: {what}", Escaped(path)))),
    }
}

#[derive(Debug)]
enum Failure {
    System(io::Error),
    /// The number of a line, and what is wrong with it.
    Line(usize, String),
}

impl Failure {
    /// A failure of JSON that begins in this line.
    fn of_json(error: serde_json::Error, number: usize) -> Self {
        if error.is_io() {
            return Self::System(error.into());
        }
        let text = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let what = shortened(text.strip_suffix(&place).unwrap_or(&text));
        let what = if error.is_data() { what } else { format!("it is not JSON: {what}") };
        Self::Line(number + error.line().saturating_sub(1), what)
    }
}

fn parse<R: Read>(source: R, each: &mut dyn FnMut(Listed)) -> std::result::Result<(), Failure> {
    let mut text = Text { lines: Lines::of(source), number: 0 };
    let mut columns: Option<Columns> = None;
    let mut is_first = true;
    while let Some(line) = text.line()? {
        let number = text.number;
        let refused = |what| Failure::Line(number, what);
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if let Some(columns) = &columns {
            each(columns.execution(&text.record(line)?).map_err(refused)?);
        } else if trimmed.starts_with(['{', '[']) {
            let mut found = Vec::new();
            match of_json(trimmed.as_bytes(), &mut |listed| found.push(listed)) {
                Ok(()) => found.into_iter().for_each(&mut *each),
                // It goes on: from here on the file is JSON.
                Err(error) if error.is_eof() => {
                    return of_json(line.as_bytes().chain(text.lines.rest()), each)
                        .map_err(|error| Failure::of_json(error, number));
                }
                Err(error) => return Err(Failure::of_json(error, number)),
            }
        } else if is_first && let Some(header) = Columns::of_header(trimmed) {
            columns = Some(header);
        } else {
            of_text(trimmed).map_err(refused)?.into_iter().for_each(&mut *each);
        }
        is_first = false;
    }
    Ok(())
}

struct Text<R> {
    lines: Lines<R>,
    number: usize,
}

impl<R: Read> Text<R> {
    fn line(&mut self) -> std::result::Result<Option<String>, Failure> {
        let Some(line) = self.lines.read().map_err(Failure::System)? else { return Ok(None) };
        self.number += 1;
        let line = str::from_utf8(line).map_err(|_| Failure::Line(self.number, "it is not UTF-8".to_owned()))?;
        let line = if self.number == 1 { line.trim_start_matches('\u{feff}') } else { line };
        Ok(Some(line.to_owned()))
    }

    /// The record of a CSV file that this line begins, to the end of its last quoted field.
    fn record(&mut self, mut record: String) -> std::result::Result<String, Failure> {
        let quotes = |text: &str| text.bytes().filter(|byte| *byte == b'"').count();
        let (began, mut open) = (self.number, quotes(&record) % 2 == 1);
        while open {
            match self.line()? {
                Some(line) if record.len() + line.len() <= LONGEST_RECORD => {
                    open = quotes(&line) % 2 == 0;
                    record.push_str(&line);
                }
                _ => return Err(Failure::Line(began, "a quoted field has no end".to_owned())),
            }
        }
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use super::{Failure, Listed, parse};
    use crate::bulk::plan::Planned;

    fn arn(name: &str) -> String {
        format!("arn:aws:states:us-east-1:123456789012:execution:M:{name}")
    }

    fn all(text: &str) -> Result<Vec<Listed>, (usize, String)> {
        let mut found = Vec::new();
        match parse(text.replace('@', &arn("")).as_bytes(), &mut |listed| found.push(listed)) {
            Ok(()) => Ok(found),
            Err(Failure::Line(number, what)) => Err((number, what)),
            Err(Failure::System(error)) => Err((0, error.to_string())),
        }
    }

    fn names(text: &str) -> Vec<String> {
        let found = all(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        found.iter().map(|listed| listed.execution.arn.rsplit(':').next().unwrap().to_owned()).collect()
    }

    fn refusal(text: &str) -> (usize, String) {
        all(text).expect_err(text)
    }

    #[test]
    fn the_text_of_the_aws_cli_is_taken_with_what_it_knows() {
        let text = "EXECUTIONS\t@a\t\ta\t0\t\t2026-09-21T14:13:20+00:00\tarn:aws:states:us-east-1:123456789012:stateMachine:M\tFAILED\t1970-01-01T00:00:02+00:00\n\
                    EXECUTIONS\t@b\tarn:aws:states:us-east-1:123456789012:mapRun:M/L:x\tb\t2\t1970-01-01T00:00:01+00:00\t2026-09-21T14:13:20+00:00\tarn:aws:states:us-east-1:123456789012:stateMachine:M\tABORTED\t1970-01-01T00:00:03+00:00\n\
                    EXECUTIONS\t@c\tc\t1\t2026-09-21T14:13:20+00:00\tarn:aws:states:us-east-1:123456789012:stateMachine:M\tRUNNING\n\
                    NEXTTOKEN\teyJuIjogMX0=\n@d\t@e\nNone\n@f\tFAILED\n";
        assert_eq!(names(text), ["a", "b", "c", "d", "e", "f"]);
        let found = all(text).unwrap();
        let known: Vec<_> =
            found.iter().map(|e| (e.execution.redrive_count, e.redrive_date, e.execution.stopped)).collect();
        assert_eq!(
            known[..3],
            [(Some(0), None, Some(2_000)), (Some(2), Some(1_000), Some(3_000)), (Some(1), None, None)]
        );
        assert!(found[..3].iter().all(|listed| listed.started == Some(1_790_000_000_000)), "{found:?}");
        assert_eq!(refusal("@a\t@b\tarn:aws:states:us\n").0, 1, "no ARN of a list is passed over");
    }

    #[test]
    fn json_comes_as_lines_documents_and_lists() {
        let one =
            r#"{"executionArn": "@a", "redriveCount": 2, "redriveDate": 17.5, "stopDate": null, "input": {"x": [1]}}"#;
        let execution = Planned { redrive_count: Some(2), ..Planned::from(&*arn("a")) };
        let expected = Listed { execution, redrive_date: Some(17_500), started: None };
        assert_eq!(all(one), Ok(vec![expected]));
        let document = "\n{\n \"executions\": [\n  {\"executionArn\": \"@a\"},\n  {\"executionArn\":\n \"@b\"}\n ],\n \"NextToken\": \"x\"\n}\n";
        assert_eq!(names(document), ["a", "b"]);
        assert_eq!(names(&format!("{document}{document}")), ["a", "b", "a", "b"], "as `jq` prints them");
        assert_eq!(names("[\"@a\",\n\"@b\"]"), ["a", "b"]);
        let left_out =
            "{\"executionArn\": \"@a\", \"outcome\": \"LEFT_OUT\", \"reason\": \"x\"}\n@a\tLEFT_OUT\tx\n@b\n";
        assert_eq!(names(left_out), ["b"], "what a run left out is not for the next one");
        assert_eq!(names("[{\"executionArn\": \"@a\"}]\n[]\n{\"executions\": []}\n"), ["a"]);
    }

    #[test]
    fn json_is_refused_by_the_line_of_what_is_wrong() {
        let (line, what) =
            refusal("# list\n{\"executions\": [\n{\"executionArn\": \"@a\"},\n{\"executionArn\": \"b\"}\n]}");
        assert_eq!((line, what.as_str()), (4, "'b' is not the ARN of an execution of a Standard workflow"));
        assert_eq!(refusal("@a\n{\"executions\": [\n").0, 3);
        for text in ["{}", "{\"executionArn\": 1}", "[1]", "{\"executionArn\": \"@a\", \"redriveCount\": -1}", "[[\n}"]
        {
            refusal(text);
        }
    }

    #[test]
    fn csv_needs_a_header_and_may_quote() {
        let text = "name,Execution ARN,cause,stop_date,redriveCount\r\n\
                    a,@a,\"He said \"\"no\"\",\nthen left\",1970-01-01T00:00:02Z,1\r\n# none\n\n\"b\",\"@b\",,,\n";
        assert_eq!(names(text), ["a", "b"]);
        let found: Vec<_> = all(text).unwrap().into_iter().map(|listed| listed.execution).collect();
        assert_eq!((found[0].redrive_count, found[0].stopped), (Some(1), Some(2_000)));
        assert_eq!((found[1].redrive_count, found[1].stopped), (None, None));
        assert_eq!(names("arn;status\n@a;FAILED\n"), ["a"]);
        assert_eq!(names("executionArn\n@a\n"), ["a"]);
        assert_eq!(refusal("arn,cause\n@a,x\n@b,\"open\n@c,x\n"), (3, "a quoted field has no end".to_owned()));
        assert_eq!(refusal("arn,stopDate\n@a,soon\n").0, 2);
    }

    #[test]
    fn what_names_no_execution_is_refused_shortened() {
        for text in
            ["x", "x y", "@a,FAILED", "@a FAILED", "arn:aws:states:us-east-1:123456789012:stateMachine:M", "\u{0}"]
        {
            assert_eq!(refusal(&format!("\n{text}\n")).0, 2, "{text}");
        }
        assert!(refusal("@a,FAILED").1.ends_with("columns need a header with executionArn"));
        let (_, what) = refusal(&format!("\u{1b}[1A{}", "x".repeat(1_000_000)));
        assert!(what.len() < 300 && what.starts_with("'\\x1b[1Ax"), "{what}");
    }
}
