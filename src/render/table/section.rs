//! One section of a table: its title, its columns, and how wide it and they want to be.

use std::borrow::Cow;

use crate::render::RenderError;

use crate::python::unicode::display_width;

/// The blanks round the text of a cell, its border among them.
const CELL_PADDING: usize = 4;
const BORDERS: usize = 2;

#[derive(Debug)]
pub(crate) struct Section<'a> {
    title: Option<&'a str>,
    /// The depth: the number of bars at either side.
    pub(crate) level: usize,
    /// The cells of the header; empty without a header.
    pub(crate) headers: Vec<&'a str>,
    pub(crate) rows: Vec<Vec<Cow<'a, str>>>,
    columns: Option<usize>,
    widest: Vec<usize>,
}

impl<'a> Section<'a> {
    pub(crate) fn new(title: Option<&'a str>, level: usize) -> Self {
        Self { title, level, headers: Vec::new(), rows: Vec::new(), columns: None, widest: Vec::new() }
    }

    /// The title where there is one to draw.
    pub(crate) fn title(&self) -> Option<&'a str> {
        self.title.filter(|title| !title.is_empty())
    }

    /// Sets the header, in place of the one there was.
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

    /// The columns that the section asks of its table, its bars included.
    pub(crate) fn total_width(&self) -> usize {
        // Where a section goes on without a title, the AWS CLI measures the word `None`.
        let title = display_width(self.title.unwrap_or("None"));
        let cells = self.widest.iter().map(|width| width + CELL_PADDING).sum::<usize>();
        title.max(cells) + BORDERS + 2 * self.level
    }

    /// The widths of the columns, in proportion to what they hold, so that they fill `width` together.
    pub(crate) fn column_widths(&self, width: usize) -> Vec<usize> {
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
    pub(crate) fn vertical(self) -> Result<Self, RenderError> {
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
