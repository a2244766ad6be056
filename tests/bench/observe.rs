//! What a process needs: memory, threads, files, instructions. Tools that are not installed are done without.

use std::fs;
use std::process::{Command, Stdio};

/// What was seen of a process while it ran.
#[derive(Debug, Default)]
pub struct Seen {
    /// The most memory it had at any time, in megabytes.
    pub megabytes: f64,
    /// How often it touched a page that was not there yet, without a disk.
    pub faults: u64,
    /// The most threads.
    pub threads: usize,
    /// The files in its memory, by name.
    pub mapped: Vec<String>,
}

/// Watches a process from its start to its end. Its endpoint takes its time, so that the peak is not missed.
pub fn watch(mut command: Command) -> Seen {
    let mut seen = Seen::default();
    let Ok(mut child) = command.spawn() else { return seen };
    let folder = format!("/proc/{}", child.id());
    while !matches!(child.try_wait(), Ok(Some(_)) | Err(_)) {
        let status = fs::read_to_string(format!("{folder}/status")).unwrap_or_default();
        let field =
            |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned();
        let kilobytes: f64 = field("VmHWM:").trim_end_matches(" kB").parse().unwrap_or_default();
        seen.megabytes = seen.megabytes.max(kilobytes * 1024.0 / 1e6);
        // After the name, which may hold blanks, come the state, six numbers and this one.
        let stat = fs::read_to_string(format!("{folder}/stat")).unwrap_or_default();
        let faults = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(7)?.parse().ok());
        seen.faults = seen.faults.max(faults.unwrap_or_default());
        seen.threads = seen.threads.max(field("Threads:").parse().unwrap_or_default());
        let maps = fs::read_to_string(format!("{folder}/maps")).unwrap_or_default();
        for name in maps.lines().filter_map(|line| line.split_whitespace().nth(5)).filter(|name| name.starts_with('/'))
        {
            let name = name.rsplit('/').next().unwrap_or(name).to_owned();
            if !seen.mapped.contains(&name) {
                seen.mapped.push(name);
            }
        }
    }
    seen
}

/// How many million instructions it takes, by valgrind.
pub fn instructions(command: Command) -> Option<f64> {
    let mut under = under(&command, "valgrind", &["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    let output = under.output().ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let count = text.lines().find_map(|line| line.split_once("Collected : "))?.1.trim().parse::<f64>().ok()?;
    Some(count / 1e6)
}

/// The files it opened or looked for, by strace.
pub fn opened(command: Command) -> Option<Vec<String>> {
    let mut under = under(&command, "strace", &["-f", "-qq", "-e", "trace=open,openat"]);
    let output = under.output().ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    Some(text.lines().filter_map(|line| line.split('"').nth(1)).map(str::to_owned).collect())
}

/// The same command under a tool, whose report comes on standard error.
fn under(command: &Command, tool: &str, options: &[&str]) -> Command {
    let mut under = Command::new(tool);
    under.args(options).arg(command.get_program()).args(command.get_args()).env_clear();
    under.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    under.stdout(Stdio::null()).stderr(Stdio::piped());
    under
}
