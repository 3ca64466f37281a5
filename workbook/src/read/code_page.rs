//! Decodes the texts of Excel 5 and 95, which are bytes of a code page.

use super::{Result, biff::push_lower_bytes};
use domain::Refusal;
use encoding_rs::{BIG5, EUC_KR, Encoding, GBK, MACINTOSH, SHIFT_JIS, WINDOWS_1252};

/// A code page.
#[derive(Clone, Copy)]
pub(super) enum CodePage {
    Encoding(&'static Encoding),
    /// The lower bytes of UTF-16.
    LowerBytes,
    /// Simplified Chinese of old Macs: GB 2312, and single bytes that GBK uses otherwise.
    MacSimplifiedChinese,
    /// Only ASCII is certain.
    Unknown,
}

impl Default for CodePage {
    /// The code page of a file that declares none: the one of Windows in China, as Excel there shows the file. A file of
    /// another code page is not read by mistake, because its header would not become the template's.
    fn default() -> Self {
        Self::Encoding(GBK)
    }
}

impl CodePage {
    /// The code page with this number in a CODEPAGE record.
    pub(super) fn of_number(number: u16) -> Self {
        match number {
            1200 => Self::LowerBytes,
            // The numbers of the first Excel for the Mac and for Windows.
            0x8000 => Self::Encoding(MACINTOSH),
            0x8001 => Self::Encoding(WINDOWS_1252),
            10_008 => Self::MacSimplifiedChinese,
            _ => codepage::to_encoding_no_replacement(number)
                .filter(|encoding| encoding.is_ascii_compatible())
                .map_or(Self::Unknown, Self::Encoding),
        }
    }

    /// The code page of a text in a font with this character set. Western Excel declares its own code page even where a
    /// Chinese font shows Chinese text.
    pub(super) fn of_font(self, character_set: u8) -> Self {
        let has_letters_of_two_bytes = match self {
            Self::Encoding(encoding) => !encoding.is_single_byte(),
            Self::MacSimplifiedChinese => true,
            Self::LowerBytes | Self::Unknown => false,
        };
        match character_set {
            _ if has_letters_of_two_bytes => self,
            128 => Self::Encoding(SHIFT_JIS),
            129 => Self::Encoding(EUC_KR),
            134 => Self::Encoding(GBK),
            136 => Self::Encoding(BIG5),
            _ => self,
        }
    }

    /// Decodes bytes and appends them to `text`. Text that depends on an unknown code page is refused, because every guess
    /// could be wrong.
    pub(super) fn decode(self, bytes: &[u8], text: &mut String) -> Result<()> {
        match self {
            Self::LowerBytes => push_lower_bytes(bytes, text),
            _ if bytes.is_ascii() => push_lower_bytes(bytes, text),
            Self::Encoding(encoding) => text.push_str(&encoding.decode_without_bom_handling(bytes).0),
            Self::MacSimplifiedChinese if is_gb2312(bytes) => text.push_str(&GBK.decode_without_bom_handling(bytes).0),
            Self::MacSimplifiedChinese | Self::Unknown => return Err(Refusal::Damaged),
        }
        Ok(())
    }
}

/// Whether all characters are ASCII or pairs of bytes of GB 2312.
fn is_gb2312(mut bytes: &[u8]) -> bool {
    loop {
        bytes = match bytes {
            [] => return true,
            [0..=0x7F, rest @ ..] | [0xA1..=0xF7, 0xA1..=0xFE, rest @ ..] => rest,
            _ => return false,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::windows(936, b"\xD4\xA4\xCB\xE3", "预算")]
    #[case::gb18030(54936, b"\xD4\xA4\x81\x39\xEE\x39", "预㐀")]
    #[case::traditional(950, b"\xB9\x77\xBA\xE2", "預算")]
    #[case::western(1252, b"\xE9", "é")]
    #[case::utf_8(65001, "预算".as_bytes(), "预算")]
    #[case::lower_bytes(1200, b"\xE9", "é")]
    #[case::mac(10_000, b"\x8E", "é")]
    #[case::first_mac(0x8000, b"\x8E", "é")]
    #[case::first_windows(0x8001, b"\xE9", "é")]
    #[case::chinese_mac(10_008, b"A\xD4\xA4\xCB\xE3", "A预算")]
    #[case::ascii(367, b"Ascii", "Ascii")]
    #[case::dos(437, b"Ascii", "Ascii")]
    fn known_code_pages_are_decoded(#[case] number: u16, #[case] bytes: &[u8], #[case] expected: &str) {
        let mut text = String::new();
        CodePage::of_number(number).decode(bytes, &mut text).unwrap();
        assert_eq!(text, expected);
    }

    #[rstest]
    #[case::ascii(367, b"\xD4\xA4")]
    #[case::dos(437, b"\xD4\xA4")]
    #[case::japanese_mac(10_001, b"\x94\x5C")]
    #[case::chinese_mac_with_a_sign_of_its_own(10_008, b"\xD4\xA4\xFD")]
    #[case::stateful(50_220, b"\xD4\xA4")]
    fn text_that_depends_on_an_unknown_code_page_is_refused(#[case] number: u16, #[case] bytes: &[u8]) {
        assert_eq!(CodePage::of_number(number).decode(bytes, &mut String::new()), Err(Refusal::Damaged));
    }

    #[rstest]
    #[case::chinese_font_of_western_excel(1252, 134, "预算")]
    #[case::western_font_of_chinese_excel(936, 0, "预算")]
    #[case::western(1252, 0, "Ô¤Ëã")]
    #[case::unknown_code_page(437, 134, "预算")]
    fn a_font_tells_the_code_page_of_western_excel(
        #[case] number: u16,
        #[case] character_set: u8,
        #[case] expected: &str,
    ) {
        let mut text = String::new();
        CodePage::of_number(number).of_font(character_set).decode(b"\xD4\xA4\xCB\xE3", &mut text).unwrap();
        assert_eq!(text, expected);
    }
}
