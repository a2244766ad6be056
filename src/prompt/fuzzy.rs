//! Fuzzy matching: the letters of a pattern, in order, with anything between them, in any case.
//!
//! The order is the AWS CLI's: where the letters stand closest together comes first, then where they begin earliest.

/// How many characters of `name` there are from the first letter that matches to the last, and how many before the first: the smaller
/// the better. `None` where it does not match. One pass: where the letters do not all follow the first place of the first
/// one, they follow no later place of it.
pub(crate) fn score(pattern: &str, name: &str) -> Option<(usize, usize)> {
    let mut name = name.chars().enumerate();
    let (mut start, mut end) = (None, 0);
    for letter in pattern.chars() {
        let (at, _) = name.find(|(_, other)| same(letter, *other))?;
        start.get_or_insert(at);
        end = at + 1;
    }
    let start = start.unwrap_or_default();
    Some((end - start, start))
}

fn same(one: char, two: char) -> bool {
    one == two || one.to_lowercase().eq(two.to_lowercase())
}

/// The items whose name matches, best first; all, as they stand, for an empty pattern.
pub(crate) fn filter<T>(pattern: &str, items: Vec<T>, name: impl Fn(&T) -> &str) -> Vec<T> {
    if pattern.is_empty() {
        return items;
    }
    let mut matching: Vec<_> =
        items.into_iter().filter_map(|item| Some((score(pattern, name(&item))?, item))).collect();
    matching.sort_by(|(one, first), (two, second)| one.cmp(two).then_with(|| name(first).cmp(name(second))));
    matching.into_iter().map(|(_, item)| item).collect()
}

#[cfg(test)]
mod tests {
    use super::{filter, score};

    #[test]
    fn the_first_place_where_the_pattern_fits_counts() {
        assert_eq!(score("out", "--output"), Some((3, 2)));
        assert_eq!(score("--out", "--no-sign-request"), Some((17, 0)));
        assert_eq!(score("aab", "aXaab"), Some((5, 0)));
        assert_eq!(score("XB", "axb"), Some((2, 1)));
        assert_eq!(score("ba", "ab"), None);
        assert_eq!(score("", "ab"), Some((0, 0)));
    }

    #[test]
    fn a_long_paste_does_not_stop_the_prompt() {
        let (pattern, name) = ("a".repeat(100_000), "a".repeat(99_999));
        assert_eq!(score(&pattern, &name), None);
    }

    #[test]
    fn the_order_is_that_of_the_aws_cli() {
        let names = ["--cli-connect-timeout", "--cli-read-timeout", "--no-sign-request", "--region", "--output"];
        assert_eq!(
            filter("--out", names.to_vec(), |name| name),
            ["--output", "--no-sign-request", "--cli-read-timeout", "--cli-connect-timeout"]
        );
        assert_eq!(filter("", names.to_vec(), |name| name), names);
    }
}
