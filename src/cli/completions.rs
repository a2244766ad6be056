//! Completions: the scripts for shells, and the answers that the scripts fetch at each TAB. Both come from the definitions that the
//! parser has; profiles and regions from the settings files as they are at that moment. Nothing is called.

use std::ffi::OsStr;
use std::path::Path;

use clap::Command;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::Shells;

use super::{OPERATION_NAME, definitions};
use crate::bulk::hint::quoted;
use crate::host::Host;
use crate::settings::ConfigFiles;
use crate::settings::identity::REGIONS;
use crate::{env_vars, os_text};

pub(crate) fn script(shell: &str, program: &str) -> String {
    let mut script = Vec::new();
    if let Some(completer) = Shells::builtins().completer(shell) {
        // Writing to a vector cannot fail.
        let _ = completer.write_registration(env_vars::COMPLETE, program, program, OPERATION_NAME, &mut script);
    }
    let mut script = String::from_utf8(script).unwrap_or_default();
    if shell == "zsh" {
        // A file of fpath is read at the first TAB, which wants an answer, too.
        let name = program.replace('-', "_");
        script.push_str(&format!("[ \"$funcstack[1]\" != _{program} ] || _clap_dynamic_completer_{name} \"$@\"\n"));
    }
    script
}

/// What can follow, in the form that a script reads; `None` where no script calls. `argv` is `--` and the line up to the cursor.
pub(crate) fn answer(argv: &[String], host: &Host) -> Option<Vec<u8>> {
    let shell = host.environment.get(env_vars::COMPLETE)?;
    let ("--", line) = argv.split_first().map(|(first, line)| (first.as_str(), line))? else { return None };
    let mut line: Vec<_> = line.iter().map(|word| os_text::encode(word)).collect();
    let mut command = match line.first() {
        Some(program) if Path::new(program).ends_with(definitions::SFN_LOCAL) => definitions::sfn_local()?,
        _ => with_names(definitions::everything(), shell == "bash", host),
    };
    if let [.., option, equals, _] = line.as_mut_slice()
        && *equals == "="
    {
        // bash makes three words of `--output=json`.
        *equals = std::mem::replace(option, "--debug".into());
    }
    let mut answer = Vec::new();
    let completer = Shells::builtins();
    // An error means that there is nothing to offer.
    let _ = completer.completer(&shell)?.write_complete(&mut command, line, Some(Path::new(".")), &mut answer);
    Some(answer)
}

/// With the names of profiles and regions. bash puts them into the line as they are.
fn with_names(command: Command, as_words: bool, host: &Host) -> Command {
    let files = ConfigFiles::load(host).unwrap_or_default();
    let profiles: Vec<String> = files.profile_names().map(str::to_owned).collect();
    let mut regions: Vec<String> = profiles
        .iter()
        .filter_map(|name| files.profile(name)?.get("region")?.text("region").ok().map(str::to_owned))
        .collect();
    regions.extend(REGIONS.split_whitespace().map(str::to_owned));
    let offer = |names: Vec<String>| {
        ArgValueCompleter::new(move |typed: &OsStr| {
            let fits = names.iter().filter(|name| name.starts_with(&*typed.to_string_lossy()));
            let mut words: Vec<_> = fits.map(|name| if as_words { quoted(name) } else { name.clone() }).collect();
            words.sort();
            words.dedup();
            words.into_iter().map(CompletionCandidate::new).collect::<Vec<_>>()
        })
    };
    let (profiles, regions) = (offer(profiles), offer(regions));
    let named = |command: Command| {
        if !command.get_arguments().any(|argument| argument.get_id() == "profile") {
            return command;
        }
        let command = command.mut_arg("profile", |argument| argument.add(profiles.clone()));
        command.mut_arg("region", |argument| argument.add(regions.clone()))
    };
    named(command).mut_subcommands(named)
}
