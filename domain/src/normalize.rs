//! Tidies differences that are not mistakes: full-width digits and letters, outer and non-breaking spaces, the case of codes.
//! Every change is reported as a `normalized` finding, so that the user knows about it.

use crate::bytes;
use std::borrow::Cow;

/// Removes outer white space and invisible characters, and replaces non-breaking spaces. Inner spaces stay. Like all functions
/// here, it returns `None` if there is nothing to tidy.
pub fn text(raw: &str) -> Option<String> {
    let inside = || raw.contains(|c| c == NBSP || is_invisible(c));
    if !is_suspicious(raw) || !(raw.starts_with(is_space) || raw.ends_with(is_space) || inside()) {
        return None;
    }
    let visible: String = raw.chars().filter(|c| !is_invisible(*c)).map(|c| if c == NBSP { ' ' } else { c }).collect();
    Some(visible.trim_matches(is_space).to_owned())
}

/// Whether a text has only white space and invisible characters.
pub fn is_blank(raw: &str) -> bool {
    raw.chars().all(|c| is_space(c) || is_invisible(c))
}

/// Tidies a value of a list, a code or a number: half-width, without white space.
pub fn compact(raw: &str) -> Option<String> {
    if !is_suspicious(raw) {
        return None;
    }
    let compact: String = raw.chars().filter(|c| !is_space(*c) && !is_invisible(*c)).map(half_width).collect();
    (compact != raw).then_some(compact)
}

/// Tidies a credit code: compact, upper case, without the hyphens that some certificates print and without the apostrophe by
/// which some programs mark a text.
pub fn credit_code(raw: &str) -> Option<String> {
    if raw.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) {
        return None;
    }
    let mut code = compact(raw).unwrap_or_else(|| raw.to_owned());
    code.retain(|c| !is_dash(c));
    code.make_ascii_uppercase();
    let code = code.trim_start_matches(is_apostrophe);
    (code != raw).then(|| code.to_owned())
}

/// Tidies a mobile number: compact, without hyphens, thousands separators and country code, and without what programs add to a
/// number or a text: a leading apostrophe, or `.0` at the end.
pub fn mobile(raw: &str) -> Option<String> {
    if raw.len() == MOBILE_DIGITS && is_digits(raw) {
        return None;
    }
    let mut number = compact(raw).unwrap_or_else(|| raw.to_owned());
    number.retain(|c| !is_dash(c));
    let mut rest = number.trim_start_matches(is_apostrophe);
    if let Some((whole, fraction)) = rest.split_once('.')
        && !fraction.is_empty()
        && fraction.bytes().all(|b| b == b'0')
        && is_digits(&whole.replace(',', ""))
    {
        rest = whole;
    }
    let ungrouped = has_thousands_separators(rest).then(|| rest.replace(',', ""));
    let rest = ungrouped.as_deref().unwrap_or(rest);
    let is_local = |number: &&str| number.len() == MOBILE_DIGITS && number.starts_with('1');
    let local = COUNTRY_CODES.into_iter().find_map(|code| rest.strip_prefix(code).filter(is_local));
    let number = local.unwrap_or(rest);
    (number != raw).then(|| number.to_owned())
}

/// Number of digits of a mainland mobile number.
const MOBILE_DIGITS: usize = 11;
/// The ways in which people write the country code.
const COUNTRY_CODES: [&str; 6] = ["86", "+86", "0086", "(86)", "(+86)", "(0086)"];

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a text is a number with thousands separators: `13,812,345,678`.
fn has_thousands_separators(text: &str) -> bool {
    let mut groups = text.split(',');
    let first = groups.next().unwrap_or_default();
    let mut count = 0;
    let rest_is_valid = groups.all(|group| {
        count += 1;
        group.len() == 3 && is_digits(group)
    });
    count > 0 && rest_is_valid && (1..=3).contains(&first.len()) && is_digits(first)
}

/// Tidies a decimal number: compact, without the sign or unit that follows it.
pub fn number(raw: &str, sign: &str) -> Option<String> {
    let number = compact(raw);
    let typed = number.as_deref().unwrap_or(raw);
    let bare = typed.trim_end_matches(sign);
    if bare.len() < typed.len() { Some(bare.to_owned()) } else { number }
}

/// The form of a name in which names are compared. Differences that a reader hardly sees do not count: the width of characters,
/// white space, the kinds of brackets, hyphens and middle dots, and the forms of characters that Unicode has only for
/// compatibility (as Unicode's NFKC, but by a table of what occurs in names: all tables of NFKC have 100 kB).
///
/// `name_key` columns store this form, so that a change of it needs a migration.
pub fn same_name(name: &str) -> Cow<'_, str> {
    if !bytes::has(name, bytes::OF_OTHER_NAMES) {
        return name.into();
    }
    let mut folded = String::with_capacity(name.len());
    for c in name.chars().filter(|c| !is_space(*c) && !is_invisible(*c)) {
        match c {
            '(' | '〔' | '﹝' | '﹙' | '\u{ff08}' => folded.push('（'),
            ')' | '〕' | '﹞' | '﹚' | '\u{ff09}' => folded.push('）'),
            '•' | '‧' | '∙' | '⋅' | '・' | '･' => folded.push('·'),
            'Ⅰ'..='Ⅻ' => folded.push_str(nth(&ROMAN_NUMERALS, c, 'Ⅰ').unwrap_or_default()),
            '\u{2f00}'..='\u{2fd5}' => folded.push(nth_char(KANGXI_RADICALS, c, '\u{2f00}')),
            '\u{f900}'..='\u{fad9}' => folded.push(nth_char(COMPATIBILITY_IDEOGRAPHS, c, '\u{f900}')),
            c if is_dash(c) => folded.push('-'),
            c => folded.push(half_width(c)),
        }
    }
    if folded == name { name.into() } else { folded.into() }
}

/// The entry of a table for a character, if the table starts with the entry for `first`.
fn nth<'a>(table: &[&'a str], c: char, first: char) -> Option<&'a str> {
    table.get(u32::from(c).checked_sub(u32::from(first))? as usize).copied()
}

/// The character of a table for a character, if the table starts with the one for `first`; else the character itself.
fn nth_char(table: &str, c: char, first: char) -> char {
    let index = u32::from(c).checked_sub(u32::from(first));
    index.and_then(|index| table.chars().nth(index as usize)).unwrap_or(c)
}

/// The letters of the Roman numerals U+2160–216B.
const ROMAN_NUMERALS: [&str; 12] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];
/// The usual characters of the radicals U+2F00–2FD5, which texts copied from PDF files contain.
const KANGXI_RADICALS: &str = "\
    一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴\
    廾弋弓彐彡彳心戈戶手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿\
    目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵\
    邑酉釆里金長門阜隶隹雨靑非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠\
";
/// The usual characters of the compatibility ideographs U+F900–FAD9.
const COMPATIBILITY_IDEOGRAPHS: &str = "\
    豈更車賈滑串句龜龜契金喇奈懶癩羅蘿螺裸邏樂洛烙珞落酪駱亂卵欄爛蘭鸞嵐濫藍襤拉臘蠟廊朗浪狼郎來冷勞擄櫓爐盧老蘆\
    虜路露魯鷺碌祿綠菉錄鹿論壟弄籠聾牢磊賂雷壘屢樓淚漏累縷陋勒肋凜凌稜綾菱陵讀拏樂諾丹寧怒率異北磻便復不泌數索參\
    塞省葉說殺辰沈拾若掠略亮兩凉梁糧良諒量勵呂女廬旅濾礪閭驪麗黎力曆歷轢年憐戀撚漣煉璉秊練聯輦蓮連鍊列劣咽烈裂說\
    廉念捻殮簾獵令囹寧嶺怜玲瑩羚聆鈴零靈領例禮醴隸惡了僚寮尿料樂燎療蓼遼龍暈阮劉杻柳流溜琉留硫紐類六戮陸倫崙淪輪\
    律慄栗率隆利吏履易李梨泥理痢罹裏裡里離匿溺吝燐璘藺隣鱗麟林淋臨立笠粒狀炙識什茶刺切度拓糖宅洞暴輻行降見廓兀嗀\
    﨎﨏塚﨑晴﨓﨔凞猪益礼神祥福靖精羽﨟蘒﨡諸﨣﨤逸都﨧﨨﨩飯飼館鶴郞隷侮僧免勉勤卑喝嘆器塀墨層屮悔慨憎懲敏既暑\
    梅海渚漢煮爫琢碑社祉祈祐祖祝禍禎穀突節練縉繁署者臭艹艹著褐視謁謹賓贈辶逸難響頻恵𤋮舘﩮﩯並况全侀充冀勇勺喝啕\
    喙嗢塚墳奄奔婢嬨廒廙彩徭惘慎愈憎慠懲戴揄搜摒敖晴朗望杖歹殺流滛滋漢瀞煮瞧爵犯猪瑱甆画瘝瘟益盛直睊着磌窱節类絛\
    練缾者荒華蝹襁覆視調諸請謁諾諭謹變贈輸遲醙鉶陼難靖韛響頋頻鬒龜𢡊𢡄𣏕㮝䀘䀹𥉉𥳐𧻓齃龎\
";

/// Whether a text may contain white space, an invisible character or a full-width character. Most texts do not.
fn is_suspicious(raw: &str) -> bool {
    bytes::has(raw, bytes::TO_TIDY)
}

/// The non-breaking space, which texts copied from web pages contain.
const NBSP: char = '\u{a0}';

/// Converts full-width ASCII (U+FF01–FF5E) to half-width. Other characters stay, also the ideographic full stop (。): it is
/// no decimal point, so that `15。5` remains a fault that the user corrects.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
        other => other,
    }
}

/// White space, including the non-breaking space.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c == NBSP
}

/// Whether a character is a hyphen, a dash or a minus sign of any width.
pub fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{2500}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
    )
}

const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '‘' | '’' | '`')
}

/// Characters that show nothing, which texts copied from web pages and chats contain: zero-width and bidirectional controls,
/// variation selectors, fillers and tags.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn every_tidied_character_is_suspicious() {
        let tidied = |c: char| is_space(c) || is_invisible(c) || half_width(c) != c;
        for c in (char::MIN..=char::MAX).filter(|c| tidied(*c)) {
            assert!(is_suspicious(c.encode_utf8(&mut [0; 4])), "{c:?}");
        }
    }

    #[rstest]
    #[case(" 示例县教育局\u{a0}", "示例县教育局")]
    #[case("\u{3000}示例 县\u{200b}教育局\n", "示例 县教育局")]
    #[case("示例县\n教育局", "示例县\n教育局")]
    #[case("\u{2067}示例县\u{2069}教育局", "示例县教育局")]
    #[case("示例\u{e0100}县\u{fe0f}\u{3164}教育局\u{115f}\u{1160}\u{ffa0}", "示例县教育局")]
    #[case("示\u{180e}例\u{34f}县\u{61c}教育局", "示例县教育局")]
    fn text_is_tidied(#[case] raw: &str, #[case] tidy: &str) {
        assert_eq!(text(raw).as_deref().unwrap_or(raw), tidy);
    }

    #[test]
    fn tidy_text_stays_unchanged() {
        for clean in ["示例县教育局", "县级", "11320106MB3FQEFLCG", "13812345678", "240.5", "第一 小学"] {
            assert_eq!(text(clean), None);
            assert_eq!(number(clean, "%"), compact(clean));
        }
        assert_eq!(compact("县级"), None);
        assert_eq!(credit_code("11320106MB3FQEFLCG"), None);
        assert_eq!(mobile("13812345678"), None);
    }

    #[rstest]
    #[case("１３２２４４３１９８９", "13224431989")]
    #[case("138 1234 5678", "13812345678")]
    #[case("138-1234-5678", "13812345678")]
    #[case("+86 13812345678", "13812345678")]
    #[case("1.38E+10", "1.38E+10")]
    #[case("138–1234—5678", "13812345678")]
    #[case("138－1234‐5678", "13812345678")]
    #[case("138‑1234−5678", "13812345678")]
    #[case("8613812345678", "13812345678")]
    #[case("008613812345678", "13812345678")]
    #[case("0086 138 1234 5678", "13812345678")]
    #[case("+86-13812345678", "13812345678")]
    #[case("（+86）13812345678", "13812345678")]
    #[case("(86) 13812345678", "13812345678")]
    #[case("'13812345678", "13812345678")]
    #[case("‘13812345678", "13812345678")]
    #[case("13812345678.0", "13812345678")]
    #[case("13,812,345,678", "13812345678")]
    #[case("8,613,812,345,678.00", "13812345678")]
    #[case("13812345678.5", "13812345678.5")]
    #[case("13812345678,13912345678", "13812345678,13912345678")]
    #[case("86123456", "86123456")]
    #[case("86021234567", "86021234567")]
    fn mobile_numbers_are_tidied(#[case] raw: &str, #[case] tidy: &str) {
        assert_eq!(mobile(raw).as_deref().unwrap_or(raw), tidy);
    }

    #[rstest]
    #[case("11320106mb3fqeflcg", "11320106MB3FQEFLCG")]
    #[case("１１320106-MB3FQEFLC-G ", "11320106MB3FQEFLCG")]
    #[case("'11320106MB3FQEFLCG", "11320106MB3FQEFLCG")]
    #[case("11320106—MB3FQEFLC–G", "11320106MB3FQEFLCG")]
    fn credit_codes_are_tidied(#[case] raw: &str, #[case] tidy: &str) {
        assert_eq!(credit_code(raw).as_deref().unwrap_or(raw), tidy);
    }

    #[rstest]
    #[case("１５％", "%", "15")]
    #[case("1，234．5 万元", "万元", "1,234.5")]
    #[case("5000元", "万元", "5000元")]
    #[case("15。5", "%", "15。5")]
    fn numbers_are_tidied(#[case] raw: &str, #[case] sign: &str, #[case] tidy: &str) {
        assert_eq!(number(raw, sign).as_deref().unwrap_or(raw), tidy);
    }

    #[rstest]
    #[case("示例县(本级)", "示例县（本级）")]
    #[case("示例县﹝本级〕", "示例县〔本级﹞")]
    #[case("示例县 第一小学", "示例县第一小学\u{3000}")]
    #[case("示例县ＡＢ１２厂", "示例县AB12厂")]
    #[case("买买提·艾力饭店", "买买提•艾力饭店")]
    #[case("阿依古丽・餐厅", "阿依古丽‧餐厅")]
    #[case("示例—样板小学", "示例－样板小学")]
    #[case("示例县⽂化局", "示例县文化局")]
    #[case("示例县\u{f941}局", "示例县論局")]
    #[case("示例Ⅱ期", "示例II期")]
    fn names_that_look_alike_are_the_same(#[case] one: &str, #[case] other: &str) {
        assert_eq!(same_name(one), same_name(other));
        assert_eq!(same_name(&same_name(one)), same_name(one));
    }

    #[rstest]
    #[case("示例县第一小学", "示例县第二小学")]
    #[case("示例县一小", "示例县-小")]
    #[case("示例县（本级）", "示例县本级")]
    #[case("示例县ab厂", "示例县AB厂")]
    fn names_that_differ_are_not_the_same(#[case] one: &str, #[case] other: &str) {
        assert_ne!(same_name(one), same_name(other));
    }

    #[test]
    fn a_name_without_variants_is_its_own_form() {
        for name in ["示例县教育局", "示例县（本级）", "买买提·艾力饭店", "A-B"] {
            assert!(matches!(same_name(name), Cow::Borrowed(same) if same == name), "{name}");
        }
    }
}
