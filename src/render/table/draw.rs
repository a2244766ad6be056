//! Sections to lines: bars, rules, centred titles and headers, cells at the left.
//!
//! Coloured are the cells (bright blue) and the bars that show the level (dim yellow). The AWS CLI also resets the colour
//! after each piece it writes; that changes nothing to look at and is left out.

use crate::render::{RenderError, Style, push_blanks};

use super::section::Section;
use crate::python::unicode::display_width;

const CELL_COLOR: &str = "\x1b[1m\x1b[34m";
const BAR_COLOR: &str = "\x1b[2m\x1b[33m";
const RESET: &str = "\x1b[0m";

/// Draws a table, its single-row sections on their side where it would be wider than the terminal.
pub(crate) fn draw(mut sections: Vec<Section<'_>>, style: Style, output: &mut String) -> Result<(), RenderError> {
    let mut width = table_width(&sections);
    if i64::try_from(width).unwrap_or(i64::MAX) > i64::from(style.columns) {
        sections = sections.into_iter().map(Section::vertical).collect::<Result<_, _>>()?;
        width = table_width(&sections);
    }
    let mut drawing = Drawing { output, color: style.color, bars: String::new() };
    drawing.line(|line| push_dashes(line, width));
    for section in &sections {
        drawing.section(section, width);
    }
    Ok(())
}

fn table_width(sections: &[Section<'_>]) -> usize {
    sections.iter().map(Section::total_width).max().unwrap_or_default()
}

struct Drawing<'a> {
    output: &'a mut String,
    color: bool,
    /// What stands at either side of the lines of the section at hand.
    bars: String,
}

impl Drawing<'_> {
    fn section(&mut self, section: &Section<'_>, table_width: usize) {
        let bar = if self.color { format!("{BAR_COLOR}|{RESET}") } else { "|".to_owned() };
        self.bars = bar.repeat(section.level);
        let width = table_width.saturating_sub(2 * section.level);

        if let Some(title) = section.title() {
            self.line(|line| push_centered(line, title, width, "|"));
            if section.headers.is_empty() && section.rows.is_empty() {
                self.line(|line| push_rule(line, &[width]));
            }
        }
        let widths = section.column_widths(width);
        if !section.headers.is_empty() {
            self.line(|line| push_rule(line, &widths));
            self.line(|line| {
                for (index, (header, width)) in section.headers.iter().zip(&widths).enumerate() {
                    push_centered(line, header, *width, edge(index));
                }
            });
        }
        if section.rows.is_empty() || widths.is_empty() {
            return;
        }
        let color = self.color;
        self.line(|line| push_rule(line, &widths));
        for row in &section.rows {
            self.line(|line| {
                for (index, (cell, width)) in row.iter().zip(&widths).enumerate() {
                    push_cell(line, cell, *width, edge(index), color);
                }
            });
        }
        self.line(|line| push_rule(line, &widths));
    }

    /// Writes a line that `fill` makes, between its bars.
    fn line(&mut self, fill: impl FnOnce(&mut String)) {
        self.output.push_str(&self.bars);
        fill(self.output);
        self.output.push_str(&self.bars);
        self.output.push('\n');
    }
}

/// The left edge of a column: only the first has one, for each draws its right edge.
fn edge(index: usize) -> &'static str {
    if index == 0 { "|" } else { "" }
}

/// A cell, two blanks from its edge where there is room for them.
fn push_cell(line: &mut String, text: &str, width: usize, edge: &str, color: bool) {
    let length = display_width(text);
    let left = if width >= length + edge.len() + 3 { 2 } else { 0 };
    let (color, reset) = if color { (CELL_COLOR, RESET) } else { ("", "") };
    line.push_str(edge);
    push_blanks(line, left);
    line.push_str(color);
    line.push_str(text);
    line.push_str(reset);
    push_blanks(line, width.saturating_sub(edge.len() + left + length + 1));
    line.push('|');
}

fn push_centered(line: &mut String, text: &str, width: usize, edge: &str) {
    let length = display_width(text);
    // Halves are rounded down one by one, and a start left of the edge counts although it is not drawn.
    let [width, half, length, edge_length] =
        [width, width / 2, length, edge.len()].map(|number| i64::try_from(number).unwrap_or(i64::MAX / 4));
    let start = half - length / 2 - 1;
    let right = width - 1 - (edge_length + start + length);
    let [start, right] = [start, right].map(|number| usize::try_from(number).unwrap_or_default());
    line.push_str(edge);
    push_blanks(line, start);
    line.push_str(text);
    push_blanks(line, right);
    line.push('|');
}

/// `+-----+----+`
fn push_rule(line: &mut String, widths: &[usize]) {
    line.push('+');
    for (index, width) in widths.iter().enumerate() {
        push_dashes(line, width.saturating_sub(1 + edge(index).len()));
        line.push('+');
    }
}

fn push_dashes(line: &mut String, count: usize) {
    line.extend(std::iter::repeat_n('-', count));
}
