//! Suggestions: the nearest of a set of known words.

/// The nearest candidates to a word, nearest first, at most `limit`; empty where none is near enough to be meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>, limit: usize) -> Vec<&'a str> {
    let _ = (word, candidates.into_iter(), limit);
    Vec::new() // filled in by the domain work
}
