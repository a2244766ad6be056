//! The sections of a table, and their lines: bars, rules, centred titles and headers, cells at the left.
//!
//! Coloured are the cells (bright blue) and the bars that show the level (dim yellow). The AWS CLI also resets the colour
//! after each piece it writes; that changes nothing to look at and is left out.

use std::borrow::Cow;

use crate::python::unicode::display_width;
use crate::render::{RenderError, Style, push_blanks};

const CELL_COLOR: &str = "\x1b[1m\x1b[34m";
const BAR_COLOR: &str = "\x1b[2m\x1b[33m";
const RESET: &str = "\x1b[0m";

/// The blanks round the text of a cell, its border among them.
const CELL_PADDING: usize = 4;
const BORDERS: usize = 2;

/// One section of a table: its title, its columns, and how wide it and they want to be.
pub(crate) struct Section<'a> {
    title: Option<&'a str>,
    /// The depth: the number of bars at either side.
    level: usize,
    /// The cells of the header; empty without a header.
    headers: Vec<&'a str>,
    rows: Vec<Vec<Cow<'a, str>>>,
    columns: Option<usize>,
    widest: Vec<usize>,
}

impl<'a> Section<'a> {
    pub(crate) fn new(title: Option<&'a str>, level: usize) -> Self {
        Self { title, level, headers: Vec::new(), rows: Vec::new(), columns: None, widest: Vec::new() }
    }

    fn title(&self) -> Option<&'a str> {
        self.title.filter(|title| !title.is_empty())
    }

    pub(crate) fn set_headers(&mut self, headers: Vec<&'a str>) -> Result<(), RenderError> {
        self.widen(headers.iter().map(|header| display_width(header)))?;
        self.columns.get_or_insert(headers.len());
        self.headers = headers;
        Ok(())
    }

    pub(crate) fn add_row(&mut self, row: Vec<Cow<'a, str>>) -> Result<(), RenderError> {
        let expected = *self.columns.get_or_insert(row.len());
        if row.len() != expected {
            return Err(RenderError::RowLength { expected, actual: row.len() });
        }
        self.widen(row.iter().map(|cell| display_width(cell)))?;
        self.rows.push(row);
        Ok(())
    }

    fn widen(&mut self, cells: impl Iterator<Item = usize>) -> Result<(), RenderError> {
        if self.widest.is_empty() {
            self.widest = cells.collect();
            return Ok(());
        }
        for (index, width) in cells.enumerate() {
            let widest = self.widest.get_mut(index).ok_or(RenderError::IndexOutOfRange)?;
            *widest = width.max(*widest);
        }
        Ok(())
    }

    /// The columns that the section needs, its bars included.
    fn total_width(&self) -> usize {
        // Where a section goes on without a title, the AWS CLI measures the word `None`.
        let title = display_width(self.title.unwrap_or("None"));
        let cells = self.widest.iter().map(|width| width + CELL_PADDING).sum::<usize>();
        title.max(cells) + BORDERS + 2 * self.level
    }

    /// The widths of the columns, in proportion to what they hold, so that they fill `width` together.
    fn column_widths(&self, width: usize) -> Vec<usize> {
        let wanted: Vec<f64> = self.widest.iter().map(|width| (width + CELL_PADDING) as f64).collect();
        let scale = width as f64 / wanted.iter().sum::<f64>();
        let mut widths: Vec<usize> =
            wanted.into_iter().map(|wanted| (scale * wanted).round_ties_even() as usize).collect();
        // What rounding took or gave is made good column by column: too much from the left, too little from the right.
        let mut sum = widths.iter().sum::<usize>();
        while sum > width {
            for column in widths.iter_mut().take(sum - width) {
                *column = column.saturating_sub(1);
                sum -= 1;
            }
        }
        while sum < width && !widths.is_empty() {
            for column in widths.iter_mut().rev().take(width - sum) {
                *column += 1;
                sum += 1;
            }
        }
        widths
    }

    /// Where the section has a header and one row, the same turned on its side: a row for each column.
    fn vertical(self) -> Result<Self, RenderError> {
        if self.headers.is_empty() || self.rows.len() != 1 {
            return Ok(self);
        }
        let mut section = Self::new(self.title, self.level);
        for (header, cell) in self.headers.into_iter().zip(self.rows.into_iter().flatten()) {
            section.add_row(vec![header.into(), cell])?;
        }
        Ok(section)
    }
}

/// Draws a table, its single-row sections on their side where it would be wider than the terminal.
pub(crate) fn draw(mut sections: Vec<Section<'_>>, style: Style, output: &mut String) -> Result<(), RenderError> {
    let mut width = table_width(&sections);
    if i64::try_from(width).unwrap_or(i64::MAX) > i64::from(style.columns) {
        sections = sections.into_iter().map(Section::vertical).collect::<Result<_, _>>()?;
        width = table_width(&sections);
    }
    let mut drawing = Drawing { output, color: style.color, bars: String::new() };
    drawing.line(|line| line.push_str(&"-".repeat(width)));
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
        line.push_str(&"-".repeat(width.saturating_sub(1 + edge(index).len())));
        line.push('+');
    }
}
