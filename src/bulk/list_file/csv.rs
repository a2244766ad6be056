//! CSV with a header that names a column of ARNs.

use super::listed::{Field, Listed, Parsed};

/// What the columns of a CSV file are.
pub(super) struct Columns {
    delimiter: char,
    fields: Vec<Option<Field>>,
}

impl Columns {
    /// As a line says that names a column of ARNs.
    pub(super) fn of_header(line: &str) -> Option<Self> {
        [',', ';', '\t'].into_iter().find_map(|delimiter| {
            let fields: Vec<_> = split(line, delimiter).iter().map(|name| Field::named(name)).collect();
            fields.contains(&Some(Field::Arn)).then_some(Self { delimiter, fields })
        })
    }

    pub(super) fn execution(&self, record: &str) -> Parsed<Listed> {
        let mut listed = Listed::default();
        for (field, text) in self.fields.iter().zip(split(record, self.delimiter)) {
            if let Some(field) = field {
                listed.set(*field, &text)?;
            }
        }
        listed.checked()
    }
}

/// The fields of a record. The crate `csv` would take the rest of a file for one field where a quote is not closed, without a
/// word: `Text::record` does not.
fn split(record: &str, delimiter: char) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut characters = record.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.next_if_eq(&'"').is_some() => field.push('"'),
            '"' => quoted = !quoted,
            _ if character == delimiter && !quoted => fields.push(std::mem::take(&mut field)),
            _ => field.push(character),
        }
    }
    fields.push(field);
    fields
}
