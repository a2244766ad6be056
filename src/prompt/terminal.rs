//! The terminal: taken over for the prompt's time, given back whatever happens; and the loop between it and the state.

use std::fs::File;
use std::io;
use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::cursor::Show;
use ratatui::crossterm::event::{DisableBracketedPaste, EnableBracketedPaste, Event, poll, read};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode, size,
};
use ratatui::layout::Size;

use super::keys::Key;
use super::screen;
use super::state::{State, Step};
use super::worker::Worker;
use crate::platform::{Restored, terminal};

/// How long a key is waited for before looking whether the background has an answer.
const GLANCE: Duration = Duration::from_millis(40);
/// The same where no answer is due: a new size that was not noticed at once is by then.
const IDLE: Duration = Duration::from_secs(1);

struct Screen {
    terminal: Terminal<CrosstermBackend<File>>,
    _restored: Restored,
}

impl Screen {
    /// Takes over the terminal that controls the process: standard output may go elsewhere.
    fn take() -> io::Result<Self> {
        let device = terminal::screen()?;
        let mut screen = Self {
            terminal: Terminal::new(CrosstermBackend::new(device.try_clone()?))?,
            _restored: Restored::at_signals_too(move || {
                let _ = execute!(&device, DisableBracketedPaste, LeaveAlternateScreen, Show);
                let _ = disable_raw_mode();
            }),
        };
        enable_raw_mode()?;
        // Not `Terminal::clear`, which asks the terminal where its cursor is and fails where that does not answer.
        execute!(screen.terminal.backend_mut(), EnterAlternateScreen, EnableBracketedPaste, Clear(ClearType::All))?;
        Ok(screen)
    }
}

pub(crate) fn screen_size() -> io::Result<Size> {
    size().map(Size::from)
}

/// Shows the state and gives it keys and answers until it is done.
pub(crate) fn drive(state: &mut State<'_>, worker: &mut Worker) -> io::Result<Step> {
    let mut screen = Screen::take()?;
    loop {
        if let Some(request) = state.request() {
            worker.send(request);
        }
        screen.terminal.draw(|frame| {
            state.resize(frame.area().as_size());
            screen::draw(frame, state);
        })?;
        // The library's own wait never returns from a terminal that is gone.
        terminal::wait_for_input(if state.is_busy() { GLANCE } else { IDLE })?;
        // What is typed fast, or pasted, is drawn once.
        while poll(Duration::ZERO)? {
            match read()? {
                Event::Resize(..) => {}
                event => {
                    let step = Key::of(event).map_or(Step::Stay, |key| state.press(&key));
                    if step != Step::Stay {
                        return Ok(step);
                    }
                }
            }
        }
        for (request, answer) in worker.replies() {
            state.learn(&request, answer);
        }
    }
}
