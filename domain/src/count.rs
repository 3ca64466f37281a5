//! Row numbers and counts are `u32` everywhere: a sheet has at most 1,048,576 rows, and every list has a limit.

/// The length of a collection as a count. A length above `u32::MAX` cannot occur, as every collection has a limit far below
/// it; it would become `u32::MAX`.
pub fn of(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
