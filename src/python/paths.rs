//! Variables in paths, as Python's `os.path.expandvars` replaces them. A name that is not set stays as written.

/// The value of a variable.
type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// `posixpath`: `$NAME` and `${NAME}`.
pub(crate) fn expand_variables(path: &str, get: Lookup<'_>) -> String {
    let mut expanded = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('$') {
        expanded.push_str(before);
        let name_end = |text: &str| text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
        // The name, and what it and its braces leave.
        let (name, left) = match after.strip_prefix('{') {
            Some(braced) => braced.split_once('}').unwrap_or(("", after)),
            None => after.split_at_checked(name_end(after)).unwrap_or(("", after)),
        };
        let value = if left.len() < after.len() { get(name) } else { None };
        match value {
            Some(value) => expanded.push_str(&value),
            None => {
                expanded.push('$');
                expanded.push_str(after.strip_suffix(left).unwrap_or_default());
            }
        }
        rest = left;
    }
    expanded.push_str(rest);
    expanded
}

/// `ntpath`: `%NAME%` too; `%%` and `$$` are one sign, and what stands between single quotes stays.
pub(crate) fn expand_windows_variables(path: &str, get: Lookup<'_>) -> String {
    let mut expanded = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find(['\'', '%', '$']) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        expanded.push_str(before);
        let (mark, after) = from.split_at_checked(1).unwrap_or((from, ""));
        let word_end =
            |text: &str| text.find(|c: char| !(c.is_alphanumeric() || "-_".contains(c))).unwrap_or(text.len());
        // The name, where there is one, and what is left behind it.
        let (name, left) = match after.strip_prefix('{') {
            _ if after.starts_with(mark) && mark != "'" => (Some(""), after.strip_prefix(mark).unwrap_or(after)),
            _ if mark != "$" => match after.split_once(mark) {
                Some((name, left)) => (Some(name).filter(|_| mark == "%"), left),
                None => (None, ""),
            },
            Some(braced) => braced.split_once('}').map_or((None, ""), |(name, left)| (Some(name), left)),
            None => after.split_at_checked(word_end(after)).map_or((None, after), |(name, left)| (Some(name), left)),
        };
        let written = from.strip_suffix(left).unwrap_or(from);
        match name {
            Some("") if written.len() == 2 => expanded.push_str(mark),
            Some(name) => expanded.push_str(&get(name).unwrap_or_else(|| written.to_owned())),
            None => expanded.push_str(written),
        }
        rest = left;
    }
    expanded.push_str(rest);
    expanded
}

#[cfg(test)]
mod tests {
    use super::expand_windows_variables;

    /// The expectations are what Python 3.14's `ntpath.expandvars` answers.
    #[test]
    fn windows_paths_expand_as_in_python() {
        let get = |name: &str| (name == "A" || name == "A-b").then(|| "x".to_owned());
        for (path, expanded) in [
            (r"%A%\$A\${A}", r"x\x\x"),
            ("%B%$B${B}", "%B%$B${B}"),
            ("%A%%B%", "x%B%"),
            ("%%A%% $$A", "%A% $A"),
            ("'%A%'%A%'$A", "'%A%'x'$A"),
            ("%A ${A $A-b", "%A ${A $A-b"),
            ("$A-b $A.b", "x x.b"),
            ("$ % ${} %", "$ % ${} %"),
        ] {
            assert_eq!(expand_windows_variables(path, &get), expanded, "{path}");
        }
    }
}
