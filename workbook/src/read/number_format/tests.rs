use super::*;
use rstest::rstest;

/// What a person sees of a number in a text column. An abbreviation stands in angle brackets.
fn shown(code: &str, value: f64) -> String {
    shown_in(&NumberFormat::parse(code), value)
}

fn shown_in(format: &NumberFormat, value: f64) -> String {
    let mut text = String::new();
    match format.show(Kind::Name, value) {
        Shown::Text(number) => number.write(&mut text),
        Shown::Abbreviated(number) => {
            text.push('<');
            number.write(&mut text);
            text.push('>');
        }
        Shown::Value(value) => text = format!("{value:?}"),
    }
    text
}

/// The value of a number in a number column of this kind.
fn value_in(kind: Kind, code: &str, value: f64) -> Option<CellValue> {
    match NumberFormat::parse(code).show(kind, value) {
        Shown::Value(value) => Some(value),
        Shown::Text(_) => None,
        Shown::Abbreviated(_) => panic!("a number column has no abbreviations"),
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

/// What Excel shows, by ECMA-376 part 1, 18.8.30 and 18.8.31, and for fractions and powers of ten the tables of SSF.
#[rstest]
// Powers of ten.
#[case("0.00E+00", 13_812_345_678.0, "<1.38E+10>")]
#[case("0.00E+00", 0.000_123_4, "<1.23E-04>")]
#[case("0E+0", 9.99, "<1E+1>")]
#[case("0.00E-00", 12_345.0, "<1.23E04>")]
#[case("##0.0E+0", 12_345.0, "<12.3E+3>")]
#[case("##0.0E+0", 123_456_789.0, "<123.5E+6>")]
#[case("##0.0E+0", 999_960.0, "<1.0E+6>")]
#[case("0.00E+00", 0.0, "<0.00E+00>")]
#[case("0.0E+0\"号\"", -150.0, "<-1.5E+2号>")]
// Fractions.
#[case("# ?/?", 0.5, "1/2")]
#[case("# ?/?", 1.5, "1 1/2")]
#[case("# ?/?", 3.0, "3")]
#[case("# ?/?", 0.0, "0")]
#[case("# ?/?", 0.3, "2/7")]
#[case("# ??/??", 0.3, "3/10")]
#[case("# ??/??", std::f64::consts::PI, "3 1/7")]
#[case("# ???/???", std::f64::consts::PI, "3 16/113")]
#[case("??/??", std::f64::consts::PI, "22/7")]
#[case("# ?/2", 0.5, "1/2")]
#[case("# ?/16", 0.3, "5/16")]
#[case("# ??/100", 0.25, "25/100")]
#[case("# ??/100", 0.999, "1")]
#[case("0 ?/?", 0.5, "0 1/2")]
#[case("\"约\"# ?/?\"份\"", -1.5, "-约1 1/2份")]
#[case("# ?/?", 13_812_345_678.0, "13812345678")]
// Percent signs, groups, colours, conditions, fillers and placeholders.
#[case("0%", 0.155, "16%")]
#[case("0.00%", 0.155, "15.50%")]
#[case("#,##0;[Red]-#,##0", -1_234.0, "-1,234")]
#[case("[红色]0", 3.0, "3")]
#[case("[Color 3]0", 3.0, "3")]
#[case("[>100]0.0;0.00", 150.0, "150.0")]
#[case("[>100]0.0;0.00", 50.0, "50.00")]
#[case("[>=100][Red]0;[<50][Blue]\"少\";\"中\"", 10.0, "少")]
#[case("[>=100][Red]0;[<50][Blue]\"少\";\"中\"", 70.0, "中")]
#[case("[$¥-804]#,##0.00", 12.5, "¥12.50")]
#[case("[$-804]0", 12.0, "12")]
#[case("0!号", 12.0, "12号")]
#[case("0\\-0", 12.0, "1-2")]
#[case("???-????", 1_234.0, "-1234")]
#[case("_ * 0_ ", 3.0, "3")]
// Chinese numerals.
#[case("[DBNum1][$-804]General", 12_345.0, "一万二千三百四十五")]
#[case("[DBNum1][$-804]General", 10_010.0, "一万〇一十")]
#[case("[DBNum1][$-804]G/通用格式", 100_010_001.0, "一亿〇一万〇一")]
#[case("[DBNum1]General", 123_456_789_012_345.0, "一百二十三万四千五百六十七亿八千九百〇一万二千三百四十五")]
#[case("[DBNum1]General", 1e14, "一百万亿")]
#[case("[DBNum2][$-804]General", 1_005.5, "壹仟零伍.伍")]
#[case("[DBNum1]General", 0.0, "〇")]
#[case("[DBNum3]0", 12.0, "１２")]
// Dates and times.
#[case("yyyy\"年\"m\"月\"d\"日\"", 46_082.0, "2026年3月1日")]
#[case("[$-804]yyyy\"年\"m\"月\"d\"日\";@", 46_082.0, "2026年3月1日")]
#[case("yyyy!年mm\\月", 46_082.0, "2026年03月")]
#[case("[DBNum1][$-804]yyyy\"年\"m\"月\"d\"日\"", 46_370.0, "二〇二六年十二月十四日")]
#[case("[DBNum1][$-804]m\"月\"d\"日\"", 46_387.0, "十二月三十一日")]
#[case("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", 46_082.0, "2026年3月1日")]
#[case("[$-F400]h:mm:ss AM/PM", 0.75, "18:00:00")]
#[case("[$-x-sysdate]dddd, mmmm dd, yyyy", 46_082.0, "2026年3月1日")]
#[case("[$-zh-CN]dddd", 46_083.0, "星期一")]
#[case("[$-409]dddd", 46_083.0, "Monday")]
#[case("yyyy/m/d", 46_082.75, "2026/3/1")]
#[case("yy-mm-dd", 46_082.0, "26-03-01")]
#[case("e\"年\"", 46_082.0, "2026年")]
#[case("d-mmm-yy", 46_082.0, "1-Mar-26")]
#[case("mmmm d, yyyy", 46_082.0, "March 1, 2026")]
#[case("mmmmm", 46_082.0, "M")]
#[case("[$-804]mmmm", 46_370.0, "十二月")]
#[case("ddd dddd", 46_082.0, "Sun Sunday")]
#[case("aaaa", 46_083.0, "星期一")]
#[case("aaa", 46_083.0, "周一")]
#[case("yyyy/m/d h:mm", 46_082.427_083_333_3, "2026/3/1 10:15")]
#[case("h:mm:ss", 0.999_999_9, "0:00:00")]
#[case("h:mm AM/PM", 0.0, "12:00 AM")]
#[case("h:mm AM/PM", 0.75, "6:00 PM")]
#[case("h:mm A/P", 0.75, "6:00 P")]
#[case("上午/下午h\"时\"mm\"分\"", 0.5625, "下午1时30分")]
#[case("[$-804]h:mm AM/PM", 0.25, "6:00 上午")]
#[case("[h]:mm", 1.5, "36:00")]
#[case("[mm]:ss", 0.0625, "90:00")]
#[case("[s]", 0.001, "86")]
#[case("mm:ss.0", 0.000_7, "01:00.5")]
#[case("m/d", 60.0, "2/29")]
#[case("yyyy-mm-dd", -1.0, "<#####>")]
#[case("yyyy-mm-dd", 13_812_345_678.0, "<#####>")]
fn a_number_is_shown_as_excel_does(#[case] code: &str, #[case] value: f64, #[case] expected: &str) {
    assert_eq!(shown(code, value), expected);
}

#[rstest]
#[case(11, 13_812_345_678.0, "<1.38E+10>")]
#[case(12, 0.25, "1/4")]
#[case(14, 46_082.0, "2026/3/1")]
#[case(22, 46_082.5, "2026/3/1 12:00")]
#[case(31, 46_082.0, "2026年3月1日")]
#[case(46, 1.5, "36:00:00")]
#[case(48, 12_345.0, "<12.3E+3>")]
#[case(57, 46_082.0, "2026年3月")]
#[case(58, 46_082.0, "3月1日")]
fn a_built_in_format_is_shown_as_excel_does(#[case] id: u16, #[case] value: f64, #[case] expected: &str) {
    assert_eq!(shown_in(&NumberFormat::builtin(id), value), expected);
}

#[rstest]
#[case(Kind::Amount, "# ?/?", 0.5)]
#[case(Kind::Amount, "##0.0E+0", 1_234.5)]
#[case(Kind::Ratio, "#%", 0.15)]
fn a_number_in_a_number_column_keeps_its_digits(#[case] kind: Kind, #[case] code: &str, #[case] value: f64) {
    let percent = code.contains('%');
    assert_eq!(value_in(kind, code, value), Some(CellValue::Number { value, percent }));
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
fn a_value_outside_the_calendar_is_no_amount(#[case] value: f64) {
    assert_eq!(value_in(Kind::Amount, "yyyy-mm-dd", value), None);
    assert_eq!(shown("yyyy-mm-dd", value), "<#####>");
}

proptest::proptest! {
    #[test]
    fn no_format_panics(code in "[0#?.,;%@E+eymdhsGAa/\\\\!_*\"\\[\\]$<>=DBNum1万元千 -]{0,24}", value in proptest::num::f64::ANY) {
        let format = NumberFormat::parse(&code);
        let mut text = String::new();
        for kind in [Kind::Name, Kind::Amount, Kind::Ratio] {
            if let Shown::Text(number) | Shown::Abbreviated(number) = format.show(kind, value) {
                number.write(&mut text);
            }
        }
        if let NumberFormat::Sections(sections) = format {
            sections.write_text("教育局", &mut text);
        }
    }
}
