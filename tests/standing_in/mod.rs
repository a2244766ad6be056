//! The three ways to stand in for `aws`, in real shells: a function, the AWS CLI's alias file, a link early on PATH.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use crate::support::process::{Exit, Run, Streams, forking};

const FUNCTION: &str = include_str!("function.sh");
const ALIAS: &str = include_str!("alias");
const PLAIN_ALIAS: &str = include_str!("plain-alias");

const PROGRAM: &str = env!("CARGO_BIN_EXE_redrive-execution");

/// What a redrive prints that sends nothing.
const SKELETON: &str = "{\n    \"executionArn\": \"\",\n    \"clientToken\": \"\"\n}\n";

/// Stands for the AWS CLI: prints its words; its status is 7.
const AWS: &str = "#!/bin/bash\nprintf 'aws'; printf ' <%s>' \"$@\"; echo; exit 7\n";

/// Folders for PATH.
struct Stage(TempDir);

impl Stage {
    /// `program` holds this program, `other` the stand-in for the AWS CLI.
    fn new() -> Self {
        let stage = Self(tempfile::tempdir().unwrap());
        stage.link("program/redrive-execution", Path::new(PROGRAM));
        stage.script("other/aws", AWS, 0o755);
        stage
    }

    fn link(&self, name: &str, to: &Path) {
        let link = self.0.path().join(name);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(to, link).unwrap();
    }

    fn script(&self, name: &str, text: &str, mode: u32) {
        let script = self.0.path().join(name);
        fs::create_dir_all(script.parent().unwrap()).unwrap();
        let _turn = forking();
        fs::write(&script, text).unwrap();
        fs::set_permissions(script, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Runs a script with these folders first on PATH; returns status, stdout and stderr.
    fn run(&self, shell: &str, folders: &[&str], script: &str) -> (i32, String, String) {
        let mut path: Vec<_> = folders.iter().map(|folder| self.0.path().join(folder)).collect();
        path.push(self.0.path().join("shells"));
        if !self.0.path().join("shells").exists() {
            for name in ["sh", "bash"] {
                self.link(&format!("shells/{name}"), &Path::new("/bin").join(name));
            }
        }
        let path = std::env::join_paths(path).unwrap().into_string().unwrap();
        let run = Run {
            words: [&format!("/bin/{shell}"), "-c", script].map(str::to_owned).to_vec(),
            environment: BTreeMap::from([("PATH".to_owned(), path), ("HOME".to_owned(), "/nonexistent".to_owned())]),
            folder: self.0.path().to_owned(),
            stdin: b"from stdin".to_vec(),
            streams: Streams::Pipes,
            signal: None,
            limit: Duration::from_secs(20),
        };
        let finished = run.finish().unwrap();
        let Exit::Status(status) = finished.exit else { panic!("{finished:?}") };
        (status, finished.stdout, finished.stderr)
    }
}

fn output(status: i32, stdout: &str) -> (i32, String, String) {
    (status, stdout.to_owned(), String::new())
}

/// Command lines of anything but a redrive, and what the AWS CLI must get.
const OTHERS: &[(&str, &str)] = &[
    ("--version", "aws <--version>\n"),
    ("help", "aws <help>\n"),
    ("stepfunctions help", "aws <stepfunctions> <help>\n"),
    (
        "stepfunctions list-executions --region redrive-execution",
        "aws <stepfunctions> <list-executions> <--region> <redrive-execution>\n",
    ),
    ("my-redrive --execution-arn a", "aws <my-redrive> <--execution-arn> <a>\n"),
    ("bulk --plan p", "aws <bulk> <--plan> <p>\n"),
    ("s3 cp 'a  b' '' '*' \"it's\"", "aws <s3> <cp> <a  b> <> <*> <it's>\n"),
];

/// Redrives, wherever their global options stand.
const REDRIVES: &[&str] = &[
    "stepfunctions redrive-execution --generate-cli-skeleton",
    "--region r stepfunctions --output text redrive-execution --no-cli-pager --generate-cli-skeleton",
];

#[test]
fn the_function_takes_redrives_and_hands_on_the_rest() {
    let stage = Stage::new();
    for shell in ["sh", "bash"] {
        for (line, expected) in OTHERS {
            let script = format!("{FUNCTION}\naws {line}");
            assert_eq!(stage.run(shell, &["program", "other"], &script), output(7, expected), "{shell}: {line}");
        }
        for line in REDRIVES {
            let script = format!("{FUNCTION}\naws {line}");
            assert_eq!(stage.run(shell, &["other", "program"], &script), output(0, SKELETON), "{shell}: {line}");
        }
    }
}

#[test]
fn the_link_takes_redrives_and_hands_on_the_rest() {
    let stage = Stage::new();
    stage.link("link/aws", Path::new(PROGRAM));
    for (line, expected) in OTHERS {
        assert_eq!(stage.run("sh", &["link", "other"], &format!("aws {line}")), output(7, expected), "{line}");
    }
    for line in REDRIVES {
        assert_eq!(stage.run("sh", &["link", "other"], &format!("aws {line}")), output(0, SKELETON), "{line}");
    }
}

#[test]
fn we_refuse_wrong_redrives_and_pass_on_wrong_global_options() {
    let stage = Stage::new();
    stage.link("link/aws", Path::new(PROGRAM));
    let (status, stdout, stderr) = stage.run("sh", &["link", "other"], "aws stepfunctions redrive-execution");
    assert_eq!((status, stdout.as_str()), (252, ""));
    assert!(stderr.contains("the following arguments are required: --execution-arn"), "{stderr}");
    let ambiguous = "aws stepfunctions redrive-execution --cli x";
    assert_eq!(stage.run("sh", &["link", "other"], ambiguous).0, 7);
}

#[test]
fn handing_on_changes_neither_bytes_nor_process_nor_streams() {
    let stage = Stage::new();
    stage.link("link/aws", Path::new(PROGRAM));
    let bytes = stage.run("bash", &["link", "other"], "aws s3 $'\\xff\\n' x");
    assert_eq!(bytes, output(7, "aws <s3> <\\xff\n> <x>\n"));
    stage.script("printing/aws", "#!/bin/sh\necho $$; read -r line; echo \"$line\"; echo error >&2\n", 0o755);
    let script = "echo $$; exec aws s3 ls";
    let (status, stdout, stderr) = stage.run("sh", &["link", "printing"], script);
    let lines: Vec<&str> = stdout.lines().collect();
    assert_eq!((status, stderr.as_str()), (0, "error\n"));
    assert!(matches!(lines.as_slice(), [shell, aws, "from stdin"] if shell == aws), "{stdout}");
}

#[test]
fn a_script_without_a_first_line_is_run_as_shells_run_it() {
    let stage = Stage::new();
    stage.link("link/aws", Path::new(PROGRAM));
    stage.script("bare/aws", "echo \"bare $*\"\n", 0o755);
    assert_eq!(stage.run("sh", &["link", "bare"], "aws s3 ls"), output(0, "bare s3 ls\n"));
}

#[test]
fn a_missing_aws_is_reported() {
    let stage = Stage::new();
    stage.link("link/aws", Path::new(PROGRAM));
    stage.link("again/aws", &stage.0.path().join("link/aws"));
    stage.script("plain/aws", AWS, 0o644);
    for folders in [&["link"][..], &["link", "again", "link"], &["link", "plain"], &["other", "link"]] {
        let script = if folders.contains(&"other") { "exec ./link/aws s3 ls" } else { "aws s3 ls" };
        let (status, stdout, stderr) = stage.run("sh", folders, script);
        assert_eq!((status, stdout.as_str()), (127, ""), "{folders:?}");
        assert!(stderr.contains("no other aws was found further down PATH"), "{stderr}");
    }
}

#[test]
fn with_plugins_a_redrive_is_handed_on_too() {
    let stage = Stage::new();
    let config = "[plugins]\ncli_legacy_plugin_path = /p\nendpoint = awscli_plugin_endpoint\n";
    fs::write(stage.0.path().join("config"), config).unwrap();
    let script =
        format!("export AWS_CONFIG_FILE=config\n{FUNCTION}\naws stepfunctions redrive-execution --execution-arn a");
    assert_eq!(
        stage.run("bash", &["program", "other"], &script),
        output(7, "aws <stepfunctions> <redrive-execution> <--execution-arn> <a>\n")
    );
}

#[test]
fn two_copies_do_not_call_each_other_for_ever() {
    let stage = Stage::new();
    for folder in ["one", "other-copy"] {
        fs::create_dir_all(stage.0.path().join(folder)).unwrap();
        let _turn = forking();
        fs::copy(PROGRAM, stage.0.path().join(folder).join("aws")).unwrap();
    }
    let copies = ["one", "other-copy", "one"];
    assert_eq!(stage.run("sh", &copies, "aws s3 ls").0, 127);
    assert_eq!(stage.run("sh", &["one", "other-copy", "other"], "aws s3 ls"), output(7, "aws <s3> <ls>\n"));
}

#[test]
fn a_script_that_calls_this_program_again_is_named() {
    let stage = Stage::new();
    stage.link("link/aws", Path::new(PROGRAM));
    for (folder, text) in [
        ("exec-word", "#!/bin/sh\nexec redrive-execution aws \"$@\"\n"),
        ("fork-word", "#!/bin/sh\nredrive-execution aws --profile p \"$@\"\n"),
        ("exec-name", "#!/bin/sh\nexec aws \"$@\"\n"),
    ] {
        stage.script(&format!("{folder}/aws"), text, 0o755);
        for folders in [&["program", folder, "other"][..], &["link", "program", folder]] {
            if folder == "exec-name" && folders[0] == "program" {
                // It calls itself without this program.
                continue;
            }
            let (status, stdout, stderr) = stage.run("sh", folders, "redrive-execution aws s3 ls");
            assert_eq!((status, stdout.as_str()), (127, ""), "{folders:?}: {stderr}");
            let expected = format!("{folder}/aws calls this program again and again");
            assert!(stderr.contains(&expected) && stderr.lines().count() == 1, "{folders:?}: {stderr}");
        }
    }
}

#[test]
fn the_aws_cli_may_run_aws_itself() {
    let stage = Stage::new();
    stage.link("link/aws", Path::new(PROGRAM));
    let nested = "#!/bin/sh\ncase $1 in export) echo inner;; *) aws export; aws export;; esac\n";
    stage.script("nesting/aws", nested, 0o755);
    assert_eq!(stage.run("sh", &["link", "nesting"], "aws s3 ls"), output(0, "inner\ninner\n"));
}

/// An alias as the AWS CLI reads it: the lines behind the name, without their indent and the exclamation mark.
fn alias_value(file: &str) -> String {
    let (_, value) = file.split_once("redrive-execution =").unwrap();
    let lines: Vec<&str> = value.trim().lines().map(str::trim).collect();
    lines.join("\n").strip_prefix('!').unwrap().to_owned()
}

/// Does what the AWS CLI does with that alias: its global options are gone, and the rest goes to `sh` behind the alias.
const ALIASING_AWS: &str = "#!/bin/bash\nsh -c \"$ALIAS --execution-arn 'a b'\"\n";

/// Prints what this program would get.
const PRINTING: &str = "#!/bin/bash\nprintf '<%s>' \"$@\"; read -r line; echo \" $line\"; exit 42\n";

#[test]
fn only_the_plain_alias_drops_the_global_options() {
    let stage = Stage::new();
    stage.script("aliasing/aws", ALIASING_AWS, 0o755);
    stage.script("printing/redrive-execution", PRINTING, 0o755);
    let line = "aws --profile 'p  x' stepfunctions redrive-execution --execution-arn 'a b' --query 'a\n||`1`'";
    let run = |file: &str| {
        let script = format!("export ALIAS={}; {line}", shell_quoted(&alias_value(file)));
        stage.run("bash", &["aliasing", "printing"], &script)
    };
    let expected =
        "<--profile><p  x><stepfunctions><redrive-execution><--execution-arn><a b><--query><a\n||`1`> from stdin\n";
    assert_eq!(run(ALIAS), output(42, expected));
    assert_eq!(run(PLAIN_ALIAS), output(42, "<--execution-arn><a b> from stdin\n"));
}

fn shell_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
