//! Completion scripts, made at run time from the definitions that the parser has.

use clap_complete::aot::{Bash, Fish, PowerShell, Zsh};
use clap_complete::generate;

use super::definitions;

/// The shells there are scripts for.
pub const SHELLS: &[&str] = &["bash", "zsh", "fish", "powershell"];

/// The script for a shell of [`SHELLS`].
#[must_use]
pub fn script(shell: &str) -> Option<String> {
    let mut script = Vec::new();
    let (mut definitions, name) = (definitions::whole(), super::OPERATION_NAME);
    match shell {
        "bash" => generate(Bash, &mut definitions, name, &mut script),
        "zsh" => generate(Zsh, &mut definitions, name, &mut script),
        "fish" => generate(Fish, &mut definitions, name, &mut script),
        "powershell" => generate(PowerShell, &mut definitions, name, &mut script),
        _ => return None,
    }
    String::from_utf8(script).ok()
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
            let lines = |name: &str| -> String {
                let at = script.find(name).unwrap_or_else(|| panic!("{shell}: {name}"));
                script.split_at(at).1.to_owned()
            };
            for option in OPERATION.iter().chain(GLOBALS) {
                if let Kind::Choice(words) | Kind::OptionalChoice(words) = option.kind {
                    let rest = lines(if shell == "fish" { option.id() } else { option.name });
                    words.iter().for_each(|word| assert!(holds(&rest, word), "{shell}: {} {word}", option.name));
                }
            }
        }
    }

    #[test]
    fn a_shell_that_is_none_has_no_script() {
        assert_eq!(script("tcsh"), None);
        assert_eq!(script("Bash"), None);
    }
}
