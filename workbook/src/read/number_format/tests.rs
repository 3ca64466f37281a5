use super::*;
use rstest::rstest;

/// What a person sees of a number in a text column.
fn shown(code: &str, value: f64) -> String {
    let NumberFormat::Sections(sections) = NumberFormat::parse(code) else { panic!("{code} has no sections") };
    let mut text = String::new();
    match sections.show(Kind::Name, value) {
        Shown::Text(number) => number.write(&mut text),
        Shown::Value(value) => text = format!("{value:?}"),
    }
    text
}

/// The value of a number in a column of this kind.
fn value_in(kind: Kind, code: &str, value: f64) -> Option<CellValue> {
    match NumberFormat::parse(code) {
        NumberFormat::Sections(sections) => match sections.show(kind, value) {
            Shown::Value(value) => Some(value),
            Shown::Text(_) => None,
        },
        format => Some(format.cell_value(value)),
    }
}

fn text_of(code: &str, text: &str) -> String {
    let mut shown = String::new();
    match NumberFormat::parse(code) {
        NumberFormat::Sections(sections) if sections.write_text(text, &mut shown) => shown,
        _ => text.to_owned(),
    }
}

#[rstest]
#[case("General")]
#[case("general")]
#[case("G/通用格式")]
#[case("@")]
#[case("")]
#[case("[Red]")]
#[case("[")]
#[case("General;General")]
#[case("0;0;0;0;0")]
fn formats_without_effect_are_plain(#[case] code: &str) {
    assert_eq!(NumberFormat::parse(code), NumberFormat::Number);
}

#[rstest]
#[case("yyyy-mm-dd")]
#[case("[$-804]yyyy\"年\"m\"月\"d\"日\";@")]
#[case("h:mm")]
#[case("[h]:mm:ss")]
#[case("上午/下午h:mm")]
#[case("aaaa")]
#[case("e\"年\"")]
#[case("yyyy\"年\";@\"届\"")]
fn dates_are_recognised(#[case] code: &str) {
    assert!(NumberFormat::parse(code).is_date());
}

#[rstest]
#[case("0\"m\"")]
#[case("0.00E+00")]
#[case("[Magenta]0")]
#[case("0\\d")]
fn formats_of_numbers_are_no_dates(#[case] code: &str) {
    assert!(!NumberFormat::parse(code).is_date());
}

#[rstest]
#[case("0.00%", 0.15, true)]
#[case("#,##0.0 %;[Red]-0.0%", 0.15, true)]
#[case("[>=1]0%", 0.15, true)]
#[case("0%;0", -0.15, false)]
#[case("0.00", 15.0, false)]
#[case("0\"%\"", 15.0, false)]
#[case("0\\%", 15.0, false)]
#[case("0;0%", 15.0, false)]
#[case("0;0%", -0.15, true)]
#[case("0\"", 15.0, false)]
#[case("_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * \"-\"??_ ;_ @_ ", 15.0, false)]
#[case("_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * \"-\"??_ ;_ @_ ", 0.0, false)]
#[case("[Red]0.00_);[$¥-804]0", 15.0, false)]
#[case("# ?/?", 0.5, false)]
fn the_section_of_the_number_decides_about_percent(#[case] code: &str, #[case] value: f64, #[case] percent: bool) {
    assert_eq!(value_in(Kind::Ratio, code, value), Some(CellValue::Number { value, percent }));
}

#[rstest]
#[case("0\".\"0,", 2_648_400.0, 264.84)]
#[case("0\".\"0,", 397_260.0, 39.726)]
#[case("0\\.0,", 2_648_400.0, 264.84)]
#[case("0!.0,", 2_648_400.0, 264.84)]
#[case("0!.0,\"万元\"", 2_648_400.0, 264.84)]
#[case("#\".\"0000", 2_648_400.0, 264.84)]
#[case("[>=10000]0\".\"0,\"万\";0", 2_648_400.0, 264.84)]
#[case("0\".\"0,;-0\".\"0,", -2_648_400.0, -264.84)]
#[case("#,##0,", 264_840.0, 264.84)]
#[case("0.00,", 264_840.0, 264.84)]
#[case("0.0,,_ ", 264_840_000.0, 264.84)]
fn scales_are_applied_in_full_precision(#[case] code: &str, #[case] stored: f64, #[case] shown: f64) {
    assert_eq!(value_in(Kind::Amount, code, stored), Some(CellValue::Scaled { stored, shown }));
}

#[rstest]
#[case("0.0")]
#[case("#,##0.00")]
#[case("0.00\"万元\"")]
#[case("0.00万元")]
#[case("¥#,##0.00")]
#[case("[$¥-804]#,##0.00")]
#[case("\"人民币\"0.00")]
#[case("[DBNum2]0.00")]
#[case("0.00E+00")]
#[case("General\"万元\"")]
#[case("[>=10000]0\".\"0,\"万\";0")]
fn decoration_and_rounding_leave_an_amount(#[case] code: &str) {
    let value = 264.841_2;
    assert_eq!(value_in(Kind::Amount, code, value), Some(CellValue::Number { value, percent: false }));
}

#[rstest]
#[case(Kind::Amount, "0.00,\"千元\"", 264_840.0)]
#[case(Kind::Amount, "0.00\"元\"", 264.84)]
#[case(Kind::Amount, "0.00\"亿元\"", 264.84)]
#[case(Kind::Amount, "0.00\"百万元\"", 264.84)]
#[case(Kind::Amount, "0\"万\"0000", 2_648_400.0)]
#[case(Kind::Amount, "0\"00\"", 264.0)]
#[case(Kind::Amount, "General\"元\"", 264.0)]
#[case(Kind::Amount, "\"合计\"", 264.0)]
#[case(Kind::Amount, ";;;", 264.0)]
#[case(Kind::Amount, "0;-0;;@", 0.0)]
#[case(Kind::Amount, "#", 0.0)]
#[case(Kind::Ratio, "0\"万元\"", 15.0)]
#[case(Kind::Ratio, "0\"成\"", 2.0)]
fn a_format_that_makes_another_text_of_an_amount_counts_as_text(
    #[case] kind: Kind,
    #[case] code: &str,
    #[case] value: f64,
) {
    assert_eq!(value_in(kind, code, value), None);
}

#[rstest]
#[case("000000", 123.0, "000123")]
#[case("0", 13_812_345_678.0, "13812345678")]
#[case("0.00", 13_812_345_678.0, "13812345678.00")]
#[case("#,##0", 13_812_345_678.0, "13,812,345,678")]
#[case("0,000", 5.0, "0,005")]
#[case("000-0000-0000", 13_812_345_678.0, "138-1234-5678")]
#[case("\"138\"00000000", 12_345_678.0, "13812345678")]
#[case("\"第\"0\"小学\"", 3.0, "第3小学")]
#[case("第0小学", 12.0, "第12小学")]
#[case("\"第\"General\"小学\"", 3.0, "第3小学")]
#[case("\"第\"[DBNum1]General\"小学\"", 12.0, "第一十二小学")]
#[case("[DBNum1]General", 105.0, "一百〇五")]
#[case("[DBNum2]0", 12.0, "壹贰")]
#[case("0.00", 1.005, "1.01")]
#[case("0.0", 0.25, "0.3")]
#[case("0", 9.99, "10")]
#[case("0.00", -0.001, "0.00")]
#[case("0", -3.0, "-3")]
#[case("0;(0)", -3.0, "(3)")]
#[case("0;;\"无\"", 0.0, "无")]
#[case(";;;", 3.0, "")]
#[case("#", 0.0, "")]
#[case("0.##", 5.5, "5.5")]
#[case(".00", 1.5, "1.50")]
#[case("0.00 %", 0.155, "15.50 %")]
#[case("[=1]\"甲\";[=2]\"乙\";General", 2.0, "乙")]
#[case("[=1]\"甲\";[=2]\"乙\";General", 7.5, "7.5")]
#[case("[<10]0\"a\";0\"b\"", 10.0, "10b")]
#[case("_(0_)", 3.0, "3")]
#[case("0*x", 3.0, "3")]
#[case("0,\"千\"", 12_345.0, "12千")]
#[case("0", 1e-300, "0")]
fn a_number_in_a_text_column_is_the_text_that_a_person_sees(
    #[case] code: &str,
    #[case] value: f64,
    #[case] expected: &str,
) {
    assert_eq!(shown(code, value), expected);
}

#[test]
fn a_number_without_exact_digits_stays_a_number() {
    for kind in [Kind::Name, Kind::Amount] {
        assert_eq!(value_in(kind, "0\"个\"00", 1e15), Some(CellValue::Number { value: 1e15, percent: false }));
    }
}

#[rstest]
#[case("\"示例县\"@", "示例县教育局")]
#[case("@\"（本级）\"", "教育局（本级）")]
#[case("0;0;0;\"示例县\"@", "示例县教育局")]
#[case("0;\\示@", "示教育局")]
#[case("_ * #,##0.00_ ;_ * \"-\"??_ ;_ @_ ", "教育局")]
#[case("@*.", "教育局")]
#[case("0.00", "教育局")]
#[case("0;0;0", "教育局")]
#[case(";;;", "")]
#[case("@@", "教育局教育局")]
#[case("yyyy;@\"届\"", "教育局届")]
fn a_text_has_what_its_format_adds(#[case] code: &str, #[case] expected: &str) {
    assert_eq!(text_of(code, "教育局"), expected);
}

#[rstest]
#[case(46_082.0, "2026-03-01")]
#[case(46_082.416_666_666_7, "2026-03-01 10:00")]
#[case(46_082.416_678_240_7, "2026-03-01 10:00:01")]
#[case(0.5, "12:00")]
#[case(1.0, "1900-01-01")]
#[case(2_958_465.0, "9999-12-31")]
fn format_date_shows_date_and_time(#[case] days: f64, #[case] expected: &str) {
    assert_eq!(format_date(days), expected);
}

#[rstest]
#[case(-1.0)]
#[case(END_OF_DATES)]
#[case(f64::NAN)]
fn a_value_outside_the_calendar_stays_a_number(#[case] value: f64) {
    assert!(matches!(NumberFormat::Date.cell_value(value), CellValue::Number { percent: false, .. }));
}

proptest::proptest! {
    #[test]
    fn no_format_panics(code in "[0#?.,;%@E+eymdhsGAa/\\\\!_*\"\\[\\]$<>=DBNum1万元千 -]{0,24}", value in proptest::num::f64::ANY) {
        if let NumberFormat::Sections(sections) = NumberFormat::parse(&code) {
            let mut text = String::new();
            for kind in [Kind::Name, Kind::Amount, Kind::Ratio] {
                if let Shown::Text(number) = sections.show(kind, value) {
                    number.write(&mut text);
                }
            }
            sections.write_text("教育局", &mut text);
        }
    }
}
