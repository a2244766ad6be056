//! The prompt: any keys, on any line, on a screen of any size, with any answers behind it.

use std::time::SystemTime;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Size;
use redrive_execution::aws::reads::{Execution, Machine, Page};
use redrive_execution::prompt::executions::{Answer, Question, Request};
use redrive_execution::prompt::keys::Key;
use redrive_execution::prompt::screen;
use redrive_execution::prompt::shell::{Entry, Shell};
use redrive_execution::prompt::state::{State, Step};

use super::command_line::OPTIONS;
use crate::fuzz::corpus::Corpus;
use crate::fuzz::mutate;
use crate::fuzz::random::Random;

/// A machine of made-up names.
struct MadeUp {
    names: Vec<String>,
    output: Option<String>,
}

impl Shell for MadeUp {
    fn profiles(&self) -> Vec<String> {
        self.names.clone()
    }

    fn folder(&self, path: &str) -> Vec<Entry> {
        let is_folder = |name: &str| (name.len() + path.len()).is_multiple_of(2);
        self.names.iter().map(|name| Entry { name: name.clone(), is_folder: is_folder(name) }).collect()
    }

    fn output_format(&self, _: Option<&str>) -> Option<String> {
        self.output.clone()
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }
}

pub fn attempt(random: &mut Random, corpus: &Corpus) {
    let made_up = MadeUp {
        names: (0..random.below(4)).map(|_| mutate::text(random, &corpus.words)).collect(),
        output: random.once_in(2).then(|| (*random.pick(&["json", "text", "table", "yaml", "nonsense"])).to_owned()),
    };
    let words: Vec<String> = (0..random.below(4)).map(|_| word(random, corpus)).collect();
    let past = (0..random.below(3)).map(|_| mutate::text(random, &corpus.words)).collect();
    let size = size(random);
    let mut state = State::new(&words, past, &made_up, size);
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
        Key::Enter,
        Key::Tab,
        Key::Tab,
        Key::BackTab,
        Key::Escape,
        Key::Backspace,
        Key::Delete,
        Key::Up,
        Key::Down,
        Key::Down,
        Key::Left,
        Key::Right,
        Key::Home,
        Key::End,
        Key::PageUp,
        Key::PageDown,
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

fn answer(random: &mut Random, corpus: &Corpus, request: &Request) -> Result<Answer, String> {
    if random.once_in(6) {
        return Err(mutate::text(random, &corpus.bodies));
    }
    let next = |random: &mut Random| random.once_in(3).then(|| "page".to_owned());
    Ok(match &request.question {
        Question::Machines(_) => {
            let items = (0..random.below(30)).map(|n| {
                let name = if random.once_in(3) { mutate::text(random, &corpus.words) } else { format!("m{n}") };
                Machine { arn: format!("arn:aws:states:us-east-1:1:stateMachine:{name}"), name }
            });
            Answer::Machines((items.collect(), next(random)))
        }
        Question::Executions(machine, statuses) => {
            let pages =
                statuses.iter().map(|(status, _)| (*status, executions(random, corpus, machine, status))).collect();
            Answer::Executions(pages)
        }
    })
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
