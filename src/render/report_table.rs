//! The tables of our own reports; those of the AWS CLI have other widths and borders.

use comfy_table::{ContentArrangement, Table, TableStyle};

pub(crate) use comfy_table::presets::{ASCII_MARKDOWN, UTF8_FULL, UTF8_FULL_CONDENSED};

/// A table that fits a terminal of this width, where there is one.
pub(crate) fn report_table<const N: usize>(
    style: TableStyle,
    columns: Option<u16>,
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let mut table = Table::new();
    table.load_style(style).set_header(header).add_rows(rows);
    if let Some(columns) = columns.filter(|columns| *columns > 0) {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(columns);
    }
    format!("{table}\n")
}
