//! Suggestions: the nearest of a set of known words, by edit distance over characters, with abbreviations (all
//! characters in order, 财政部 in 中华人民共和国财政部) counted as near.

use std::collections::HashSet;

/// As many may be equally near; of more, none was meant rather than another.
const TIES: usize = 3;

/// The nearest candidates to a word, nearest first and else in their order, at most `limit`; empty where none is near enough
/// to be meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>, limit: usize) -> Vec<&'a str> {
    let word: Vec<char> = word.chars().collect();
    if word.is_empty() {
        return Vec::new();
    }
    let mut scratch = Scratch::default();
    let mut found: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| scratch.distance(&word, candidate).map(|d| (d, candidate)))
        .collect();
    found.sort_by_key(|(distance, _)| *distance);
    let mut seen = HashSet::new();
    found.retain(|(_, candidate)| seen.insert(*candidate));
    if found.iter().take_while(|(distance, _)| Some(distance) == found.first().map(|(least, _)| least)).count() > TIES {
        return Vec::new();
    }
    found.truncate(limit);
    found.into_iter().map(|(_, candidate)| candidate).collect()
}

/// Buffers kept between candidates, so that thousands of names cost no allocation each.
#[derive(Default)]
struct Scratch {
    candidate: Vec<char>,
    row: Vec<usize>,
}

impl Scratch {
    /// How far a candidate is, or `None` where it cannot be what was meant.
    fn distance(&mut self, word: &[char], candidate: &str) -> Option<usize> {
        self.candidate.clear();
        self.candidate.extend(candidate.chars());
        let (n, m) = (word.len(), self.candidate.len());
        // An abbreviation of the full name, or the name with something around it.
        if n >= 2 && (is_part(word, &self.candidate) || (m >= 2 && is_part(&self.candidate, word))) {
            return Some(1 + n.abs_diff(m) / 4);
        }
        // Of words so short, one character in common says most: 区县 means 县级.
        if n.max(m) <= 3 && word.iter().any(|c| self.candidate.contains(c)) {
            return Some(self.edits(word));
        }
        let bound = (n.max(m) / 3).max(1);
        if n.abs_diff(m) > bound {
            return None;
        }
        let distance = self.edits(word);
        (distance <= bound && distance < n.max(m)).then_some(distance)
    }

    /// Levenshtein distance, one row at a time.
    fn edits(&mut self, word: &[char]) -> usize {
        self.row.clear();
        self.row.extend(0..=self.candidate.len());
        for (i, a) in word.iter().enumerate() {
            let mut diagonal = i;
            let mut left = i + 1;
            let Some((first, rest)) = self.row.split_first_mut() else { return word.len() };
            *first = left;
            for (slot, b) in rest.iter_mut().zip(&self.candidate) {
                let substituted = diagonal + usize::from(a != b);
                diagonal = *slot;
                left = substituted.min(*slot + 1).min(left + 1);
                *slot = left;
            }
        }
        self.row.last().copied().unwrap_or(word.len())
    }
}

/// Whether all characters of `part` stand in `whole`, in order.
fn is_part(part: &[char], whole: &[char]) -> bool {
    let mut rest = whole.iter();
    part.len() < whole.len() && part.iter().all(|c| rest.any(|w| w == c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{ADMIN_LEVELS, BUDGET_LEVELS};
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("财政部", &["中华人民共和国财政部", "示例县财政局"], "中华人民共和国财政部")]
    #[case("示例县文化局", &["示例县文化和旅游局", "示例县民政局"], "示例县文化和旅游局")]
    #[case("示例县教玉局", &["示例县教育局", "示例县体育局"], "示例县教育局")]
    #[case("二级单位", BUDGET_LEVELS, "二级预算单位")]
    #[case("县", ADMIN_LEVELS, "县级")]
    #[case("区县", ADMIN_LEVELS, "县级")]
    #[case("县级单位", ADMIN_LEVELS, "县级")]
    fn finds(#[case] word: &str, #[case] candidates: &[&str], #[case] expected: &str) {
        assert_eq!(nearest(word, candidates.iter().copied(), 3).first(), Some(&expected));
    }

    #[rstest]
    #[case("2级预算单位", BUDGET_LEVELS)]
    #[case("六级预算单位", BUDGET_LEVELS)]
    #[case("某级", ADMIN_LEVELS)]
    fn what_may_mean_any_of_them_means_none(#[case] word: &str, #[case] candidates: &[&str]) {
        assert_eq!(nearest(word, candidates.iter().copied(), 3), [""; 0]);
    }

    #[test]
    fn equally_near_ones_keep_their_order() {
        assert_eq!(
            nearest("示例县第八小学", ["示例县第二小学", "示例县第一小学"], 3),
            ["示例县第二小学", "示例县第一小学"]
        );
    }

    #[test]
    fn nothing_near_gives_nothing() {
        assert!(nearest("火星基地", ["示例县教育局"], 3).is_empty());
        assert!(nearest("", ["示例县教育局"], 3).is_empty());
    }

    proptest! {
        #[test]
        fn the_word_itself_is_nearest(word in "[一-龥]{2,20}", other in "[一-龥]{2,20}") {
            prop_assert_eq!(nearest(&word, [other.as_str(), word.as_str()], 1), vec![word.as_str()]);
        }
    }
}
