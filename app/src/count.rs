//! Counts that pages show.

/// The length of a collection as a count. No page holds more rows than a `u32` can count.
pub(crate) fn saturating_count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
