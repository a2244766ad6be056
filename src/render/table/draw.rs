//! Sections to lines: bars, rules, centred titles and headers, cells at the left.
//!
//! Coloured are the cells (bright blue) and the bars that show the level (dim yellow). The AWS CLI also resets the colour
//! after each piece it writes; that changes nothing to look at and is left out.

use std::io::{self, Write};

use crate::render::{RenderError, Style};

use super::section::Section;
use super::width::display_width;

const CELL_COLOR: &str = "\x1b[1m\x1b[34m";
const BAR_COLOR: &str = "\x1b[2m\x1b[33m";
const RESET: &str = "\x1b[0m";

/// Draws a table, its single-row sections on their side where it would be wider than the terminal.
///
/// # Errors
/// What the output answers.
pub fn draw(mut sections: Vec<Section<'_>>, style: Style, output: &mut dyn Write) -> Result<(), RenderError> {
    let mut width = table_width(&sections);
    if i64::try_from(width).unwrap_or(i64::MAX) > i64::from(style.columns) {
        sections = sections.into_iter().map(Section::vertical).collect::<Result<_, _>>()?;
        width = table_width(&sections);
    }
    writeln!(output, "{}", "-".repeat(width))?;
    for section in &sections {
        Drawing::new(section, width, style.color, output).draw()?;
    }
    Ok(())
}

fn table_width(sections: &[Section<'_>]) -> usize {
    sections.iter().map(Section::total_width).max().unwrap_or_default()
}

struct Drawing<'a> {
    section: &'a Section<'a>,
    /// The columns between the bars that show the level.
    width: usize,
    bars: String,
    color: bool,
    output: &'a mut dyn Write,
}

impl<'a> Drawing<'a> {
    fn new(section: &'a Section<'a>, table_width: usize, color: bool, output: &'a mut dyn Write) -> Self {
        let bar = if color { format!("{BAR_COLOR}|{RESET}") } else { "|".to_owned() };
        let width = table_width.saturating_sub(2 * section.level);
        Self { section, width, bars: bar.repeat(section.level), color, output }
    }

    fn draw(mut self) -> io::Result<()> {
        let section = self.section;
        if let Some(title) = section.title() {
            self.line(&centered(title, self.width, "|"))?;
            if section.headers.is_empty() && section.rows.is_empty() {
                self.line(&rule(&[self.width]))?;
            }
        }
        let widths = section.column_widths(self.width);
        if !section.headers.is_empty() {
            let cells = section.headers.iter().zip(&widths).enumerate();
            let header: String = cells.map(|(index, (header, width))| centered(header, *width, edge(index))).collect();
            self.line(&rule(&widths))?;
            self.line(&header)?;
        }
        if section.rows.is_empty() || widths.is_empty() {
            return Ok(());
        }
        self.line(&rule(&widths))?;
        for row in &section.rows {
            let cells = row.iter().zip(&widths).enumerate();
            let row: String = cells.map(|(index, (cell, width))| self.cell(cell, *width, edge(index))).collect();
            self.line(&row)?;
        }
        self.line(&rule(&widths))
    }

    fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.output, "{bars}{text}{bars}", bars = self.bars)
    }

    /// A cell, two blanks from its edge where there is room for them.
    fn cell(&self, text: &str, width: usize, edge: &str) -> String {
        let length = display_width(text);
        let left = if width >= length + edge.len() + 3 { 2 } else { 0 };
        let right = width.saturating_sub(edge.len() + left + length + 1);
        let (color, reset) = if self.color { (CELL_COLOR, RESET) } else { ("", "") };
        format!("{edge}{:left$}{color}{text}{reset}{:right$}|", "", "")
    }
}

/// The left edge of a column: only the first has one, for each draws its right edge.
fn edge(index: usize) -> &'static str {
    if index == 0 { "|" } else { "" }
}

/// A text in the middle of a column.
fn centered(text: &str, width: usize, edge: &str) -> String {
    let length = display_width(text);
    // Halves are rounded down one by one, and a start left of the edge counts although it is not drawn.
    let [width, half, length, edge_length] =
        [width, width / 2, length, edge.len()].map(|number| i64::try_from(number).unwrap_or(i64::MAX / 4));
    let start = half - length / 2 - 1;
    let right = width - 1 - (edge_length + start + length);
    let [start, right] = [start, right].map(|number| usize::try_from(number).unwrap_or_default());
    format!("{edge}{:start$}{text}{:right$}|", "", "")
}

/// `+-----+----+`
fn rule(widths: &[usize]) -> String {
    let mut rule = String::from("+");
    for (index, width) in widths.iter().enumerate() {
        rule.extend(std::iter::repeat_n('-', width.saturating_sub(1 + edge(index).len())));
        rule.push('+');
    }
    rule
}
