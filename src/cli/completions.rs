//! Completion scripts, made at run time from the definitions that the parser has.

use clap_complete::{Shell, generate};

use super::commands;

/// The script for a shell.
pub(crate) fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    generate(shell, &mut commands::everything(), super::OPERATION_NAME, &mut script);
    let script = String::from_utf8(script).unwrap_or_default();
    match shell {
        // clap_complete 4.6 takes the dash in our name, which it writes `__`, for the border between command and subcommand in some
        // places and not in others; the names must agree for the words after a command to be completed.
        Shell::Bash => script.replace("redrive__subcmd__execution", "redrive__execution"),
        // Its guard fails while an option's value is still to come, so that files would be offered instead.
        Shell::Fish => script.replace("2>/dev/null\n    or return\n", "2>/dev/null\n    or return 0\n"),
        _ => script,
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;
    use clap_complete::Shell;

    use super::{commands, script};

    /// Whether `text` holds `word` with no word's character on either side.
    fn holds(text: &str, word: &str) -> bool {
        let part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let pieces: Vec<&str> = text.split(word).collect();
        pieces.windows(2).any(|pair| !pair[0].ends_with(part) && !pair[1].starts_with(part))
    }

    #[test]
    fn every_script_has_every_command_option_and_choice() {
        let mut line = commands::everything();
        line.build();
        for shell in Shell::value_variants() {
            let script = script(*shell);
            for command in [&line].into_iter().chain(line.get_subcommands()) {
                assert!(holds(&script, command.get_name()), "{shell}: {}", command.get_name());
                for word in command.get_subcommands() {
                    assert!(holds(&script, word.get_name()), "{shell}: {}", word.get_name());
                }
                for option in command.get_arguments().filter(|option| !option.is_positional()) {
                    let name = option.get_long().unwrap_or_default();
                    let typed = if *shell == Shell::Fish { name.to_owned() } else { format!("--{name}") };
                    assert!(holds(&script, &typed), "{shell}: {name}");
                    let words = option.get_possible_values();
                    let words: Vec<&str> = words.iter().map(clap::builder::PossibleValue::get_name).collect();
                    let choices = match shell {
                        Shell::Bash => format!("compgen -W \"{}\"", words.join(" ")),
                        Shell::Zsh => format!(":({})", words.join(" ")),
                        Shell::Fish => words.join("\\t''\n"),
                        // The others' generators know no values.
                        _ => continue,
                    };
                    assert!(words.is_empty() || script.contains(&choices), "{shell}: {name} {choices}");
                }
            }
        }
    }
}
