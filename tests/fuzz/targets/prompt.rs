//! The prompt: any keys, on any line, on a screen of any size, with any answers behind it.

use std::sync::LazyLock;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::KeyCode;
use ratatui::layout::Size;
use redrive_execution::aws::reads::{Execution, Page};
use redrive_execution::host::Host;
use redrive_execution::prompt::Computer;
use redrive_execution::prompt::executions::{Listing, Pages};
use redrive_execution::prompt::keys::Key;
use redrive_execution::prompt::lookup::Request;
use redrive_execution::prompt::screen;
use redrive_execution::prompt::state::{State, Step};
use redrive_execution::settings::ConfigFiles;
use tempfile::TempDir;

use super::command_line::OPTIONS;
use crate::fuzz::corpus::Corpus;
use crate::fuzz::mutate;
use crate::fuzz::random::Random;

/// A home with files and profiles of odd names.
static HOME: LazyLock<(TempDir, ConfigFiles)> = LazyLock::new(|| {
    let home = tempfile::tempdir().unwrap();
    let names = ["a", "it's", "in put", ".hidden", "\u{1b}[2J", "é\u{202e}", "-x", "~", "日本", "$(x)", "a'\"b"];
    for name in names {
        std::fs::create_dir(home.path().join(format!("{name} of folders"))).unwrap();
        std::fs::write(home.path().join(name), "").unwrap();
    }
    let config: String =
        names.iter().filter(|name| !name.contains('\'')).map(|name| format!("[profile '{name}']\n")).collect();
    std::fs::write(home.path().join("config"), config).unwrap();
    let path = home.path().join("config");
    let files = ConfigFiles::load(&Host::fixed(&[("AWS_CONFIG_FILE", path.to_str().unwrap())])).unwrap();
    (home, files)
});

pub fn attempt(random: &mut Random, corpus: &Corpus) {
    let output = *random.pick(&["", "json", "text", "table", "yaml", "nonsense"]);
    let host = Host::fixed(&[("HOME", HOME.0.path().to_str().unwrap()), ("AWS_DEFAULT_OUTPUT", output)]);
    let computer = Computer { host: &host, files: &HOME.1 };
    let words: Vec<String> = (0..random.below(4)).map(|_| word(random, corpus)).collect();
    let past = (0..random.below(3)).map(|_| mutate::text(random, &corpus.words)).collect();
    let size = size(random);
    let mut state = State::new(&words, past, computer, size);
    let mut terminal = Terminal::new(TestBackend::new(size.width, size.height)).unwrap();
    for _ in 0..random.below(24) {
        if let Some(request) = state.request() {
            let answer = answer(random, corpus, &request);
            state.learn(&request, answer);
        }
        let step = state.press(&key(random, corpus));
        assert!(state.line.text().starts_with(state.line.before()) && state.line.text().ends_with(state.line.after()));
        if let Step::Run(words) = &step {
            // What Enter hands back is what a shell would make of the line.
            let quoted: Vec<String> =
                words.iter().map(|word| redrive_execution::prompt::context::quote(word)).collect();
            let again = redrive_execution::python::shlex::split(&quoted.join(" "));
            assert_eq!(again.as_ref().ok(), Some(words));
        }
        if random.once_in(8) {
            let Size { width, height } = self::size(random);
            terminal.backend_mut().resize(width, height);
        }
        if random.once_in(3) {
            terminal
                .draw(|frame| {
                    state.resize(frame.area().as_size());
                    screen::draw(frame, &state);
                })
                .unwrap();
        }
    }
}

fn size(random: &mut Random) -> Size {
    let [width, height] = [120, 40].map(|most| u16::try_from(random.below(most)).unwrap());
    Size { width, height }
}

fn word(random: &mut Random, corpus: &Corpus) -> String {
    match random.below(4) {
        0 => "stepfunctions redrive-execution --execution-arn arn:aws:states:us-east-1:1:".to_owned(),
        1 => (*random.pick(OPTIONS)).to_owned(),
        2 => random.pick(&corpus.words).clone(),
        _ => mutate::text(random, &corpus.words),
    }
}

fn key(random: &mut Random, corpus: &Corpus) -> Key {
    let plain = [
        Key::Code(KeyCode::Enter),
        Key::Code(KeyCode::Tab),
        Key::Code(KeyCode::Tab),
        Key::Code(KeyCode::BackTab),
        Key::Code(KeyCode::Esc),
        Key::Code(KeyCode::Backspace),
        Key::Code(KeyCode::Delete),
        Key::Code(KeyCode::Up),
        Key::Code(KeyCode::Down),
        Key::Code(KeyCode::Down),
        Key::Code(KeyCode::Left),
        Key::Code(KeyCode::Right),
        Key::Code(KeyCode::Home),
        Key::Code(KeyCode::End),
        Key::Code(KeyCode::PageUp),
        Key::Code(KeyCode::PageDown),
    ];
    match random.below(8) {
        0 => Key::Paste(word(random, corpus)),
        1 => Key::Paste(format!(" {} ", random.pick(OPTIONS))),
        2 => Key::Control(*random.pick(&['a', 'b', 'e', 'f', 'g', 'k', 'n', 'p', 'r', 'u', 'w', 'y', '_', 'z'])),
        3 => Key::Alt(*random.pick(&['b', 'd', 'f', '\u{7f}', 'x'])),
        4 => Key::Function(u8::try_from(random.below(8)).unwrap()),
        5 => Key::Character(mutate::text(random, &corpus.words).chars().next().unwrap_or('-')),
        _ => random.pick(&plain).clone(),
    }
}

fn answer(random: &mut Random, corpus: &Corpus, request: &Request) -> Result<Pages, String> {
    if random.once_in(6) {
        return Err(mutate::text(random, &corpus.bodies));
    }
    let machine = match &request.listing {
        Listing::Machines => "arn:aws:states:us-east-1:1:stateMachine",
        Listing::Executions(machine) => machine,
    };
    Ok(request.pages.iter().map(|(status, _)| (*status, executions(random, corpus, machine, status))).collect())
}

fn executions(random: &mut Random, corpus: &Corpus, machine: &str, status: &str) -> Page<Execution> {
    let moment = |random: &mut Random| match random.below(4) {
        0 => i64::MIN,
        1 => i64::MAX,
        _ => i64::try_from(random.below(4_000_000)).unwrap() - 3_000_000,
    };
    let items = (0..random.below(30)).map(|_| {
        let name = mutate::text(random, &corpus.words);
        let (started, stopped) = (moment(random), random.once_in(2).then(|| moment(random)));
        let (arn, status) = (format!("{machine}:{name}"), status.to_owned());
        Execution { arn, status, started, stopped, ..Execution::default() }
    });
    (items.collect(), random.once_in(3).then(|| "page".to_owned()))
}
