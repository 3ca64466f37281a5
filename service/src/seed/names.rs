//! Names and levels of the finance departments of divisions.

use domain::AdminLevel;

/// 行政级次 by GB/T 2260 code: `320000` is a province, `320100` a city, anything finer a county, also if it is
/// directly below a province or a municipality.
pub(super) fn admin_level(code: &str) -> AdminLevel {
    match (code.get(2..4), code.get(4..6)) {
        (Some("00"), Some("00")) => AdminLevel::Province,
        (_, Some("00")) => AdminLevel::City,
        _ => AdminLevel::County,
    }
}

/// The full name of its finance department (财政厅 of a province, 财政局 of all others). Districts (区) share their names
/// all over the country, so they are named with their city; counties, banners and county-level cities are unique.
pub(super) fn finance_department(code: &str, division: &str, superior: Option<&str>) -> String {
    let level = admin_level(code);
    let office = if level == AdminLevel::Province && !division.ends_with('市') { "财政厅" } else { "财政局" };
    let district = level == AdminLevel::County && division.ends_with('区');
    let city = superior.filter(|superior| district && !superior.ends_with('省'));
    format!("{}{division}{office}", city.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::divisions;
    use rstest::rstest;
    use std::collections::{HashMap, HashSet};

    #[rstest]
    #[case("110000", "北京市财政局", AdminLevel::Province)]
    #[case("110101", "北京市东城区财政局", AdminLevel::County)]
    #[case("120116", "天津市滨海新区财政局", AdminLevel::County)]
    #[case("150000", "内蒙古自治区财政厅", AdminLevel::Province)]
    #[case("152500", "锡林郭勒盟财政局", AdminLevel::City)]
    #[case("150207", "包头市九原区财政局", AdminLevel::County)]
    #[case("150722", "莫力达瓦达斡尔族自治旗财政局", AdminLevel::County)]
    #[case("130107", "石家庄市井陉矿区财政局", AdminLevel::County)]
    #[case("140302", "阳泉市城区财政局", AdminLevel::County)]
    #[case("222400", "延边朝鲜族自治州财政局", AdminLevel::City)]
    #[case("232700", "大兴安岭地区财政局", AdminLevel::City)]
    #[case("320000", "江苏省财政厅", AdminLevel::Province)]
    #[case("320100", "南京市财政局", AdminLevel::City)]
    #[case("320106", "南京市鼓楼区财政局", AdminLevel::County)]
    #[case("320381", "新沂市财政局", AdminLevel::County)]
    #[case("419001", "济源市财政局", AdminLevel::County)]
    #[case("429021", "神农架林区财政局", AdminLevel::County)]
    #[case("441900", "东莞市财政局", AdminLevel::City)]
    #[case("469027", "乐东黎族自治县财政局", AdminLevel::County)]
    #[case("500229", "城口县财政局", AdminLevel::County)]
    #[case("500240", "石柱土家族自治县财政局", AdminLevel::County)]
    #[case("520203", "六盘水市六枝特区财政局", AdminLevel::County)]
    #[case("542500", "阿里地区财政局", AdminLevel::City)]
    #[case("620200", "嘉峪关市财政局", AdminLevel::City)]
    #[case("650000", "新疆维吾尔自治区财政厅", AdminLevel::Province)]
    #[case("659001", "石河子市财政局", AdminLevel::County)]
    fn names(#[case] code: &str, #[case] name: &str, #[case] level: AdminLevel) {
        let all: HashMap<_, _> = divisions().map(|division| (division.code, division)).collect();
        let division = &all[code];
        let superior = division.superior.map(|code| all[code].name);
        assert_eq!(finance_department(code, division.name, superior), name);
        assert_eq!(admin_level(code), level);
    }

    #[test]
    fn every_name_is_unique_and_every_superior_comes_first() {
        let mut seen = HashMap::new();
        let mut names = HashSet::new();
        for division in divisions() {
            let superior = division.superior.map(|code| seen[code]);
            let name = finance_department(division.code, division.name, superior);
            assert!(names.insert(name.clone()), "{name} twice");
            seen.insert(division.code, division.name);
        }
        assert_eq!(names.len(), 3_210);
    }
}
