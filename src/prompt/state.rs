//! The prompt's state and what each key does to it. Pure: it reads no terminal, draws nothing and waits for nothing.

use std::mem::{Discriminant, discriminant};

use ratatui::crossterm::event::KeyCode;
use ratatui::layout::{Position, Rect, Size};

use super::Computer;
use super::candidate::{self, Candidate};
use super::context::{self, Context};
use super::executions::Pages;
use super::keys::{self, Focus, Key};
use super::layout::{self, Areas, MENU_LINES};
use super::line::{Line, Motion};
use super::lookup::{self, Lookup, Request};
use super::menu::Menu;
use super::pane::{self, Pane};
use crate::python::shlex;
use crate::render::escape::Escaped;

/// The key that takes back the last change.
const UNDO: Key = Key::Control('_');

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Stay,
    Run(Vec<String>),
    Leave,
}

pub struct State<'s> {
    computer: Computer<'s>,
    pub line: Line,
    pub(crate) menu: Option<Menu>,
    /// Whether the menu shows lines that were run before.
    pub(crate) searches_history: bool,
    pub(crate) focus: Focus,
    pub(crate) many_columns: bool,
    pub(crate) shows_keys: bool,
    pub(crate) document: Pane,
    pub(crate) output: Pane,
    lookup: Lookup,
    /// Newest first.
    past: Vec<String>,
    /// The one of them that stands in the line.
    recalled: Option<usize>,
    /// What keeps the line from being run.
    objection: Option<String>,
    /// The line before each change, and the kind of key that made the last one.
    undo: (Vec<Line>, Option<Discriminant<Key>>),
    /// What was cut last, and whether the last key cut.
    cut: (String, bool),
    size: Size,
}

impl<'s> State<'s> {
    /// These words in the line, the menu open.
    pub fn new(words: &[String], past: Vec<String>, computer: Computer<'s>, size: Size) -> Self {
        let words: Vec<String> = words.iter().map(|word| context::quote(word)).collect();
        let mut state = Self {
            computer,
            line: Line::new(words.join(" ")),
            menu: None,
            searches_history: false,
            focus: Focus::Input,
            many_columns: false,
            shows_keys: false,
            document: Pane::default(),
            output: Pane::default(),
            lookup: Lookup::default(),
            past,
            recalled: None,
            objection: None,
            undo: (Vec::new(), None),
            cut: (String::new(), false),
            size,
        };
        state.lookup.awaken();
        state.open_menu();
        // A word that nothing goes on with is a finished one.
        if state.menu.as_ref().is_none_or(|menu| menu.candidates().is_empty()) && !state.line.text().is_empty() {
            state.line.insert(" ");
            state.open_menu();
        }
        state
    }

    pub fn resize(&mut self, size: Size) {
        self.size = size;
    }

    /// What the cursor stands at, by what was typed.
    fn context(&self) -> Context {
        context::context(self.line.before(), self.line.after())
    }

    /// What the word was before something was chosen for it.
    fn typed_context(&self) -> Context {
        let line = self.menu.as_ref().map_or(&self.line, |menu| &menu.typed);
        context::context(line.before(), line.after())
    }

    pub fn press(&mut self, key: &Key) -> Step {
        let (line, cuts) = (self.line.clone(), std::mem::take(&mut self.cut.1));
        let step = self.take(key, cuts);
        if self.line.text() != line.text() && *key != UNDO {
            let (lines, last) = &mut self.undo;
            // What is typed, deleted or walked through in one go is undone at once.
            let same = last.replace(discriminant(key)) == Some(discriminant(key));
            if !same || matches!(key, Key::Control(_) | Key::Alt(_) | Key::Paste(_) | Key::Character(' ')) {
                lines.push(line);
            }
        }
        step
    }

    /// `cuts` is whether the key before it cut something.
    fn take(&mut self, key: &Key, cuts: bool) -> Step {
        self.objection = None;
        self.lookup.awaken();
        match key {
            Key::Control('c' | 'd') => return Step::Leave,
            Key::Function(1) => self.shows_keys = !self.shows_keys,
            Key::Function(2) => self.focus_next(),
            Key::Function(3) => self.toggle(Focus::Document),
            Key::Function(4) => self.many_columns = !self.many_columns,
            Key::Function(5) => self.toggle(Focus::Output),
            _ if self.focus != Focus::Input => self.press_in_pane(key),
            Key::Code(KeyCode::Enter) => return self.enter(),
            _ => self.edit(key, cuts),
        }
        Step::Stay
    }

    fn focus_next(&mut self) {
        self.focus = match self.focus {
            Focus::Input if self.document.shown => Focus::Document,
            Focus::Input | Focus::Document if self.output.shown => Focus::Output,
            _ => Focus::Input,
        };
    }

    fn pane(&mut self, focus: Focus) -> &mut Pane {
        if focus == Focus::Document { &mut self.document } else { &mut self.output }
    }

    fn toggle(&mut self, focus: Focus) {
        let pane = self.pane(focus);
        pane.shown = !pane.shown;
        if self.focus == focus {
            self.focus = Focus::Input;
        }
    }

    fn press_in_pane(&mut self, key: &Key) {
        let focus = self.focus;
        let area = if focus == Focus::Document { self.areas().document } else { self.areas().output };
        let (lines, height) = (self.pane_lines(focus), usize::from(area.height.saturating_sub(1)));
        if !self.pane(focus).press(key, &lines, height) {
            self.focus = Focus::Input;
        }
    }

    pub(crate) fn pane_lines(&self, pane: Focus) -> Vec<String> {
        let areas = self.areas();
        let (text, width) = match pane {
            Focus::Document => (pane::documentation(&self.context(), areas.document.width), areas.document.width),
            _ => {
                let preview = pane::preview(self.line.text(), areas.output.width, self.computer);
                (preview.unwrap_or_else(|wrong| wrong), areas.output.width)
            }
        };
        let lines = text.lines().map(|line| Escaped(line).to_string()).collect::<Vec<_>>();
        pane::wrap(&lines.join("\n"), usize::from(width))
    }

    pub(crate) fn areas(&self) -> Areas {
        let bar = keys::bar(self.focus, self.searches_history, self.size.width).len();
        let bar = u16::try_from(bar).unwrap_or(u16::MAX).saturating_add(1);
        let bar = Some(bar).filter(|_| !self.shows_keys);
        layout::areas(Rect::from((Position::ORIGIN, self.size)), self.document.shown, self.output.shown, bar)
    }

    /// Enter: takes the choice, or closes the menu; without one it runs the line.
    fn enter(&mut self) -> Step {
        if let Some(menu) = self.menu.take_if(|menu| !menu.candidates().is_empty()) {
            self.searches_history = false;
            if menu.choice().is_some_and(|choice| choice.leads_on) {
                self.open_menu();
            }
            return Step::Stay;
        }
        match shlex::split(self.line.text()) {
            Ok(words) => Step::Run(words),
            Err(wrong) => {
                self.objection = Some(wrong.to_string());
                Step::Stay
            }
        }
    }

    fn edit(&mut self, key: &Key, cuts: bool) {
        let line = self.line.clone();
        match key {
            Key::Character(' ') if self.searches_history && self.choice().is_some() => {
                self.searches_history = false;
                self.line.insert(" ");
            }
            Key::Character(character) => self.line.insert(character.encode_utf8(&mut [0; 4])),
            Key::Paste(text) => self.paste(text),
            Key::Code(KeyCode::Backspace) => drop(self.line.cut(Motion::Left)),
            Key::Code(KeyCode::Delete) => drop(self.line.cut(Motion::Right)),
            Key::Control('w') => self.cut(Motion::SpaceLeft, cuts),
            Key::Alt('\u{7f}') => self.cut(Motion::WordLeft, cuts),
            Key::Alt('d') => self.cut(Motion::WordRight, cuts),
            Key::Control('u') => self.cut(Motion::Start, cuts),
            Key::Control('k') => self.cut(Motion::End, cuts),
            Key::Control('y') => self.line.insert(&self.cut.0),
            &UNDO => self.line = self.undo.0.pop().unwrap_or_else(|| line.clone()),
            other => return self.walk(other),
        }
        if self.line != line {
            self.recalled = None;
            self.open_menu();
        }
    }

    /// Cuts up to where the motion leads. What is cut by keys one after the other comes back together.
    fn cut(&mut self, motion: Motion, again: bool) {
        let at = self.line.before().len();
        let text = self.line.cut(motion);
        let before = if again { std::mem::take(&mut self.cut.0) } else { String::new() };
        let text = if self.line.before().len() < at { text + &before } else { before + &text };
        self.cut = (text, true);
    }

    /// A command that is pasted behind nothing but the command's name takes its place.
    fn paste(&mut self, text: &str) {
        let [service, operation] = context::COMMANDS;
        let start = text.find(operation).map_or(("", text), |at| text.split_at(at));
        let is_command = start.0.split_whitespace().all(|word| ["$", "aws", service].contains(&word));
        let is_bare = self.line.text().split_whitespace().all(|word| context::COMMANDS.contains(&word));
        if is_command && is_bare && start.1.starts_with(operation) {
            self.line = Line::new(format!("{service} "));
            return self.line.insert(start.1);
        }
        self.line.insert(text);
    }

    /// Keys that change no text of their own.
    fn walk(&mut self, key: &Key) {
        let is_open = self.menu.as_ref().is_some_and(|menu| !menu.candidates().is_empty());
        let page = isize::try_from(MENU_LINES - 1).unwrap_or(1);
        match key {
            Key::Code(KeyCode::Down | KeyCode::Tab) | Key::Control('n') if is_open => self.choose(Menu::next),
            Key::Code(KeyCode::Up | KeyCode::BackTab) | Key::Control('p') if is_open => {
                self.choose(|menu, _| menu.previous())
            }
            Key::Code(KeyCode::PageDown) if is_open => self.choose(|menu, _| menu.jump(page)),
            Key::Code(KeyCode::PageUp) if is_open => self.choose(|menu, _| menu.jump(-page)),
            Key::Code(KeyCode::Left | KeyCode::Right) if is_open && self.many_columns && self.choice().is_some() => {
                let lines = isize::try_from(self.grid().1).unwrap_or(1);
                self.choose(|menu, _| menu.jump(if *key == Key::Code(KeyCode::Left) { -lines } else { lines }));
            }
            Key::Code(KeyCode::Tab) => self.open_menu(),
            Key::Code(KeyCode::Up) | Key::Control('p') => self.recall(true),
            Key::Code(KeyCode::Down) | Key::Control('n') => self.recall(false),
            Key::Control('r') => {
                self.searches_history = !self.searches_history;
                self.open_menu();
            }
            Key::Code(KeyCode::Esc) | Key::Control('g') => {
                self.searches_history = false;
                self.close_menu();
            }
            _ => self.move_cursor(key),
        }
    }

    fn move_cursor(&mut self, key: &Key) {
        match key {
            Key::Code(KeyCode::Left) | Key::Control('b') => self.line.go(Motion::Left),
            Key::Code(KeyCode::Right) | Key::Control('f') => self.line.go(Motion::Right),
            Key::Code(KeyCode::Home) | Key::Control('a') => self.line.go(Motion::Start),
            Key::Code(KeyCode::End) | Key::Control('e') => self.line.go(Motion::End),
            Key::Alt('b') => self.line.go(Motion::WordLeft),
            Key::Alt('f') => self.line.go(Motion::WordRight),
            _ => return,
        }
        self.close_menu();
    }

    fn choice(&self) -> Option<&Candidate> {
        self.menu.as_ref().and_then(Menu::choice)
    }

    fn choose(&mut self, change: impl FnOnce(&mut Menu, bool)) {
        let more = self.has_more();
        if let Some(menu) = &mut self.menu {
            change(menu, more);
            self.line = menu.line();
        }
    }

    /// Whether the service has more to choose from than the menu.
    fn has_more(&self) -> bool {
        let listing = lookup::listing(&self.typed_context()).filter(|_| !self.searches_history);
        listing.is_some_and(|listing| self.lookup.has_more(&listing))
    }

    /// Columns and lines of the menu where it has several columns.
    pub(crate) fn grid(&self) -> (usize, usize) {
        let candidates = self.menu.as_ref().map_or(&[][..], Menu::candidates);
        let widest = candidates.iter().map(|candidate| candidate.shown.chars().count()).max().unwrap_or(0);
        layout::grid(candidates.len(), widest + 2, usize::from(self.areas().input.width))
    }

    /// Puts an older or a newer line of the past in the place of this one.
    fn recall(&mut self, older: bool) {
        let at = match (self.recalled, older) {
            (None, true) => Some(0),
            (Some(at), true) => Some(at + 1),
            (Some(at), false) => at.checked_sub(1),
            (None, false) => None,
        };
        if let Some(line) = at.and_then(|at| self.past.get(at)) {
            self.line = Line::new(line.as_str());
            self.close_menu();
            self.recalled = at;
        }
    }

    fn close_menu(&mut self) {
        self.menu = None;
        self.lookup.leave();
    }

    fn open_menu(&mut self) {
        if self.searches_history {
            let past = |line: &String| Candidate { text: line.clone(), shown: line.clone(), ..Candidate::default() };
            let found = candidate::matching(self.line.text().trim(), self.past.iter().map(past).collect());
            self.menu = Some(Menu::new(Line::new(self.line.text()), 0, found));
            return;
        }
        let context = self.context();
        if lookup::listing(&context).is_none() {
            self.lookup.leave();
        }
        let found = self.found(&context);
        self.menu = Some(Menu::new(self.line.clone(), context.start, found));
    }

    fn found(&self, context: &Context) -> Vec<Candidate> {
        let mut found = candidate::candidates(context, self.computer);
        found.extend(self.lookup.candidates(context, self.computer.host.clock.timestamp().as_second()));
        found
    }

    pub fn request(&mut self) -> Option<Request> {
        let menu = self.menu.as_ref().filter(|_| !self.searches_history)?;
        let ahead = menu.candidates().len() - menu.selected.map_or(0, |at| at + 1).min(menu.candidates().len());
        let listing = lookup::listing(&self.typed_context())?;
        self.lookup.request(&listing, self.line.text(), ahead)
    }

    pub fn learn(&mut self, request: &Request, reply: Result<Pages, String>) {
        self.lookup.learn(request, reply);
        let found = self.found(&self.typed_context());
        if let Some(menu) = self.menu.as_mut().filter(|_| !self.searches_history) {
            menu.refill(found);
            self.line = menu.line();
        }
    }

    pub(crate) fn is_busy(&self) -> bool {
        self.lookup.is_busy()
    }

    /// Which of how many can be chosen, for a menu that does not show all; `+` where more are to come.
    pub(crate) fn position(&self) -> Option<String> {
        let menu = self.menu.as_ref().filter(|menu| {
            menu.candidates().len() > usize::from(MENU_LINES.min(self.areas().input.height.saturating_sub(1)))
        })?;
        let more = if self.has_more() { "+" } else { "" };
        Some(format!(" {}/{}{more} ", menu.selected.map_or(0, |at| at + 1), menu.candidates().len()))
    }

    /// What to show under the input: an objection, or how the lookup stands.
    pub(crate) fn note(&self) -> Option<String> {
        if self.objection.is_some() {
            return self.objection.clone();
        }
        let menu = self.menu.as_ref().filter(|_| !self.searches_history)?;
        self.lookup.note(&lookup::listing(&self.typed_context())?, menu.candidates().len())
    }
}
