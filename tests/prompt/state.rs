//! Keys in, line and screen out, without a terminal.

use std::sync::LazyLock;

use ratatui::Terminal;
use ratatui::backend::{Backend, TestBackend};
use ratatui::crossterm::event::KeyCode;
use ratatui::layout::Size;
use redrive_execution::aws::reads::Execution;
use redrive_execution::host::{Environment, Host};
use redrive_execution::prompt::Computer;
use redrive_execution::prompt::executions::{Listing, Pages};
use redrive_execution::prompt::keys::Key;
use redrive_execution::prompt::lookup::Request;
use redrive_execution::prompt::screen;
use redrive_execution::prompt::state::{State, Step};
use redrive_execution::settings::ConfigFiles;
use tempfile::TempDir;

const COMMAND: &str = "stepfunctions redrive-execution ";
const ARN: &str = "arn:aws:states:us-east-1:123456789012";
const LARGE: Size = Size { width: 200, height: 60 };
const WORD_RIGHT: Key = Key::Alt('f');
const WORD_LEFT: Key = Key::Alt('b');
const UNDO: Key = Key::Control('_');

/// A home with a folder of inputs.
static HOME: LazyLock<(TempDir, Host, ConfigFiles)> = LazyLock::new(|| {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("inputs")).unwrap();
    std::fs::write(home.path().join("inputs/one\u{1b}[2J.json"), "").unwrap();
    let host = Host::fixed(&[("HOME", home.path().to_str().unwrap())]);
    (home, host, ConfigFiles::default())
});

fn words(rest: &[&str]) -> Vec<String> {
    ["stepfunctions", "redrive-execution"].iter().chain(rest).map(|&word| word.to_owned()).collect()
}

fn open(rest: &[&str]) -> State<'static> {
    let past = ["--debug stepfunctions redrive-execution", "stepfunctions redrive-execution --output text"];
    State::new(&words(rest), past.map(str::to_owned).to_vec(), Computer { host: &HOME.1, files: &HOME.2 }, LARGE)
}

fn press(state: &mut State<'_>, keys: &[Key]) {
    for key in keys {
        assert_eq!(state.press(key), Step::Stay, "{key:?}");
    }
}

fn enter(state: &mut State<'_>, text: &str) {
    text.chars().for_each(|character| press(state, &[Key::Character(character)]));
}

/// What stands behind the command's name.
fn rest(state: &State<'_>) -> String {
    state.line.text().strip_prefix(COMMAND).unwrap_or_else(|| panic!("{:?}", state.line)).to_owned()
}

/// The screen's lines, and where the cursor is, if it shows.
fn drawn(state: &mut State<'_>, size: Size) -> (Vec<String>, (u16, u16)) {
    let mut terminal = Terminal::new(TestBackend::new(size.width, size.height)).unwrap();
    state.resize(size);
    terminal.draw(|frame| screen::draw(frame, state)).unwrap();
    let cursor = terminal.backend_mut().get_cursor_position().unwrap();
    let buffer = terminal.backend().buffer();
    let line = |y| (0..size.width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    ((0..size.height).map(line).collect(), (cursor.x, cursor.y))
}

/// What is under the line on a large screen: a note, or the names that the menu offers.
fn offered(state: &mut State<'_>) -> Vec<String> {
    let (lines, _) = drawn(state, LARGE);
    let below = lines.into_iter().skip(1).take_while(|line| !line.is_empty());
    below.map(|line| line.trim_start().trim_start_matches('>').split("  ").next().unwrap().to_owned()).collect()
}

fn machines(count: usize) -> Pages {
    let machine = |number| Execution { arn: format!("{ARN}:stateMachine:machine-{number}"), ..Execution::default() };
    vec![("", ((0..count).map(machine).collect(), None))]
}

/// Executions: 20 of each status, and more failed ones to come.
fn executions(request: &Request) -> Pages {
    let Listing::Executions(machine) = &request.listing else { panic!("{request:?}") };
    let pages = request.pages.iter().zip(0i64..).map(|((status, _), at)| {
        let execution = |number: i64| Execution {
            arn: format!("{}:run-{}", machine.replace(":stateMachine:", ":execution:"), number * 3 + at),
            status: (*status).to_owned(),
            started: -(number * 3 + at) * 1_000,
            stopped: Some(-7_200_000),
            ..Execution::default()
        };
        (*status, ((0..20).map(execution).collect(), (at == 0).then(|| "t".to_owned())))
    });
    pages.collect()
}

fn choosing_an_execution() -> State<'static> {
    let mut state = open(&["--execution-arn"]);
    let request = state.request().unwrap();
    state.learn(&request, Ok(machines(3)));
    press(&mut state, &[Key::Code(KeyCode::Down), Key::Code(KeyCode::Enter)]);
    let request = state.request().unwrap();
    state.learn(&request, Ok(executions(&request)));
    press(&mut state, &[Key::Code(KeyCode::PageDown), Key::Code(KeyCode::PageDown)]);
    state
}

fn denied() -> State<'static> {
    let mut state = open(&["--execution-arn"]);
    let request = state.request().unwrap();
    let reason = "AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/r\u{1b}[2J is not authorized to \
                  perform: states:ListStateMachines on resource: arn:aws:states:us-east-1:123456789012:stateMachine:*";
    state.learn(&request, Err(reason.to_owned()));
    state
}

fn after(rest: &[&str], keys: &[Key]) -> State<'static> {
    let mut state = open(rest);
    press(&mut state, keys);
    state
}

#[test]
fn screens_look_as_they_did() {
    type Scene = (&'static str, fn() -> State<'static>);
    let scenes: [Scene; 7] = [
        ("opening", || open(&[])),
        ("value", || after(&["--output"], &[Key::Code(KeyCode::Down), Key::Code(KeyCode::Down)])),
        ("panels", || {
            after(
                &["--output", "text"],
                &[Key::Code(KeyCode::Esc), Key::Function(3), Key::Function(5), Key::Function(2)],
            )
        }),
        ("keys-and-columns", || after(&[], &[Key::Function(1), Key::Function(4), Key::Code(KeyCode::Down)])),
        ("executions", choosing_an_execution),
        ("denied", denied),
        ("raw", || after(&["--client-token", "a\u{1b}[2J\u{202e}b", "--cli-input-json", "file://~/inputs/"], &[])),
    ];
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/prompt/screens");
    for (name, scene) in scenes {
        let mut shown = String::new();
        for (width, height) in [(80, 24), (120, 40), (40, 10), (20, 5)] {
            let (lines, (x, y)) = drawn(&mut scene(), Size { width, height });
            shown += &format!("{width}x{height}, the cursor at {x},{y}\n{}\n", lines.join("\n"));
        }
        let path = folder.join(format!("{name}.txt"));
        if Environment::Process.get("RECORD_SCREENS").is_some() {
            std::fs::write(&path, &shown).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap();
        assert!(kept == shown, "{name} has changed (RECORD_SCREENS=1 keeps it):\n{shown}");
    }
}

#[test]
fn the_line_is_seen_on_every_screen_and_nothing_raw() {
    let command = ["--client-token", "x"];
    for (width, height) in [(0, 0), (1, 1), (2, 40), (7, 3), (20, 5), (40, 10), (500, 200)] {
        let size = Size { width, height };
        let mut state = open(&command);
        for key in [1, 3, 4, 5, 3, 1, 4].map(Key::Function) {
            press(&mut state, &[key, Key::Code(KeyCode::Down), Key::Code(KeyCode::Right)]);
            drawn(&mut state, size);
        }
        press(&mut state, &[Key::Function(3), Key::Function(2), Key::Character('/'), Key::Character('x')]);
        drawn(&mut state, size);
        press(&mut state, &[Key::Code(KeyCode::Enter), Key::Character('G')]);
        drawn(&mut state, size);
        if height >= 5 && width >= 20 {
            let (lines, _) = drawn(&mut open(&command), size);
            assert!(lines.concat().contains("stepfunctions"), "{size}: {lines:?}");
        }
    }
}

#[test]
fn it_opens_with_the_options_under_a_finished_line() {
    let mut state = open(&[]);
    assert_eq!(state.line.text(), COMMAND);
    assert_eq!(offered(&mut state)[..2], ["--execution-arn (required)", "--client-token"]);
    assert_eq!(rest(&open(&["--client-token", "a b"])), "--client-token 'a b' ");
    let mut state = open(&["--outp"]);
    assert_eq!((rest(&state), offered(&mut state)), ("--outp".to_owned(), vec!["--output".to_owned()]));
    assert_eq!(rest(&open(&["--execution-arn"])), "--execution-arn ");
}

#[test]
fn a_choice_walked_to_is_in_the_line_and_enter_accepts_it() {
    let mut state = open(&[]);
    enter(&mut state, "--out");
    for (keys, line) in [
        (&[Key::Code(KeyCode::Down)][..], "--output"),
        (&[Key::Code(KeyCode::Down)], "--no-sign-request"),
        (&[Key::Code(KeyCode::BackTab), Key::Code(KeyCode::Up)], "--out"),
        (&[Key::Code(KeyCode::Tab), Key::Code(KeyCode::Enter)], "--output"),
    ] {
        press(&mut state, keys);
        assert_eq!(rest(&state), line);
    }
    assert_eq!(offered(&mut state), [""; 0]);
    enter(&mut state, " ya");
    assert_eq!(offered(&mut state), ["yaml", "yaml-stream"]);
    press(&mut state, &[Key::Code(KeyCode::Down), Key::Code(KeyCode::Down)]);
    enter(&mut state, " --que");
    assert_eq!(rest(&state), "--output yaml-stream --que");
}

#[test]
fn enter_closes_an_open_menu_and_then_runs_the_line() {
    let mut state = open(&["--output", "yaml"]);
    assert!(!offered(&mut state).is_empty());
    press(&mut state, &[Key::Code(KeyCode::Enter)]);
    assert_eq!(state.press(&Key::Code(KeyCode::Enter)), Step::Run(words(&["--output", "yaml"])));
}

#[test]
fn an_unfinished_line_is_not_run() {
    let mut state = open(&[]);
    enter(&mut state, "--client-token 'a");
    press(&mut state, &[Key::Code(KeyCode::Enter)]);
    assert_eq!(offered(&mut state), ["No closing quotation"]);
    enter(&mut state, " b'");
    assert_eq!(offered(&mut state), [""; 0]);
    assert_eq!(state.press(&Key::Code(KeyCode::Enter)), Step::Run(words(&["--client-token", "a b"])));
}

#[test]
fn leaving_is_always_possible() {
    for before in [&[][..], &[Key::Function(3), Key::Function(2)], &[Key::Control('r')]] {
        for key in [Key::Control('c'), Key::Control('d')] {
            assert_eq!(after(&[], before).press(&key), Step::Leave);
        }
    }
}

#[test]
fn keys_move_and_delete_by_word() {
    let mut state = open(&["--region", "x"]);
    press(
        &mut state,
        &[
            Key::Control('w'),
            Key::Paste("us-\neast".to_owned()),
            Key::Code(KeyCode::Left),
            Key::Code(KeyCode::Backspace),
            Key::Code(KeyCode::Delete),
        ],
    );
    assert_eq!(rest(&state), "--region us- ea");
    press(&mut state, &[WORD_LEFT, WORD_LEFT, WORD_LEFT, Key::Alt('d'), WORD_RIGHT, Key::Alt('\u{7f}')]);
    assert_eq!(rest(&state), "--region  ea", "{:?}", state.line);
    press(
        &mut state,
        &[Key::Control('k'), Key::Code(KeyCode::Home), Key::Control('f'), Key::Control('u'), Key::Code(KeyCode::End)],
    );
    assert_eq!(state.line.text(), "tepfunctions redrive-execution --region ");
}

#[test]
fn what_was_cut_comes_back_and_changes_can_be_undone() {
    let mut state = open(&["--region", "eu-west-1"]);
    press(&mut state, &[Key::Control('w'), Key::Control('w'), Key::Control('y'), Key::Control('y')]);
    assert_eq!(rest(&state), "--region eu-west-1 --region eu-west-1 ");
    press(&mut state, &[UNDO]);
    assert_eq!(rest(&state), "--region eu-west-1 ");
    press(&mut state, &[UNDO]);
    enter(&mut state, "--out x");
    for line in ["--out", "", "--region ", "--region eu-west-1 ", "--region eu-west-1 "] {
        press(&mut state, &[UNDO]);
        assert_eq!(rest(&state), line);
    }
}

#[test]
fn a_pasted_command_takes_the_place_of_the_bare_one() {
    let pasted = "$ aws stepfunctions redrive-execution \\\r    --execution-arn a \\\r    --output text\r";
    let state = after(&[], &[Key::Paste(pasted.to_owned())]);
    assert_eq!(rest(&state), "--execution-arn a --output text ");
    let state = after(&["--query", "redriveDate"], &[Key::Paste("redrive-execution".to_owned())]);
    assert_eq!(rest(&state), "--query redriveDate redrive-execution");
}

#[test]
fn folders_open_as_they_are_chosen() {
    let mut state = open(&[]);
    enter(&mut state, "--cli-input-json file://~/");
    press(&mut state, &[Key::Code(KeyCode::Down), Key::Code(KeyCode::Enter)]);
    assert_eq!(rest(&state), "--cli-input-json file://~/inputs/");
    assert_eq!(offered(&mut state), [r"one\x1b[2J.json"]);
}

#[test]
fn the_past_is_searched_and_recalled() {
    let mut state = after(&[], &[Key::Control('u'), Key::Control('r')]);
    enter(&mut state, "text");
    assert_eq!(offered(&mut state)[0], "stepfunctions redrive-execution --output text");
    press(&mut state, &[Key::Code(KeyCode::Down), Key::Code(KeyCode::Enter)]);
    assert_eq!(rest(&state), "--output text");
    for (key, line) in [
        (Key::Code(KeyCode::Up), "--debug stepfunctions redrive-execution"),
        (Key::Code(KeyCode::Up), "stepfunctions redrive-execution --output text"),
        (Key::Code(KeyCode::Up), "stepfunctions redrive-execution --output text"),
        (Key::Code(KeyCode::Down), "--debug stepfunctions redrive-execution"),
    ] {
        press(&mut state, &[Key::Code(KeyCode::Esc), key]);
        assert_eq!(state.line.text(), line);
    }
}

#[test]
fn the_focus_goes_round_what_is_shown() {
    let bar = |state: &mut State<'_>| drawn(state, LARGE).0.last().unwrap().clone();
    let mut state = after(&[], &[Key::Function(2), Key::Function(3), Key::Function(5), Key::Function(2)]);
    assert!(bar(&mut state).contains("[q] Focus on Input"), "the documentation");
    press(&mut state, &[Key::Character('j'), Key::Function(2)]);
    assert!(bar(&mut state).starts_with("[F1]") && !bar(&mut state).contains("[q]"), "the output");
    press(&mut state, &[Key::Function(5), Key::Function(2), Key::Character('q'), Key::Character('x')]);
    assert_eq!(rest(&state), "x");
}

#[test]
fn executions_are_found_by_way_of_their_state_machine() {
    let mut state = open(&[]);
    assert_eq!(state.request(), None, "nothing is requested before it is wanted");
    enter(&mut state, "--execution-arn ");
    let request = state.request().unwrap();
    assert_eq!(offered(&mut state), ["Looking for state machines …"]);
    enter(&mut state, "2");
    assert_eq!(state.request(), None, "it is on its way");
    state.learn(&request, Ok(machines(3)));
    assert_eq!(offered(&mut state), ["machine-2"]);
    press(&mut state, &[Key::Code(KeyCode::Down), Key::Code(KeyCode::Enter)]);
    assert_eq!(rest(&state), format!("--execution-arn {ARN}:execution:machine-2:"));
    let request = state.request().unwrap();
    state.learn(&request, Ok(executions(&request)));
    assert!(state.request().is_none(), "enough is ahead");
    (0..5).for_each(|_| press(&mut state, &[Key::Code(KeyCode::PageDown)]));
    press(&mut state, &[Key::Code(KeyCode::Down)]);
    let chosen = rest(&state);
    assert!(chosen.ends_with(":run-57"), "the end is not left while more is to come: {chosen}");
    let request = state.request().unwrap();
    state.learn(&request, Ok(executions(&request)));
    assert_eq!(rest(&state), chosen, "what is chosen stays");
    press(&mut state, &[Key::Code(KeyCode::Enter)]);
    assert_eq!(
        state.press(&Key::Code(KeyCode::Enter)),
        Step::Run(words(&["--execution-arn", chosen.rsplit(' ').next().unwrap()]))
    );
}

#[test]
fn a_failure_or_a_late_answer_does_not_stop_typing() {
    let mut state = denied();
    assert!(offered(&mut state)[0].starts_with("No list of state machines: AccessDeniedException: User"));
    enter(&mut state, "x");
    assert_eq!(state.request(), None);
    assert!(matches!(state.press(&Key::Code(KeyCode::Enter)), Step::Run(_)));
    let mut state = open(&["--execution-arn"]);
    let request = state.request().unwrap();
    enter(&mut state, "x --output ");
    state.learn(&request, Ok(machines(3)));
    assert_eq!((rest(&state).as_str(), offered(&mut state).len()), ("--execution-arn x --output ", 6));
}
