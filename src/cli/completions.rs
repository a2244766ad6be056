//! Completion scripts, made at run time from the definitions that the parser has.

use clap_complete::aot::{Bash, Fish, PowerShell, Zsh};
use clap_complete::generate;

use super::definitions;

/// The shells there are scripts for.
pub(crate) const SHELLS: &[&str] = &["bash", "zsh", "fish", "powershell"];

/// The script for a shell of [`SHELLS`].
pub(crate) fn script(shell: &str) -> Option<String> {
    let mut script = Vec::new();
    let (mut definitions, name) = (definitions::whole(), super::OPERATION_NAME);
    match shell {
        "bash" => generate(Bash, &mut definitions, name, &mut script),
        "zsh" => generate(Zsh, &mut definitions, name, &mut script),
        "fish" => generate(Fish, &mut definitions, name, &mut script),
        "powershell" => generate(PowerShell, &mut definitions, name, &mut script),
        _ => return None,
    }
    let script = String::from_utf8(script).ok()?;
    // clap_complete 4.6 takes the dash in our name, which it writes `__`, for the border between command and subcommand in some
    // places and not in others; the names must agree for the words after a command to be completed.
    Some(if shell == "bash" { script.replace("redrive__subcmd__execution", "redrive__execution") } else { script })
}

#[cfg(test)]
mod tests {
    use super::super::commands::COMMANDS;
    use super::super::options::{GLOBALS, Kind, OPERATION};
    use super::{SHELLS, script};

    /// Whether `text` holds `word` with no word's character on either side.
    fn holds(text: &str, word: &str) -> bool {
        let part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let pieces: Vec<&str> = text.split(word).collect();
        pieces.windows(2).any(|pair| !pair[0].ends_with(part) && !pair[1].starts_with(part))
    }

    /// What ends the part of a script about one option.
    fn end_of(shell: &str) -> &'static str {
        match shell {
            "bash" => ";;",
            "zsh" => "' \\\n",
            _ => "\ncomplete",
        }
    }

    #[test]
    fn every_script_has_every_option_and_command() {
        for shell in SHELLS {
            let script = script(shell).unwrap();
            for option in OPERATION.iter().chain(GLOBALS) {
                let name = if *shell == "fish" { option.id() } else { option.name };
                assert!(holds(&script, name), "{shell}: {name}");
            }
            for command in COMMANDS {
                assert!(holds(&script, command.name), "{shell}: {}", command.name);
                command.choices.iter().for_each(|word| assert!(holds(&script, word), "{shell}: {word}"));
            }
        }
    }

    #[test]
    fn every_script_has_every_choice() {
        // PowerShell's generator knows no values.
        for shell in ["bash", "zsh", "fish"] {
            let script = script(shell).unwrap();
            for option in OPERATION.iter().chain(GLOBALS) {
                let (Kind::Choice(words) | Kind::OptionalChoice(words)) = option.kind else { continue };
                let (name, choices) = match shell {
                    "bash" => (format!("{})", option.name), format!("compgen -W \"{}\"", words.join(" "))),
                    "zsh" => (option.name.to_owned(), format!(":({})", words.join(" "))),
                    _ => (format!("-l {} ", option.id()), words.join("\\t''\n")),
                };
                let (_, rest) = script.split_once(&name).unwrap_or_else(|| panic!("{shell}: {name}"));
                let end = rest.find(end_of(shell)).unwrap_or(rest.len());
                assert!(rest.split_at(end).0.contains(&choices), "{shell}: {name} {choices}: {}", rest.split_at(end).0);
            }
        }
    }

    #[test]
    fn a_shell_that_is_none_has_no_script() {
        assert_eq!(script("tcsh"), None);
        assert_eq!(script("Bash"), None);
    }
}
