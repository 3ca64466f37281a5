//! Recognises formulas that were never calculated. A program that does not calculate, such as xlwt, stores the mark for an
//! empty text as the result of every formula; the sheet program calculates when it opens the file.

/// Whether a formula of Excel 97 or later can only give a number or a truth value, because of its outermost operation. Its
/// result is never an empty text. `tokens` is the formula in postfix notation ([MS-XLS] 2.5.198.104).
pub(super) fn gives_no_text(mut tokens: &[u8]) -> bool {
    /// COUNT, SUM, AVERAGE, MIN, MAX, ROUND, PRODUCT, ROUNDUP, ROUNDDOWN, SUMPRODUCT, SUMIF.
    const FUNCTIONS: [u16; 11] = [0, 4, 5, 6, 7, 27, 183, 212, 213, 228, 345];
    let mut last = false;
    while let Some((token, operands)) = tokens.split_first() {
        // Tokens of functions and references exist in three classes.
        let token = if *token >= 0x40 { (token & 0x1F) | 0x20 } else { *token };
        let u16_at = |at: usize| operands.get(at..).and_then(<[u8]>::first_chunk).map(|b| u16::from_le_bytes(*b));
        let is_listed = |at| u16_at(at).is_some_and(|function| FUNCTIONS.contains(&(function & 0x7FFF)));
        let (gives_no_text, length) = match (token, operands) {
            // Arithmetic, comparisons, and numbers and truth values alone.
            (0x03..=0x07 | 0x09..=0x0E | 0x13 | 0x14, _) => (true, 0),
            (0x1D, _) => (true, 1),
            (0x1E, _) => (true, 2),
            (0x1F, _) => (true, 8),
            // Parentheses and spaces change nothing.
            (0x15, _) => (last, 0),
            (0x19, [0x40 | 0x41, ..]) => (last, 3),
            // SUM of one argument.
            (0x19, [attribute, ..]) if attribute & 0x10 != 0 => (true, 3),
            (0x19, [attribute, ..]) if attribute & 0x04 == 0 => (false, 3),
            (0x08 | 0x0F..=0x12 | 0x16, _) => (false, 0),
            (0x17, [length, flags, ..]) => (false, 2 + usize::from(*length) * if flags & 1 == 0 { 1 } else { 2 }),
            (0x1C, _) => (false, 1),
            (0x20, _) => (false, 7),
            (0x21, _) => (is_listed(0), 2),
            (0x22, _) => (is_listed(1), 3),
            (0x23 | 0x24 | 0x2A | 0x2C, _) => (false, 4),
            (0x25 | 0x2B | 0x2D, _) => (false, 8),
            (0x39 | 0x3A | 0x3C, _) => (false, 6),
            (0x3B | 0x3D, _) => (false, 10),
            // The length of other tokens is not known.
            _ => return false,
        };
        let Some(rest) = operands.get(length..) else { return false };
        (last, tokens) = (gives_no_text, rest);
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    // 0x44, 0, 0, 0, 0xC0 is a reference to A1.
    #[rstest]
    #[case::product(&[0x44, 0, 0, 0, 0xC0, 0x44, 0, 0, 0, 0xC0, 0x05], true)]
    #[case::product_in_parentheses(&[0x44, 0, 0, 0, 0xC0, 0x44, 0, 0, 0, 0xC0, 0x05, 0x15], true)]
    #[case::comparison(&[0x44, 0, 0, 0, 0xC0, 0x44, 0, 0, 0, 0xC0, 0x0B], true)]
    #[case::number(&[0x1E, 8, 0], true)]
    #[case::sum_of_an_area(&[0x25, 0, 0, 9, 0, 0, 0xC0, 0, 0xC0, 0x19, 0x10, 0, 0], true)]
    #[case::sum(&[0x44, 0, 0, 0, 0xC0, 0x44, 0, 0, 0, 0xC0, 0x42, 2, 4, 0], true)]
    #[case::round(&[0x44, 0, 0, 0, 0xC0, 0x1E, 2, 0, 0x41, 27, 0], true)]
    #[case::nothing(&[], false)]
    #[case::cell(&[0x44, 0, 0, 0, 0xC0], false)]
    #[case::empty_text(&[0x17, 0, 0], false)]
    #[case::text_that_looks_like_a_product(&[0x17, 1, 0, 0x05], false)]
    #[case::joined_texts(&[0x44, 0, 0, 0, 0xC0, 0x44, 0, 0, 0, 0xC0, 0x08], false)]
    #[case::vlookup(&[0x44, 0, 0, 0, 0xC0, 0x44, 0, 0, 0, 0xC0, 0x44, 0, 0, 0, 0xC0, 0x42, 3, 102, 0], false)]
    #[case::condition(&[0x44, 0, 0, 0, 0xC0, 0x19, 2, 0, 0, 0x44, 0, 0, 0, 0xC0, 0x44, 0, 0, 0, 0xC0, 0x42, 3, 1, 0], false)]
    #[case::cut_off(&[0x44, 0, 0, 0, 0xC0, 0x44, 0, 0, 0, 0xC0, 0x05, 0x1E], false)]
    #[case::unknown(&[0x18, 0x05], false)]
    fn the_outermost_operation_decides(#[case] tokens: &[u8], #[case] expected: bool) {
        assert_eq!(gives_no_text(tokens), expected);
    }
}
