//! What a mistyped choice might have meant: Python's `difflib.get_close_matches` with the AWS CLI's cutoff.

/// The words close to `word`, the closest first, at most three (cutoff 0.8).
pub(crate) fn close_matches<'c>(word: &str, choices: &[&'c str]) -> Vec<&'c str> {
    let word: Vec<char> = word.chars().collect();
    let mut scored: Vec<(f64, &str)> = choices
        .iter()
        .map(|choice| (similarity(&choice.chars().collect::<Vec<_>>(), &word), *choice))
        .filter(|(score, _)| *score >= 0.8)
        .collect();
    // heapq.nlargest over (score, word): a tie goes to the word that sorts last.
    scored.sort_by(|one, two| two.0.total_cmp(&one.0).then_with(|| two.1.cmp(one.1)));
    scored.into_iter().take(3).map(|(_, choice)| choice).collect()
}

/// `SequenceMatcher.ratio`: twice the matching characters over all characters.
fn similarity(one: &[char], two: &[char]) -> f64 {
    let total = one.len() + two.len();
    if total == 0 { 1.0 } else { 2.0 * matching(one, two) as f64 / total as f64 }
}

/// The characters in matching blocks: the longest common run, then the same on both sides of it.
fn matching(one: &[char], two: &[char]) -> usize {
    let mut longest = (0, 0, 0);
    for start in 0..one.len() {
        for other in 0..two.len() {
            let run = one.iter().skip(start).zip(two.iter().skip(other)).take_while(|(a, b)| a == b).count();
            if run > longest.2 {
                longest = (start, other, run);
            }
        }
    }
    let (start, other, run) = longest;
    match (run, one.get(..start), two.get(..other), one.get(start + run..), two.get(other + run..)) {
        (0, ..) => 0,
        (run, Some(left), Some(other_left), Some(right), Some(other_right)) => {
            run + matching(left, other_left) + matching(right, other_right)
        }
        _ => run,
    }
}

#[cfg(test)]
mod tests {
    use super::close_matches;

    const OUTPUT_FORMATS: &[&str] = &["json", "text", "table", "yaml", "yaml-stream", "off"];
    const SKELETONS: &[&str] = &["input", "output", "yaml-input"];

    #[test]
    fn near_words_are_offered_and_far_ones_not() {
        assert_eq!(close_matches("jsn", OUTPUT_FORMATS), ["json"]);
        assert_eq!(close_matches("outputs", SKELETONS), ["output"]);
        assert_eq!(close_matches("yaml-strem", OUTPUT_FORMATS), ["yaml-stream"]);
        assert!(close_matches("JSON", OUTPUT_FORMATS).is_empty());
        assert!(close_matches("", OUTPUT_FORMATS).is_empty());
        assert!(close_matches("xml", OUTPUT_FORMATS).is_empty());
    }
}
