//! Suggestions: the candidates that are most similar to a word. Similarity is the edit distance over characters. An
//! abbreviation also counts as similar: all its characters occur in the candidate in order, as 财政部 in 中华人民共和国财政部.

use std::collections::HashSet;

/// Maximum number of equally near candidates. If there are more, none of them is a better guess than the others.
const MAX_TIES: usize = 3;

/// The candidates nearest to a word, at most `limit`. The nearest comes first; equally near candidates keep their order. Empty
/// if no candidate is near enough.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>, limit: usize) -> Vec<&'a str> {
    let word: Vec<char> = word.chars().collect();
    if word.is_empty() {
        return Vec::new();
    }
    let mut calculator = DistanceCalculator::default();
    let mut matches: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| calculator.distance(&word, candidate).map(|d| (d, candidate)))
        .collect();
    matches.sort_by_key(|(distance, _)| *distance);
    let mut seen = HashSet::new();
    matches.retain(|(_, candidate)| seen.insert(*candidate));
    if matches.iter().take_while(|(distance, _)| Some(distance) == matches.first().map(|(least, _)| least)).count()
        > MAX_TIES
    {
        return Vec::new();
    }
    matches.truncate(limit);
    matches.into_iter().map(|(_, candidate)| candidate).collect()
}

/// Reuses its buffers for all candidates, so that thousands of names need no allocation each.
#[derive(Default)]
struct DistanceCalculator {
    candidate: Vec<char>,
    row: Vec<usize>,
}

impl DistanceCalculator {
    /// The distance of a candidate. `None` if it is too far from the word.
    fn distance(&mut self, word: &[char], candidate: &str) -> Option<usize> {
        self.candidate.clear();
        self.candidate.extend(candidate.chars());
        let (n, m) = (word.len(), self.candidate.len());
        // One of the two is an abbreviation of the other.
        if n >= 2 && (is_subsequence(word, &self.candidate) || (m >= 2 && is_subsequence(&self.candidate, word))) {
            return Some(1 + n.abs_diff(m) / 4);
        }
        // Words of at most 3 characters are near if they share a character: 区县 means 县级.
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

    /// The Levenshtein distance, computed row by row.
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

/// Whether all characters of `part` occur in `whole` in the same order.
fn is_subsequence(part: &[char], whole: &[char]) -> bool {
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
    fn the_nearest_candidate_comes_first(#[case] word: &str, #[case] candidates: &[&str], #[case] expected: &str) {
        assert_eq!(nearest(word, candidates.iter().copied(), 3).first(), Some(&expected));
    }

    #[rstest]
    #[case("2级预算单位", BUDGET_LEVELS)]
    #[case("六级预算单位", BUDGET_LEVELS)]
    #[case("某级", ADMIN_LEVELS)]
    fn too_many_equally_near_candidates_give_no_suggestion(#[case] word: &str, #[case] candidates: &[&str]) {
        assert_eq!(nearest(word, candidates.iter().copied(), 3), [""; 0]);
    }

    #[test]
    fn equally_near_candidates_keep_their_order() {
        assert_eq!(
            nearest("示例县第八小学", ["示例县第二小学", "示例县第一小学"], 3),
            ["示例县第二小学", "示例县第一小学"]
        );
    }

    #[test]
    fn distant_candidates_give_no_suggestion() {
        assert!(nearest("火星基地", ["示例县教育局"], 3).is_empty());
        assert!(nearest("", ["示例县教育局"], 3).is_empty());
    }

    proptest! {
        #[test]
        fn the_word_itself_is_the_nearest_candidate(word in "[一-龥]{2,20}", other in "[一-龥]{2,20}") {
            prop_assert_eq!(nearest(&word, [other.as_str(), word.as_str()], 1), vec![word.as_str()]);
        }
    }
}
