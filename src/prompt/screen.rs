//! Draws the state. Decides nothing, keeps nothing.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Widget};

use super::candidate::Candidate;
use super::keys::{self, Focus};
use super::layout::{MENU_LINES, first_in_view};
use super::menu::Menu;
use super::pane::{Pane, wrap};
use super::state::State;
use crate::render::escape::Escaped;

pub(crate) const PROMPT: &str = "> aws ";

const KEY: Style = Style::new().fg(Color::Indexed(44));
const ITEM: Style = Style::new().fg(Color::Indexed(16)).bg(Color::Indexed(250));
const CHOSEN: Style = Style::new().fg(Color::Indexed(231)).bg(Color::Indexed(102)).add_modifier(Modifier::BOLD);
const NOTE: Style = Style::new().fg(Color::Indexed(16)).bg(Color::Indexed(247));
const CHOSEN_NOTE: Style = Style::new().fg(Color::Indexed(16)).bg(Color::Indexed(249));
const HINT: Style = Style::new().add_modifier(Modifier::ITALIC);
const FOUND: Style = Style::new().add_modifier(Modifier::REVERSED);

pub fn draw(frame: &mut Frame<'_>, state: &State<'_>) {
    let areas = state.areas();
    let buffer = frame.buffer_mut();
    draw_pane(buffer, areas.document, "Doc panel", &state.document, || state.pane_lines(Focus::Document));
    draw_pane(buffer, areas.output, "Output panel", &state.output, || state.pane_lines(Focus::Output));
    for y in areas.divider.top()..areas.divider.bottom() {
        set(buffer, areas.divider.x, y, "│", Style::new(), areas.divider.width);
    }
    draw_bar(buffer, areas.bar, state);
    draw_keys(buffer, areas.keys, state.focus);
    let cursor = draw_input(buffer, areas.input, state);
    // The menu may cover the panes, but not the bar.
    let bottom = areas.input.height + areas.document.height.max(areas.output.height);
    let mut below = Rect { y: cursor.y + 1, height: bottom.saturating_sub(cursor.y + 1), ..areas.input };
    let note = state.note().map(|note| Escaped(&note).to_string()).unwrap_or_default();
    for line in wrap(&note, below.width.into()).iter().take(below.height.into()) {
        set(buffer, below.x, below.y, line, HINT, below.width);
        below = Rect { y: below.y + 1, height: below.height - 1, ..below };
    }
    if let Some(menu) = state.menu.as_ref().filter(|menu| !menu.candidates().is_empty())
        && state.focus == Focus::Input
    {
        draw_menu(buffer, below, state, menu);
    }
    if state.focus == Focus::Input && areas.input.contains(cursor) {
        frame.set_cursor_position(cursor);
    }
}

fn set(buffer: &mut Buffer, x: u16, y: u16, text: &str, style: Style, width: u16) {
    if buffer.area.contains(Position { x, y }) {
        buffer.set_stringn(x, y, text, width.into(), style);
    }
}

fn short(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(0)
}

/// The columns of a text, as it is shown.
fn width(text: &str) -> usize {
    Span::raw(Escaped(text).to_string()).width()
}

/// The text with nothing raw in it, cut to `columns` with `...` where it is wider.
fn cut(text: &str, columns: usize) -> String {
    let text = Escaped(text).to_string();
    if width(&text) <= columns {
        return text;
    }
    let mut cut = String::new();
    for character in text.chars() {
        cut.push(character);
        if width(&cut) + 3 > columns {
            cut.pop();
            break;
        }
    }
    cut + &".".repeat(columns.min(3))
}

/// Draws the line over as many lines as it needs; returns where its cursor is.
fn draw_input(buffer: &mut Buffer, area: Rect, state: &State<'_>) -> Position {
    let before = format!("{PROMPT}{}", Escaped(state.line.before()));
    let cursor_at = before.chars().count();
    let text = format!("{before}{}", Escaped(state.line.after()));
    let (mut places, mut x, mut y) = (Vec::new(), 0u16, 0u16);
    for character in text.chars() {
        let wide = u16::try_from(width(character.encode_utf8(&mut [0; 4]))).unwrap_or(1);
        if x + wide > area.width {
            (x, y) = (0, y + 1);
        }
        places.push((character, x, y));
        x += wide;
    }
    if x >= area.width {
        (x, y) = (0, y + 1);
    }
    let cursor = places.get(cursor_at).map_or((x, y), |&(_, x, y)| (x, y));
    // Where there is not room for all of it, the lines round the cursor are shown.
    let first = u16::saturating_sub(cursor.1 + 2, area.height.max(2));
    for (character, x, y) in places {
        if (first..first + area.height).contains(&y) {
            let text = character.to_string();
            set(buffer, area.x + x, area.y + y - first, &text, Style::new(), area.width - x);
        }
    }
    Position { x: area.x + cursor.0, y: area.y + cursor.1 - first }
}

/// Where the menu begins: under the word it is for, unless it is too wide for that.
fn menu_start(area: Rect, menu: &Menu, columns: usize) -> u16 {
    let before = menu.typed.text().get(..menu.start).unwrap_or_default();
    let word = (width(PROMPT) + width(before)) % usize::from(area.width.max(1));
    let most = usize::from(area.width).saturating_sub(columns);
    area.x + short(word.saturating_sub(1).min(most))
}

/// Draws the menu: the candidates with their notes beside them, or in several columns with the note of the chosen one below.
fn draw_menu(buffer: &mut Buffer, area: Rect, state: &State<'_>, menu: &Menu) {
    let items = menu.candidates();
    let room = usize::from(area.width);
    let widest = |text: fn(&Candidate) -> &str| items.iter().map(|item| width(text(item))).max().unwrap_or(0);
    let (names, notes) = (widest(|item| &item.shown) + 2, widest(|item| &item.note));
    let (columns, lines) = if state.many_columns { state.grid() } else { (1, items.len()) };
    let (names, notes, height) = match notes {
        _ if state.many_columns => (names.min(room / columns), 0, area.height.saturating_sub(1)),
        0 => (names.min(room), 0, area.height),
        _ => {
            let names = names.min(room.saturating_sub(12));
            (names, (notes + 2).min(room - names), area.height)
        }
    };
    let height = usize::from(height.min(MENU_LINES)).min(lines);
    let x = menu_start(area, menu, names * columns + notes);
    let first = first_in_view(menu.selected.map(|at| at % lines), lines, height);
    for (at, item) in items.iter().enumerate() {
        let Some(line) = (at % lines).checked_sub(first).filter(|line| *line < height) else { continue };
        let (x, y) = (x + short(at / lines * names), area.y + short(line));
        let is_chosen = menu.selected == Some(at);
        let (mark, style, note) = if is_chosen { (">", CHOSEN, CHOSEN_NOTE) } else { (" ", ITEM, NOTE) };
        draw_cell(buffer, (x, y), &item.shown, names, mark, style);
        draw_cell(buffer, (x + short(names), y), &item.note, notes, " ", note);
    }
    if let Some(choice) = menu.choice().filter(|choice| state.many_columns && !choice.note.is_empty()) {
        draw_cell(buffer, (area.x, area.y + short(height)), &choice.note, room, " ", CHOSEN_NOTE);
    }
}

/// Draws a text with a space on both sides, exactly `columns` wide; the mark takes the place of the first space.
fn draw_cell(buffer: &mut Buffer, (x, y): (u16, u16), text: &str, columns: usize, mark: &str, style: Style) {
    if columns < 2 {
        return;
    }
    let text = cut(text, columns - 2);
    let padding = " ".repeat(columns - 2 - width(&text));
    let cell = format!("{mark}{text}{padding} ");
    set(buffer, x, y, &cell, style, u16::try_from(columns).unwrap_or(u16::MAX));
}

fn title(name: &str, columns: u16) -> String {
    let name = cut(&format!("|{name}|"), columns.into());
    let rule = usize::from(columns) - width(&name);
    format!("{}{name}{}", "─".repeat(rule / 2), "─".repeat(rule - rule / 2))
}

fn draw_pane(buffer: &mut Buffer, area: Rect, name: &str, pane: &Pane, lines: impl FnOnce() -> Vec<String>) {
    if area.is_empty() {
        return;
    }
    set(buffer, area.x, area.y, &title(name, area.width), Style::new(), area.width);
    let pattern = pane.search.as_ref().map(|search| search.pattern.to_lowercase());
    let typing = pane
        .typing
        .as_ref()
        .map(|search| format!("I-search{}: {}", if search.backward { " backward" } else { "" }, search.pattern));
    let height = usize::from(area.height - 1).saturating_sub(usize::from(typing.is_some()));
    for (at, line) in lines().iter().skip(pane.top).take(height).enumerate() {
        let y = area.y + 1 + short(at);
        let is_found = pattern.as_ref().is_some_and(|pattern| line.to_lowercase().contains(pattern));
        set(buffer, area.x, y, line, if is_found { FOUND } else { Style::new() }, area.width);
    }
    if let Some(typing) = typing {
        set(buffer, area.x, area.bottom() - 1, &typing, KEY, area.width);
    }
}

fn draw_bar(buffer: &mut Buffer, area: Rect, state: &State<'_>) {
    if area.is_empty() {
        return;
    }
    set(buffer, area.x, area.y, &"─".repeat(area.width.into()), Style::new(), area.width);
    if let Some(position) = state.position().filter(|text| text.len() < usize::from(area.width)) {
        let x = area.right() - short(position.len());
        set(buffer, x, area.y, &position, Style::new(), area.width);
    }
    for (y, hints) in (area.y + 1..area.bottom()).zip(keys::bar(state.focus, state.searches_history, area.width)) {
        let mut spans = Vec::new();
        for hint in hints {
            if !spans.is_empty() {
                spans.push(Span::raw(keys::GAP));
            }
            let (key, does) = hint.split_once(' ').unwrap_or((hint, ""));
            spans.extend([Span::styled(key, KEY), Span::raw(" "), Span::raw(does)]);
        }
        buffer.set_line(area.x, y, &Line::from(spans), area.width);
    }
}

fn draw_keys(buffer: &mut Buffer, area: Rect, focus: Focus) {
    if area.is_empty() {
        return;
    }
    let (name, hints) = keys::help(focus);
    let block = Block::bordered().title_top(Line::from(format!("| {name} |")).centered());
    let inner = block.inner(area);
    Clear.render(area, buffer);
    block.render(area, buffer);
    let mut y = inner.y;
    for hint in hints {
        let key = hint.split(' ').next().unwrap_or(hint);
        for line in wrap(hint, inner.width.into()) {
            if y < inner.bottom() {
                set(buffer, inner.x, y, &line, Style::new(), inner.width);
                if line.starts_with(key) {
                    set(buffer, inner.x, y, key, KEY, inner.width);
                }
                y += 1;
            }
        }
    }
}
