//! The output formats and the error styles, by name.

/// `--output`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Json,
    /// Tab-separated lines for `cut` and `awk`.
    Text,
    /// A table drawn with `|`, `-` and `+`.
    Table,
    Yaml,
    /// A YAML list with one item, the response.
    YamlStream,
    Off,
}

impl Format {
    /// The format of that name, in lower case.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "json" => Self::Json,
            "text" => Self::Text,
            "table" => Self::Table,
            "yaml" => Self::Yaml,
            "yaml-stream" => Self::YamlStream,
            "off" => Self::Off,
            _ => return None,
        })
    }
}

/// `--cli-error-format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ErrorFormat {
    Legacy,
    Json,
    Yaml,
    Text,
    Table,
    /// The message with its code, then the members that say more.
    #[default]
    Enhanced,
}

impl ErrorFormat {
    /// Whether a failure is shown as a result would be.
    pub(crate) fn is_structured(self) -> bool {
        !matches!(self, Self::Legacy | Self::Enhanced)
    }

    /// The style of that name in any case; [`Enhanced`](Self::Enhanced) for an unknown name.
    pub fn named(name: &str) -> Self {
        match name.to_lowercase().as_str() {
            "legacy" => Self::Legacy,
            "json" => Self::Json,
            "yaml" => Self::Yaml,
            "text" => Self::Text,
            "table" => Self::Table,
            _ => Self::Enhanced,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ErrorFormat, Format};

    #[test]
    fn formats_are_named_in_lower_case_only() {
        assert_eq!(Format::named("yaml-stream"), Some(Format::YamlStream));
        assert_eq!(Format::named("JSON"), None);
        assert_eq!(Format::named("xml"), None);
    }

    #[test]
    fn error_styles_are_named_in_any_case() {
        assert_eq!(ErrorFormat::named("JSON"), ErrorFormat::Json);
        assert_eq!(ErrorFormat::named("Legacy"), ErrorFormat::Legacy);
        assert_eq!(ErrorFormat::named("html"), ErrorFormat::Enhanced);
        assert_eq!(ErrorFormat::named("yaml-stream"), ErrorFormat::Enhanced);
    }
}
