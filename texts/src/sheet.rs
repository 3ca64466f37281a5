//! Texts inside the templates. They are Chinese in both languages of the user interface, because the sheet is Chinese.

use domain::Template;

/// The instructions (填报说明) in row 2 of the sheet.
pub const fn notes(template: Template) -> &'static str {
    match template {
        Template::Units => {
            "填报说明：\n\
             1. 从第 4 行起，一行填一个单位；带 * 的列必填。请保持表头和单元格格式不变，自制的表格无法导入。\n\
             2. 预算单位名称和上级预算单位名称都填全称；上级预算单位可以是本单位、已有的下级单位，或本表中的另一行。\n\
             3. 统一信用代码 18 位，不含字母 I、O、S、V、Z；手机号码 11 位，用来接收账号短信，请仔细核对。\n\
             4. 行政级次、预算级次请从下拉列表中选。\n\
             5. 采购总额以万元为单位，最多 4 位小数；预留比例只填数字，如 15，不低于 10；预留份额可以不填，填了就应等于总额 × 比例。"
        }
        Template::Purchasers => {
            "填报说明：\n\
             1. 从第 4 行起，一行填一个采购人；带 * 的列必填。请保持表头和单元格格式不变，自制的表格无法导入。\n\
             2. 采购人名称填全称；同一个统一信用代码下可以有几个采购人（如食堂、工会），名称不能相同。\n\
             3. 统一信用代码 18 位，不含字母 I、O、S、V、Z；手机号码 11 位，用来接收账号短信，请仔细核对。\n\
             4. 采购人类型请从下拉列表中选；所属预算单位填全称，不填就是本单位。"
        }
    }
}

/// The title of the error message that the spreadsheet program shows for a value outside a column's list.
pub const LIST_TITLE: &str = "请从下拉列表中选";
/// The text of that error message.
pub const LIST_HELP: &str = "这一列只能填下拉列表中的值。";
