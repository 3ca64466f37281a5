//! Tells by the bytes of a text in UTF-8 whether its characters need a closer look. Most texts do not.

/// First bytes of white space, invisible characters and full-width characters.
pub(crate) const TO_TIDY: u8 = 1;
/// First bytes of what [`crate::normalize::same_name`] folds.
pub(crate) const OF_OTHER_NAMES: u8 = 1 << 1;
/// First bytes of control characters, line breaks, private-use characters and those that are no text.
pub(crate) const OF_BAD_CHARACTERS: u8 = 1 << 2;

/// The classes of each byte.
const CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = u8::MAX;
    loop {
        let class = &mut classes[byte as usize];
        if matches!(byte, 0..=b' ' | 0xC2 | 0xCD | 0xD8 | 0xE1..=0xE3 | 0xEF | 0xF3) {
            *class |= TO_TIDY | OF_OTHER_NAMES;
        }
        if matches!(byte, b'(' | b')') {
            *class |= OF_OTHER_NAMES;
        }
        if matches!(byte, 0..=0x1F | 0x7F | 0xC2 | 0xE2 | 0xEE | 0xEF | 0xF3 | 0xF4) {
            *class |= OF_BAD_CHARACTERS;
        }
        if byte == 0 {
            return classes;
        }
        byte -= 1;
    }
}

/// Whether a text has a byte of this class. The texts of cells are short, so that one look at a table for each byte takes less
/// time than comparisons of many bytes at once and of those that are left over. An upload looks at each text several times.
pub(crate) fn has(text: &str, class: u8) -> bool {
    text.bytes().fold(0, |classes, byte| classes | CLASSES[usize::from(byte)]) & class != 0
}
