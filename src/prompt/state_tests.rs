//! Keys in, state and screen out.

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Size;

use super::executions::{Answer, Question, Request};
use super::keys::Key;
use super::screen;
use super::state::{Focus, State, Step};
use super::surroundings::{Entry, Fixed};
use crate::aws::reads::{Execution, Machine};

const COMMAND: &str = "stepfunctions redrive-execution ";
const ARN: &str = "arn:aws:states:us-east-1:123456789012";
const SIZE: Size = Size { width: 80, height: 24 };

fn words(rest: &[&str]) -> Vec<String> {
    ["stepfunctions", "redrive-execution"].iter().chain(rest).map(|&word| word.to_owned()).collect()
}

fn fixed() -> Fixed {
    let entry = |name: &str, is_folder| Entry { name: name.to_owned(), is_folder };
    Fixed {
        folders: vec![
            (String::new(), vec![entry("inputs", true)]),
            ("inputs/".to_owned(), vec![entry("one.json", false)]),
        ],
        ..Fixed::default()
    }
}

fn open<'f>(rest: &[&str], fixed: &'f Fixed) -> State<'f> {
    let past = ["--debug stepfunctions redrive-execution", "stepfunctions redrive-execution --output text"];
    State::new(&words(rest), past.map(str::to_owned).to_vec(), fixed, SIZE)
}

fn type_text(state: &mut State<'_>, text: &str) {
    for character in text.chars() {
        assert_eq!(state.press(&Key::Character(character)), Step::Stay);
    }
}

fn press(state: &mut State<'_>, keys: &[Key]) {
    for key in keys {
        assert_eq!(state.press(key), Step::Stay, "{key:?}");
    }
}

/// What is typed after the command.
fn rest(state: &State<'_>) -> String {
    state.line.text().strip_prefix(COMMAND).unwrap_or_else(|| panic!("{:?}", state.line)).to_owned()
}

fn offered(state: &State<'_>) -> Vec<String> {
    let candidates = state.menu.as_ref().map_or(&[][..], |menu| menu.candidates());
    candidates.iter().map(|candidate| candidate.shown.clone()).collect()
}

fn drawn(state: &mut State<'_>, size: Size) -> Vec<String> {
    let mut terminal = Terminal::new(TestBackend::new(size.width, size.height)).unwrap();
    state.resize(size);
    terminal.draw(|frame| screen::draw(frame, state)).unwrap();
    let buffer = terminal.backend().buffer().clone();
    (0..size.height)
        .map(|y| (0..size.width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned())
        .collect()
}

#[test]
fn it_opens_with_the_options_under_a_finished_line() {
    let fixed = fixed();
    let state = open(&[], &fixed);
    assert_eq!(state.line.text(), COMMAND);
    assert_eq!(offered(&state)[..2], ["--execution-arn (required)", "--client-token"]);
    let state = open(&["--client-token", "a b"], &fixed);
    assert_eq!(rest(&state), "--client-token 'a b' ");
    let state = open(&["--outp"], &fixed);
    assert_eq!((rest(&state), offered(&state)), ("--outp".to_owned(), vec!["--output".to_owned()]));
    let state = open(&["--execution-arn"], &fixed);
    assert_eq!(rest(&state), "--execution-arn ");
}

#[test]
fn a_choice_walked_to_is_in_the_line_and_enter_accepts_it() {
    let fixed = fixed();
    let mut state = open(&[], &fixed);
    type_text(&mut state, "--out");
    press(&mut state, &[Key::Down]);
    assert_eq!(rest(&state), "--output");
    press(&mut state, &[Key::Down]);
    assert_eq!(rest(&state), "--no-sign-request");
    press(&mut state, &[Key::BackTab, Key::Up]);
    assert_eq!(rest(&state), "--out");
    press(&mut state, &[Key::Tab, Key::Enter]);
    assert_eq!((rest(&state), offered(&state).len()), ("--output".to_owned(), 0));
    type_text(&mut state, " ya");
    assert_eq!(offered(&state), ["yaml", "yaml-stream"]);
    press(&mut state, &[Key::Down, Key::Down]);
    type_text(&mut state, " --que");
    assert_eq!(rest(&state), "--output yaml-stream --que");
}

#[test]
fn enter_closes_an_open_menu_and_then_runs_the_line() {
    let fixed = fixed();
    let mut state = open(&["--output", "yaml"], &fixed);
    assert!(!offered(&state).is_empty());
    press(&mut state, &[Key::Enter]);
    assert_eq!(state.press(&Key::Enter), Step::Run(words(&["--output", "yaml"])));
}

#[test]
fn a_line_that_is_no_line_is_not_run() {
    let fixed = fixed();
    let mut state = open(&[], &fixed);
    type_text(&mut state, "--client-token 'a");
    press(&mut state, &[Key::Enter]);
    assert_eq!(state.note().as_deref(), Some("No closing quotation"));
    type_text(&mut state, " b'");
    assert_eq!(state.note(), None);
    assert_eq!(state.press(&Key::Enter), Step::Run(words(&["--client-token", "a b"])));
}

#[test]
fn leaving_is_always_possible() {
    let fixed = fixed();
    for before in [&[][..], &[Key::Function(3), Key::Function(2)], &[Key::Control('r')]] {
        for key in [Key::Control('c'), Key::Control('d')] {
            let mut state = open(&[], &fixed);
            press(&mut state, before);
            assert_eq!(state.press(&key), Step::Leave);
        }
    }
}

#[test]
fn editing_keys_edit() {
    let fixed = fixed();
    let mut state = open(&["--region", "x"], &fixed);
    press(&mut state, &[Key::Control('w'), Key::Paste("us-\neast".to_owned()), Key::Left, Key::Backspace, Key::Delete]);
    assert_eq!(rest(&state), "--region us- ea");
    press(&mut state, &[Key::Alt('b'), Key::Control('k'), Key::Home, Key::Control('f'), Key::Control('u'), Key::End]);
    assert_eq!(state.line.text(), "tepfunctions redrive-execution --region us- ");
}

#[test]
fn folders_open_as_they_are_chosen() {
    let fixed = fixed();
    let mut state = open(&[], &fixed);
    type_text(&mut state, "--cli-input-json file://");
    press(&mut state, &[Key::Down, Key::Enter]);
    assert_eq!(rest(&state), "--cli-input-json file://inputs/");
    assert_eq!(offered(&state), ["one.json"]);
}

#[test]
fn the_past_is_searched_and_recalled() {
    let fixed = fixed();
    let mut state = open(&[], &fixed);
    press(&mut state, &[Key::Control('u'), Key::Control('r')]);
    type_text(&mut state, "text");
    assert_eq!(offered(&state)[0], "stepfunctions redrive-execution --output text");
    press(&mut state, &[Key::Down, Key::Enter]);
    assert_eq!((rest(&state), state.searches_history), ("--output text".to_owned(), false));
    press(&mut state, &[Key::Escape, Key::Up]);
    assert_eq!(state.line.text(), "--debug stepfunctions redrive-execution");
    press(&mut state, &[Key::Up, Key::Up]);
    assert_eq!(rest(&state), "--output text");
    press(&mut state, &[Key::Down]);
    assert_eq!(state.line.text(), "--debug stepfunctions redrive-execution");
}

#[test]
fn the_focus_goes_round_what_is_shown() {
    let fixed = fixed();
    let mut state = open(&[], &fixed);
    press(&mut state, &[Key::Function(2)]);
    assert_eq!(state.focus, Focus::Input);
    press(&mut state, &[Key::Function(3), Key::Function(5), Key::Function(2)]);
    assert_eq!(state.focus, Focus::Document);
    press(&mut state, &[Key::Character('j'), Key::Function(2)]);
    assert_eq!((state.focus, state.document.top), (Focus::Output, 1));
    press(&mut state, &[Key::Function(5)]);
    assert_eq!((state.focus, state.output.shown), (Focus::Input, false));
    press(&mut state, &[Key::Function(2), Key::Character('q'), Key::Character('x')]);
    assert_eq!(rest(&state), "x");
}

fn machines(count: usize) -> Answer {
    let machine = |number: usize| Machine {
        arn: format!("{ARN}:stateMachine:machine-{number}"),
        name: format!("machine-{number}"),
    };
    Answer::Machines(((0..count).map(machine).collect(), None))
}

/// Answers a question about executions: `count` of each status on each of ever more pages.
fn executions(request: &Request, count: i64) -> Answer {
    let Question::Executions(machine, asked) = &request.question else { panic!("{request:?}") };
    let pages = asked.iter().map(|(status, next)| {
        let page: i64 = next.token().map_or(0, |token| token.parse().unwrap());
        let execution = |number: i64| Execution {
            arn: format!("{}:run-{number}", machine.replace(":stateMachine:", ":execution:")),
            status: (*status).to_owned(),
            started: -number * 1_000,
            stopped: Some(0),
            ..Execution::default()
        };
        let items = (0..count).map(|number| execution(page * count + number)).collect();
        (*status, (items, (*status == "FAILED").then(|| (page + 1).to_string())))
    });
    Answer::Executions(pages.collect())
}

#[test]
fn listing_executions_never_blocks_the_prompt() {
    let fixed = fixed();
    let mut state = open(&[], &fixed);
    assert_eq!(state.request(), None, "nothing is asked before it is wanted");
    type_text(&mut state, "--execution-arn ");
    let request = state.request().unwrap();
    assert_eq!(state.note().as_deref(), Some("Looking for state machines …"));
    type_text(&mut state, "2");
    assert_eq!(state.request(), None, "it is on its way");
    state.learn(&request, Ok(machines(3)));
    assert_eq!(offered(&state), ["machine-2"]);
    press(&mut state, &[Key::Down]);
    assert_eq!(rest(&state), format!("--execution-arn {ARN}:execution:machine-2:"));
    press(&mut state, &[Key::Enter]);
    let request = state.request().unwrap();
    state.learn(&request, Ok(executions(&request, 20)));
    assert!(state.request().is_none(), "enough is ahead");
    press(&mut state, &[Key::Down]);
    assert_eq!(rest(&state), format!("--execution-arn {ARN}:execution:machine-2:run-0"));
    let shown = offered(&state).len();
    for _ in 0..shown {
        press(&mut state, &[Key::Down]);
    }
    assert_eq!(rest(&state).rsplit('-').next(), offered(&state)[shown - 1].rsplit('-').next(), "the end is not left");
    let request = state.request().unwrap();
    let chosen = rest(&state);
    state.learn(&request, Ok(executions(&request, 20)));
    assert_eq!(rest(&state), chosen, "what is chosen stays");
    assert!(offered(&state).len() > shown);
    press(&mut state, &[Key::Enter]);
    assert_eq!(state.press(&Key::Enter), Step::Run(words(&["--execution-arn", chosen.rsplit(' ').next().unwrap()])));
}

#[test]
fn a_failure_is_a_line_and_typing_goes_on() {
    let fixed = fixed();
    let mut state = open(&["--execution-arn"], &fixed);
    let request = state.request().unwrap();
    state.learn(&request, Err("AccessDeniedException: not you".to_owned()));
    let screen = drawn(&mut state, SIZE);
    assert_eq!(screen[1], "No list of state machines: AccessDeniedException: not you");
    type_text(&mut state, "x");
    assert_eq!(state.request(), None);
    assert!(matches!(state.press(&Key::Enter), Step::Run(_)));
}

#[test]
fn an_answer_after_the_line_has_moved_on_changes_nothing() {
    let fixed = fixed();
    let mut state = open(&["--execution-arn"], &fixed);
    let request = state.request().unwrap();
    type_text(&mut state, "x --output ");
    state.learn(&request, Ok(machines(3)));
    assert_eq!(rest(&state), "--execution-arn x --output ");
    assert_eq!(offered(&state).len(), 6);
}

#[test]
fn the_screen_looks_like_the_aws_clis() {
    let fixed = fixed();
    let mut state = open(&[], &fixed);
    let screen = drawn(&mut state, SIZE);
    assert_eq!(screen[0], "> aws stepfunctions redrive-execution");
    assert!(screen[1].starts_with(" --execution-arn (required)  [string] "), "{}", screen[1]);
    assert!(screen.iter().skip(1).take(16).all(|line| line.starts_with(" --")));
    assert!(screen[2].ends_with("..."));
    assert_eq!(screen[17], "", "16 lines at most");
    assert!(screen[21].starts_with("────"));
    assert_eq!(screen[22], "[ENTER] Autocomplete Choice/Execute Command    [F1] Show Shortkey Help");
    type_text(&mut state, "--output ");
    let screen = drawn(&mut state, SIZE);
    assert_eq!(screen[1].find("json"), screen[0].len().checked_add(1));
    press(&mut state, &[Key::Function(3), Key::Function(5), Key::Function(4), Key::Function(1), Key::Down]);
    let screen = drawn(&mut state, Size { width: 200, height: 50 });
    assert!(screen[0].starts_with("> aws stepfunctions redrive-execution --output json  "));
    assert!(screen[0].contains("| Prompt panel help |"), "{}", screen[0]);
    assert!(screen.iter().any(|line| line.contains("|Doc panel|") && line.contains("|Output panel|")));
    assert!(screen.iter().any(|line| line.contains("\"redriveDate\": \"1970-01-01T00:00:00\"")));
    assert!(screen.iter().any(|line| line.starts_with("--output (string)")));
}

#[test]
fn nothing_is_too_small_or_too_large_to_draw() {
    let fixed = fixed();
    for size in [(0, 0), (1, 1), (2, 40), (7, 3), (20, 5), (80, 24), (200, 50), (500, 200)] {
        let size = Size { width: size.0, height: size.1 };
        let mut state = open(&["--client-token", "x".repeat(300).as_str()], &fixed);
        for key in [1, 3, 4, 5, 3, 1, 4].map(Key::Function) {
            press(&mut state, &[key, Key::Down, Key::Right]);
            drawn(&mut state, size);
        }
        press(&mut state, &[Key::Function(3), Key::Function(2), Key::Character('/'), Key::Character('x')]);
        drawn(&mut state, size);
        press(&mut state, &[Key::Enter, Key::Character('G')]);
        drawn(&mut state, size);
    }
}
