//! The messages of findings, refusals and problems: what is wrong, then what to do. The message of a finding is shown in a
//! narrow cell and ends without a full stop. Refusals and problems are sentences.

use crate::Lang;
use domain::{
    Code, Detail, Excess, Finding, Money, Problem, Refusal, Template,
    account::{AccountState, Portal},
    import_batch::FindingSummary,
    password::{self, PolicyFault},
    schema::{HEADER_ROW, Kind, cell_name, letter},
    unit::MAX_DEPTH,
};

texts! {
    check_rows(rows: usize): format!("共 {rows} 行"), format!("{rows} {}", if rows == 1 { "row" } else { "rows" });
    check_clean: "没有发现问题", "no problems found";
    check_count(errors: usize, warnings: usize): format!("{errors} 处错误，{warnings} 处提醒"),
        format!("{errors} {}, {warnings} {}", if errors == 1 { "error" } else { "errors" },
            if warnings == 1 { "warning" } else { "warnings" });
    check_perhaps(value: &str): format!("（可能是 {value}）"), format!(" (did you mean {value}?)");
    check_refused: "不能导入", "Cannot be imported";
    hidden_rows(rows: u32): format!("有 {rows} 行被隐藏或筛掉，也会导入；不要导入的，请在表格中删去后重新选择文件。"),
        format!("{rows} {} hidden or filtered out. They are imported too. To leave rows out, delete them in the sheet and choose the file again.",
            if rows == 1 { "row is" } else { "rows are" });
}

impl Lang {
    /// The text in this language.
    pub(crate) const fn of(self, zh: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// The title of a finding code in a few words, for summaries: 统一信用代码校验不符.
    pub const fn finding_title(self, code: Code) -> &'static str {
        match code {
            Code::Required => self.of("必填的单元格没有填", "Required cell is empty"),
            Code::CellError => self.of("单元格是错误值", "Cell shows an error value"),
            Code::FormulaWithoutValue => self.of("公式没有计算结果", "Formula without a result"),
            Code::FormulaAsText => self.of("填成了公式或图片", "Formula or picture instead of text"),
            Code::DigitsLost => {
                self.of("数字超过 15 位，后几位已丢失", "Number of more than 15 digits has lost digits")
            }
            Code::MergedCell => self.of("与其他单元格合并", "Merged with other cells"),
            Code::TooShort => self.of("文字过短", "Text too short"),
            Code::TooLong => self.of("文字过长", "Text too long"),
            Code::BadCharacters => self.of("有换行或乱码", "Line breaks or garbled characters"),
            Code::PrivateUseCharacter => self.of("有自造字", "Private-use character"),
            Code::CreditCodeLength => self.of("统一信用代码不是 18 位", "Credit code does not have 18 characters"),
            Code::CreditCodeCharset => {
                self.of("统一信用代码中有不会出现的字符", "Credit code with an impossible character")
            }
            Code::CreditCodeCheck => self.of("统一信用代码校验不符", "Credit code check character is wrong"),
            Code::MobileFormat => self.of("手机号码有误", "Mobile number is wrong"),
            Code::NotInList => self.of("不是下拉列表中的值", "Value is not in the list"),
            Code::NumberFormat => self.of("数字填写有误", "Number is wrong"),
            Code::NumberRange => self.of("数字超出范围", "Number out of range"),
            Code::ShareMismatch => self.of("预留份额与总额、比例不符", "Reserved share does not match total and ratio"),
            Code::DuplicateCode => self.of("统一信用代码重复", "Duplicate credit code"),
            Code::DuplicateName => self.of("名称重复", "Duplicate name"),
            Code::SuperiorCycle => self.of("上下级关系成环", "Superiors form a loop"),
            Code::TooDeep => self.of("上下级层数过多", "Too many levels"),
            Code::SuperiorSelf => self.of("上级填成了本单位", "Unit is its own superior"),
            Code::RatioBelowPolicy => self.of("预留比例低于 10%", "Reserved ratio below 10%"),
            Code::SuperiorUnknown => self.of("没有这个预算单位", "Unit not found"),
            Code::SuperiorAmbiguous => self.of("预算单位有重名", "Several units have this name"),
            Code::SuperiorOutOfScope => self.of("预算单位不在管辖范围内", "Unit outside your subtree"),
            Code::CodeTaken => self.of("统一信用代码已被使用", "Credit code already in use"),
            Code::NameExists => self.of("已有同名的单位", "A unit with this name exists"),
            Code::LevelConflict => self.of("行政级次高于上级", "Level is above the superior unit's"),
            Code::SameMobile => self.of("多行是同一个手机号码", "Many rows with one mobile number"),
            Code::Normalized => self.of("已自动整理", "Tidied"),
            Code::HiddenRows => self.of("有隐藏或筛掉的行，也会导入", "Hidden rows, imported too"),
            Code::HiddenColumns => self.of("有隐藏的列，也会导入", "Hidden columns, imported too"),
            Code::Unchanged => self.of("已存在，没有变化", "Exists, no changes"),
            Code::Update => self.of("已存在，将更新", "Exists, will be updated"),
        }
    }

    /// The message of a finding at a form field. It starts with a capital letter.
    pub fn finding_at_field(self, template: Template, finding: &Finding) -> String {
        capitalised(self.finding(template, finding))
    }

    /// The message of a finding at a cell: what is wrong, then what to do. The page shows the name of the cell before it.
    pub fn finding(self, template: Template, finding: &Finding) -> String {
        let kind = template.columns().get(usize::from(finding.column)).map_or(Kind::Remark, |column| column.kind);
        match finding.code {
            Code::Required if matches!(kind, Kind::List(_)) => {
                self.of("没有填，请从下拉列表中选", "empty: select a value from the list").to_owned()
            }
            Code::Required => self.of("没有填，这一格必填", "empty: this cell is required").to_owned(),
            Code::CellError => self.cell_error(&finding.detail),
            Code::FormulaWithoutValue => self
                .of(
                    "公式没有计算结果，请用 WPS 或 Excel 打开表格，保存后重新上传",
                    "formula without a result: open the sheet in WPS or Excel, save it and upload it again",
                )
                .to_owned(),
            Code::FormulaAsText => self
                .of("是公式或图片，不是文字，请直接填写文字", "a formula or a picture instead of text: type the text itself")
                .to_owned(),
            Code::DigitsLost => self
                .of(
                    "数字只能保留 15 位，后几位已丢失，请把单元格设为文本格式，重新填写",
                    "numbers keep only 15 digits, the last ones are lost: set the cell to text format and enter it again",
                )
                .to_owned(),
            Code::MergedCell => self
                .of("与其他单元格合并了，请取消合并，每行都填", "merged with other cells: unmerge them and fill in every row")
                .to_owned(),
            Code::TooShort => self.too_short(kind, &finding.detail),
            Code::TooLong => self.too_long(kind, &finding.detail),
            Code::BadCharacters => self.bad_characters(&finding.detail),
            Code::PrivateUseCharacter => self.private_use_character(&finding.detail),
            Code::CreditCodeLength => self.credit_code_length(&finding.detail),
            Code::CreditCodeCharset => self.credit_code_charset(&finding.detail),
            Code::CreditCodeCheck => self
                .of(
                    "校验不符，18 位中有抄错的，请对照登记证书",
                    "check character is wrong: compare all 18 characters with the registration certificate",
                )
                .to_owned(),
            Code::MobileFormat => self.mobile_format(&finding.detail),
            Code::NotInList => self
                .of("不是可选的值，请从下拉列表中选", "not in the list: select a value from the list")
                .to_owned(),
            Code::NumberFormat => self.with_stored_number(&finding.detail, self.number_format(kind)),
            Code::NumberRange => self.with_stored_number(&finding.detail, self.number_range(kind)),
            Code::ShareMismatch => self.share_mismatch(&finding.detail),
            Code::SameMobile => self.same_mobile(&finding.detail),
            Code::DuplicateCode => match self {
                Self::Zh => format!("与{}的代码相同，每个单位只填一行，请核对", self.other_rows(&finding.detail)),
                Self::En => format!("same code as {}: enter each unit only once", self.other_rows(&finding.detail)),
            },
            Code::DuplicateName => match self {
                Self::Zh => format!("与{}的名称相同，请改成全称或删去一行", self.other_rows(&finding.detail)),
                Self::En => format!(
                    "same name as {}: enter full names or delete one row",
                    self.other_rows(&finding.detail)
                ),
            },
            Code::SuperiorCycle => match self {
                Self::Zh => format!("与{}互为上下级，绕成了一圈，请改正其中一行", self.other_rows(&finding.detail)),
                Self::En => format!("forms a loop with {}: correct one of these rows", self.other_rows(&finding.detail)),
            },
            Code::TooDeep => match self {
                Self::Zh => format!("上下级超过了 {MAX_DEPTH} 层，请核对上级单位"),
                Self::En => format!("more than {MAX_DEPTH} levels of units below each other: check the superior"),
            },
            Code::SuperiorSelf => self
                .of("上级不能是本单位，请填直接上级的全称", "cannot be the unit itself: enter the full name of the direct superior")
                .to_owned(),
            Code::RatioBelowPolicy => {
                self.of("低于 10% 的政策下限，请确认", "below the policy minimum of 10%: confirm that this is right").to_owned()
            }
            Code::SuperiorUnknown => self.of("没有这个单位，请填全称", "unit not found: enter its full name").to_owned(),
            Code::SuperiorAmbiguous => self
                .of(
                    "有几个单位都叫这个名称，无法确定是哪一个，请先在预算单位管理中改名区分",
                    "several units have this name: rename them under Manage units first",
                )
                .to_owned(),
            Code::SuperiorOutOfScope => self
                .of(
                    "不在本单位管辖范围内，请填本单位或下级单位的全称",
                    "not in your subtree: enter the full name of your unit or a unit below it",
                )
                .to_owned(),
            Code::CodeTaken if template == Template::Purchasers => self
                .of(
                    "这个代码下同名的采购人已由其他单位登记，请核对名称，无误请联系平台运维",
                    "another unit has registered a purchaser with this code and name: check the name. If it is right, contact the platform operator",
                )
                .to_owned(),
            Code::CodeTaken => self
                .of(
                    "这个代码已属于其他单位，请对照登记证书，无误请提出代码争议",
                    "this code belongs to another unit: compare it with the registration certificate. If it is right, file a code dispute",
                )
                .to_owned(),
            Code::NameExists => self.name_exists(&finding.detail),
            Code::LevelConflict => {
                self.of("行政级次高于上级单位，请核对", "level is above the superior unit's: check it").to_owned()
            }
            Code::Normalized => self.normalized(&finding.detail),
            Code::HiddenRows => self
                .of(
                    "有隐藏或筛掉的行，也会导入；不要导入的，请在表格中删去",
                    "hidden rows, imported too: delete the rows that you do not want to import",
                )
                .to_owned(),
            Code::HiddenColumns => self
                .of("有隐藏的列，也会导入，请取消隐藏，核对内容", "hidden columns, imported too: show and check them")
                .to_owned(),
            Code::Unchanged => self.of("已存在，没有变化", "exists, no changes").to_owned(),
            Code::Update => self.changed(&finding.detail, ("将更新", "will be updated"), ("将改为", "will become")),
        }
    }

    /// The message of a finding on a whole file, as sentences.
    pub fn file_finding(self, template: Template, found: &FindingSummary) -> String {
        match found.code {
            Code::HiddenRows => self.hidden_rows(found.count),
            Code::HiddenColumns => self.hidden_columns(template, &found.columns),
            code => self.finding_title(code).to_owned(),
        }
    }

    fn hidden_columns(self, template: Template, columns: &[u8]) -> String {
        let named = |column: &u8| {
            let (letter, label) = (letter(*column), self.column_label(template, *column));
            match self {
                Self::Zh => format!("{letter} 列“{label}”"),
                Self::En => format!("{letter} ({label})"),
            }
        };
        let named: Vec<String> = columns.iter().map(named).collect();
        match (self, named.len()) {
            (Self::Zh, _) => format!("{}被隐藏，也会导入；请取消隐藏，核对内容后再导入。", named.join("、")),
            (Self::En, 1) => {
                format!("Column {} is hidden. It is imported too. Show it and check its content.", named.concat())
            }
            (Self::En, _) => {
                format!(
                    "Columns {} are hidden. They are imported too. Show them and check their content.",
                    named.join(", ")
                )
            }
        }
    }

    fn cell_error(self, detail: &Detail) -> String {
        match (self, detail) {
            (Self::Zh, Detail::Value(error)) => format!("是错误值 {error}，请改正公式，或直接填写内容"),
            (Self::En, Detail::Value(error)) => {
                format!("error value {error}: correct the formula, or type the content")
            }
            (Self::Zh, _) => "是错误值，请改正公式，或直接填写内容".to_owned(),
            (Self::En, _) => "error value: correct the formula, or type the content".to_owned(),
        }
    }

    fn private_use_character(self, detail: &Detail) -> String {
        match (self, detail) {
            (Self::Zh, Detail::CharAt { place, .. }) => {
                format!("第 {place} 个字是自造字，别的电脑上可能显示不出来，请核对或换成通用的字")
            }
            (Self::En, Detail::CharAt { place, .. }) => format!(
                "character {place} is a private-use character that other computers may not show: check it or replace it"
            ),
            (Self::Zh, _) => "有自造字，别的电脑上可能显示不出来，请核对或换成通用的字".to_owned(),
            (Self::En, _) => {
                "private-use character that other computers may not show: check it or replace it".to_owned()
            }
        }
    }

    /// What a number must be, after the number that the cell stores: it may show fewer digits.
    fn with_stored_number(self, detail: &Detail, rule: &str) -> String {
        match (self, detail) {
            (Self::Zh, Detail::Value(stored)) => format!("单元格中的数是 {stored}，{rule}"),
            (Self::En, Detail::Value(stored)) => format!("the cell has the number {stored}: {rule}"),
            _ => rule.to_owned(),
        }
    }

    fn normalized(self, detail: &Detail) -> String {
        match (self, detail) {
            (Self::Zh, Detail::Merged(value)) => format!("单元格已合并，这一行也按“{value}”导入"),
            (Self::En, Detail::Merged(value)) => format!("merged cell, “{value}” counts for this row too"),
            _ => self.changed(detail, ("已自动整理", "tidied"), ("整理为", "tidied to")),
        }
    }

    fn too_short(self, kind: Kind, detail: &Detail) -> String {
        match (self, detail) {
            (Self::Zh, Detail::Length(n)) => format!("只有 {n} 个字，请填全称"),
            (Self::En, Detail::Length(n)) => {
                format!("only {n} {}: enter the full name", if *n == 1 { "character" } else { "characters" })
            }
            _ => self.length(kind),
        }
    }

    fn too_long(self, kind: Kind, detail: &Detail) -> String {
        let (_, most) = kind.length().unwrap_or_default();
        match (self, detail) {
            (Self::Zh, Detail::Length(n)) => format!("有 {n} 个字，最多 {most} 个，请缩短"),
            (Self::En, Detail::Length(n)) => format!("{n} characters, maximum {most}: shorten it"),
            _ => self.length(kind),
        }
    }

    /// The lengths that a column allows.
    fn length(self, kind: Kind) -> String {
        let (least, most) = kind.length().unwrap_or_default();
        match self {
            Self::Zh => format!("请填 {least}–{most} 个字"),
            Self::En => format!("enter {least}–{most} characters"),
        }
    }

    fn bad_characters(self, detail: &Detail) -> String {
        match (self, detail) {
            (Self::Zh, Detail::CharAt { place, found: '\t' }) => format!("第 {place} 个字处有制表符，请删去"),
            (Self::En, Detail::CharAt { place, found: '\t' }) => format!("tab at character {place}: delete it"),
            (Self::Zh, Detail::CharAt { place, found: '\n' | '\r' | '\u{2028}' | '\u{2029}' }) => {
                format!("第 {place} 个字处有换行，请写成一行")
            }
            (Self::En, Detail::CharAt { place, found: '\n' | '\r' | '\u{2028}' | '\u{2029}' }) => {
                format!("line break at character {place}: enter the text on one line")
            }
            (Self::Zh, Detail::CharAt { place, .. }) => format!("第 {place} 个字是乱码，请重新输入"),
            (Self::En, Detail::CharAt { place, .. }) => format!("character {place} is garbled: enter it again"),
            (Self::Zh, _) => "有换行或乱码，请重新输入".to_owned(),
            (Self::En, _) => "line breaks or garbled characters: enter the text again".to_owned(),
        }
    }

    fn credit_code_length(self, detail: &Detail) -> String {
        match (self, detail) {
            (Self::Zh, Detail::Length(n)) => format!("有 {n} 位，应为 18 位，请对照登记证书"),
            (Self::En, Detail::Length(n)) => {
                format!("{n} characters instead of 18: compare it with the registration certificate")
            }
            (Self::Zh, _) => "应为 18 位，请对照登记证书".to_owned(),
            (Self::En, _) => "must have 18 characters: compare it with the registration certificate".to_owned(),
        }
    }

    fn credit_code_charset(self, detail: &Detail) -> String {
        let Detail::CharAt { place, found } = detail else {
            return self
                .of(
                    "有代码中不会出现的字符，请对照登记证书",
                    "contains an impossible character: compare it with the registration certificate",
                )
                .to_owned();
        };
        match (self, found) {
            (Self::Zh, 'I' | 'O' | 'S' | 'V' | 'Z') => {
                format!("第 {place} 位是字母 {found}，代码中没有字母 I、O、S、V、Z，请对照登记证书")
            }
            (Self::En, 'I' | 'O' | 'S' | 'V' | 'Z') => {
                format!(
                    "character {place} is the letter {found}. Codes never contain I, O, S, V or Z: compare it with the registration certificate"
                )
            }
            (Self::Zh, 'A'..='Z') => format!("第 {place} 位是字母 {found}，第 3–8 位只能是数字，请对照登记证书"),
            (Self::En, 'A'..='Z') => {
                format!(
                    "character {place} is the letter {found}. Characters 3–8 must be digits: compare it with the registration certificate"
                )
            }
            (Self::Zh, _) => format!("第 {place} 位是“{found}”，代码中只有数字和大写字母，请对照登记证书"),
            (Self::En, _) => {
                format!(
                    "character {place} is “{found}”. Codes contain digits and capital letters only: compare it with the registration certificate"
                )
            }
        }
    }

    fn mobile_format(self, detail: &Detail) -> String {
        match (self, detail) {
            (Self::Zh, Detail::Length(11)) => "不是手机号码，应以 13–19 开头，请核对".to_owned(),
            (Self::En, Detail::Length(11)) => "not a mobile number: it must start with 13–19. Check it".to_owned(),
            (Self::Zh, Detail::Length(n)) => format!("有 {n} 位，应为 11 位，请核对"),
            (Self::En, Detail::Length(n)) => format!("{n} digits instead of 11: check it"),
            (Self::Zh, _) => "不是手机号码，请填 11 位数字".to_owned(),
            (Self::En, _) => "not a mobile number: enter 11 digits".to_owned(),
        }
    }

    const fn number_format(self, kind: Kind) -> &'static str {
        match kind {
            Kind::Ratio => self.of(
                "应为数字，最多 2 位小数，如 15 或 15.5",
                "enter a number with up to 2 decimal places, such as 15.5",
            ),
            Kind::Share => self.of("应为数字，以万元为单位，如 36.5", "enter a number in 10k yuan, such as 36.5"),
            _ => self.of(
                "应为数字，以万元为单位，最多 4 位小数，如 86.5",
                "enter a number in 10k yuan with up to 4 decimal places, such as 86.5",
            ),
        }
    }

    const fn number_range(self, kind: Kind) -> &'static str {
        match kind {
            Kind::Ratio => self.of("应在 0 到 100 之间，请核对", "must be between 0 and 100: check it"),
            _ => self.of(
                "不能小于 0 或大于 1 亿万元，请核对是否以万元为单位",
                "must be between 0 and 100 million: check that the unit is 10k yuan",
            ),
        }
    }

    fn share_mismatch(self, detail: &Detail) -> String {
        match (self, detail) {
            (Self::Zh, Detail::Expected(share)) => format!("按总额和比例应为 {share}，请核对这三格，或留空"),
            (Self::En, Detail::Expected(share)) => {
                format!("total × ratio is {share}: check the three cells, or leave this one empty")
            }
            (Self::Zh, _) => "与总额 × 比例不符，请核对这三格，或留空".to_owned(),
            (Self::En, _) => "does not equal total × ratio: check the three cells, or leave this one empty".to_owned(),
        }
    }

    fn name_exists(self, detail: &Detail) -> String {
        match (self, detail) {
            (Self::Zh, Detail::Expected(code)) => format!(
                "已有同名的单位，代码是 {code}：如果是同一个单位，请按它填代码，要改代码请到预算单位管理；不是同一个，请改用能区分的全称"
            ),
            (Self::Zh, _) => {
                "同一上级下已有同名的单位：请改用能区分的全称；要改那个单位的资料，请在列表中编辑它".to_owned()
            }
            (Self::En, Detail::Expected(code)) => format!(
                "a unit with this name exists, with the code {code}. If it is the same unit, enter that code, or change the \
                 code under Manage units. If it is another unit, enter a full name that distinguishes them"
            ),
            (Self::En, _) => {
                "the superior unit already has a unit with this name. Enter a full name that distinguishes \
                              them. To change the existing unit, edit it in the list"
                    .to_owned()
            }
        }
    }

    fn same_mobile(self, detail: &Detail) -> String {
        match (self, detail) {
            (Self::Zh, Detail::Count(rows)) => {
                format!("共有 {rows} 行是这个手机号码，请核对；账号短信会分批发送，要等较长时间")
            }
            (Self::En, Detail::Count(rows)) => {
                format!(
                    "{rows} rows have this mobile number: check it. Their SMS are sent little by little and take long"
                )
            }
            (Self::Zh, _) => "有多行是这个手机号码，请核对；账号短信会分批发送，要等较长时间".to_owned(),
            (Self::En, _) => {
                "many rows have this mobile number: check it. Their SMS are sent little by little and take long"
                    .to_owned()
            }
        }
    }

    /// A mobile number that gets no further SMS for some time.
    fn sms_limit(self, minutes: u32) -> String {
        let (hours, in_hours) = (minutes.div_ceil(60), minutes > 90);
        match self {
            Self::Zh if in_hours => {
                format!("这个手机号码近期的短信已达上限，没有执行。请约 {hours} 小时后再试，或先核对联系人手机号码。")
            }
            Self::Zh => format!("这个手机号码近期的短信已达上限，没有执行。请 {minutes} 分钟后再试。"),
            Self::En if in_hours => format!(
                "This mobile number has received as many SMS as allowed, so nothing was done. Try again in about {hours} hours, or check the contact mobile number first."
            ),
            Self::En => format!(
                "This mobile number has received as many SMS as allowed, so nothing was done. Try again in {minutes} {}.",
                if minutes == 1 { "minute" } else { "minutes" }
            ),
        }
    }

    /// The other rows of a finding: 第 5、9 行.
    fn other_rows(self, detail: &Detail) -> String {
        /// Maximum number of rows in the message. A cell has little space.
        const NAMED: usize = 3;
        let rows = if let Detail::Rows(rows) = detail { rows.as_slice() } else { &[] };
        let named: Vec<String> = rows.iter().take(NAMED).map(u32::to_string).collect();
        match (self, named.len(), rows.len() > named.len()) {
            (Self::Zh, 0, _) => "其他行".to_owned(),
            (Self::Zh, _, more) => format!("第 {}{} 行", named.join("、"), if more { " 等" } else { "" }),
            (Self::En, 0, _) => "another row".to_owned(),
            (Self::En, 1, _) => format!("row {}", named.concat()),
            (Self::En, _, more) => format!("rows {}{}", named.join(", "), if more { " …" } else { "" }),
        }
    }

    fn changed(
        self,
        detail: &Detail,
        bare: (&'static str, &'static str),
        verb: (&'static str, &'static str),
    ) -> String {
        match (self, detail) {
            (Self::Zh, Detail::Change { from, to }) => format!("原为“{from}”，{}“{to}”", verb.0),
            (Self::En, Detail::Change { from, to }) => format!("was “{from}”, {} “{to}”", verb.1),
            _ => self.of(bare.0, bare.1).to_owned(),
        }
    }

    /// The message of a refusal: why the file is refused, then what to do.
    pub fn refusal(self, refusal: &Refusal) -> String {
        match refusal {
            Refusal::NotASpreadsheet => self
                .of(
                    "这不是 .xls 或 .xlsx 表格，改扩展名不能改变格式。请下载模板，用 WPS 或 Excel 填写后保存。",
                    "This is not an .xls or .xlsx spreadsheet. Changing the file extension does not change the format. Download the template, fill it in with WPS or Excel and save it.",
                )
                .to_owned(),
            Refusal::Encrypted => self
                .of(
                    "表格设了打开密码，无法读取。请在 WPS 或 Excel 中取消密码，保存后重新选择。",
                    "The file is protected with a password and cannot be read. Remove the password in WPS or Excel, save the file and choose it again.",
                )
                .to_owned(),
            Refusal::Damaged => self
                .of(
                    "文件不完整或已损坏。请用 WPS 或 Excel 打开看看，另存一份后重新选择；打不开就重新下载或拷贝。",
                    "The file is incomplete or damaged. Open it in WPS or Excel, save a copy and choose the copy. If it does not open, download or copy the file again.",
                )
                .to_owned(),
            Refusal::WrongTemplate { found } => self.wrong_template(*found),
            Refusal::AlteredHeader { column, expected, found } => self.altered_header(*column, expected, found),
            Refusal::Empty => self
                .of(
                    "表格中没有数据。请从第 4 行起填写，每个单位一行，保存后重新选择。",
                    "The sheet has no data. Fill it in from row 4, one unit per row, save it and choose it again.",
                )
                .to_owned(),
            Refusal::SeveralSheets => self
                .of(
                    "文件中有几张填了数据的工作表，一次只能导入一张。请把数据合到一张表里，或把其余的工作表另存成文件，分别导入。",
                    "The file has several sheets with data, but only one can be imported at a time. Move all rows to one sheet, or save the other sheets as separate files.",
                )
                .to_owned(),
            Refusal::TooManyRows { limit } => match self {
                Self::Zh => format!("超过 {limit} 行。请分成几个文件，分别导入。"),
                Self::En => format!("The file has more than {limit} rows. Split it into several files and import them separately."),
            },
            Refusal::TooLarge(excess) => self.too_large(*excess),
            Refusal::MacroSheet => self
                .of(
                    "文件中没有可读的普通工作表，数据可能在宏表、图表或隐藏的工作表里。请把数据填进下载的模板后重新选择。",
                    "The file has no visible worksheet. The data may be in a macro sheet, a chart or a hidden sheet. Copy it into the downloaded template and choose that file.",
                )
                .to_owned(),
            Refusal::Unreadable => self
                .of(
                    "读取这个文件耗时过长或内容异常，已停止。请把数据复制到新下载的模板中，保存后重新选择。",
                    "Reading this file took too long or its content is abnormal, so it was stopped. Copy the data into a newly downloaded template, save it and choose that file.",
                )
                .to_owned(),
        }
    }

    fn too_large(self, excess: Excess) -> String {
        let (zh, en) = match excess {
            Excess::FileBytes { limit } => {
                (format!("文件超过 {}", mebibytes(limit)), format!("The file is larger than {}", mebibytes(limit)))
            }
            Excess::ContentBytes { limit } => (
                format!("文件解压后超过 {}", mebibytes(limit)),
                format!("The file's unpacked content is larger than {}", mebibytes(limit)),
            ),
            Excess::TextBytes { limit } => (
                format!("文件里的文字超过 {}", mebibytes(limit)),
                format!("The texts in the file are larger than {}", mebibytes(limit)),
            ),
            Excess::Elements => (
                "文件里的单元格、格式等内容太多".to_owned(),
                "The file has too many cells, formats and other content".to_owned(),
            ),
            Excess::Element => (
                "文件里有一处内容太长，或层层嵌套太多".to_owned(),
                "Something in the file is too long or nested too deeply".to_owned(),
            ),
            Excess::CellFormats { limit } => (
                format!("文件里的单元格格式超过 {limit} 种，或有格式太长"),
                format!("The file has more than {limit} cell formats, or one that is too long"),
            ),
            Excess::Sheets { limit } => {
                (format!("文件里可见的工作表超过 {limit} 张"), format!("The file has more than {limit} visible sheets"))
            }
            Excess::Parts { limit } => (
                format!("文件里的图片等附带内容超过 {limit} 个"),
                format!("The file contains more than {limit} pictures and other parts"),
            ),
            Excess::MergedCells { limit } => (
                format!("文件里合并的单元格超过 {limit} 处"),
                format!("The file has more than {limit} groups of merged cells"),
            ),
        };
        match (self, excess) {
            (Self::Zh, Excess::FileBytes { .. } | Excess::TextBytes { .. }) => {
                format!("{zh}。请删去图片、多余的工作表和与填报无关的内容，或分成几个文件，分别导入。")
            }
            (Self::En, Excess::FileBytes { .. } | Excess::TextBytes { .. }) => {
                format!(
                    "{en}. Delete pictures, extra sheets and other content, or split the file and import the parts separately."
                )
            }
            (Self::Zh, _) => format!("{zh}。请把数据复制到新下载的模板中（只粘贴值），保存后重新选择。"),
            (Self::En, _) => {
                format!(
                    "{en}. Copy the data into a newly downloaded template (paste values only), save it and choose that file."
                )
            }
        }
    }

    fn wrong_template(self, found: Option<Template>) -> String {
        match (self, found) {
            (Self::Zh, Some(other)) => format!("这是《{}》，不是这里要的表格。请到对应的导入页面，或重新选择文件。", other.title()),
            (Self::En, Some(other)) => {
                format!("This is a different template, 《{}》. Go to its import page, or choose another file.", other.title())
            }
            (Self::Zh, None) => "这不是下载的模板，自制的表格无法导入。请下载模板，把数据填进去后重新选择。".to_owned(),
            (Self::En, None) => {
                "This is not the downloaded template. Other sheets cannot be imported. Download the template, copy the data into it and choose that file.".to_owned()
            }
        }
    }

    fn altered_header(self, column: u8, expected: &str, found: &str) -> String {
        let cell = cell_name(HEADER_ROW, column);
        match (self, expected.is_empty(), found.is_empty()) {
            (Self::Zh, true, _) => {
                format!("表头有改动：{cell} 多出一列“{found}”。请删去这一列，或把数据复制到新下载的模板中。")
            }
            (Self::En, true, _) => {
                format!(
                    "The header was changed: {cell} has an extra column “{found}”. Delete the column, or copy the data into a newly downloaded template."
                )
            }
            (Self::Zh, false, true) => {
                format!("表头有改动：{cell} 应为“{expected}”，现在是空的。请改回原样，或把数据复制到新下载的模板中。")
            }
            (Self::En, false, true) => {
                format!(
                    "The header was changed: {cell} should be “{expected}” but is empty. Restore it, or copy the data into a newly downloaded template."
                )
            }
            (Self::Zh, false, false) => {
                format!(
                    "表头有改动：{cell} 应为“{expected}”，现在是“{found}”。请改回原样，或把数据复制到新下载的模板中。"
                )
            }
            (Self::En, false, false) => {
                format!(
                    "The header was changed: {cell} should be “{expected}” but is “{found}”. Restore it, or copy the data into a newly downloaded template."
                )
            }
        }
    }

    /// The message of a problem: what is wrong, then what to do.
    pub fn problem(self, problem: &Problem) -> String {
        let text = match problem {
            Problem::NotSignedIn => self.of("登录已失效，请重新登录。", "Your session has ended. Sign in again."),
            Problem::OtherAccount { page, now } => {
                return match self {
                    Self::Zh => format!("这个页面是 {page} 的，现在登录的是 {now}，没有执行。请刷新后再操作。"),
                    Self::En => format!("This page belongs to {page}, but {now} is now signed in. Nothing was done. Reload the page and try again."),
                };
            }
            Problem::SignInFailed => self.of(
                "登录账号或密码不对，请检查大小写后再试。",
                "The login name or password is incorrect. Check upper and lower case and try again.",
            ),
            Problem::SignInThrottled { minutes } => {
                return match self {
                    Self::Zh => format!("尝试次数过多，请 {minutes} 分钟后再试。"),
                    Self::En => format!("Too many attempts. Try again in {minutes} {}.", if *minutes == 1 { "minute" } else { "minutes" }),
                };
            }
            Problem::WrongPortal(Portal::Trading) => self.of(
                "这是交易账号，不能在这里登录，请到采购人交易平台登录。",
                "This is a trading account. Sign in at the Purchaser Trading Portal.",
            ),
            Problem::WrongPortal(Portal::Management) => self.of(
                "这是管理账号，不能在这里登录，请到采购人管理系统登录。",
                "This is a management account. Sign in at the Purchaser Management System.",
            ),
            Problem::InitialPasswordExpired => self.of(
                "初始密码已过期，请联系上级单位重新发送账号短信。",
                "The initial password has expired. Ask your superior unit to resend the account SMS.",
            ),
            Problem::AccountDisabled => {
                self.of("账号已停用，请联系上级单位。", "The account is disabled. Contact your superior unit.")
            }
            Problem::MustChangePassword => self.of("请先修改密码。", "Change your password first."),
            Problem::MustCompleteProfile => self.of("请先完善资料。", "Complete your data first."),
            Problem::OldPasswordWrong => self.of("原密码不对，请重新输入。", "The current password is incorrect. Enter it again."),
            Problem::PasswordsDiffer => self.of(
                "两次输入的新密码不一致，请重新输入。",
                "The two new passwords do not match. Enter them again.",
            ),
            Problem::Password(fault) => return self.policy_fault(*fault),
            Problem::NotFound => self.of(
                "没有找到，可能已被删除，或不在本单位管辖范围内。",
                "Not found. It may have been deleted, or it is outside your subtree.",
            ),
            Problem::Forbidden => self.of("这个账号不能做这项操作。", "This account cannot do this."),
            Problem::CrossSite => self.of(
                "请求不是从本系统的页面发出的，没有执行。请回到本系统重新操作。",
                "The request did not come from a page of this site, so nothing was done. Go back to the site and try again.",
            ),
            Problem::Stale => self.of(
                "刚才已被别人改过，没有保存。请刷新后核对，再改一次。",
                "Someone else has changed this, so nothing was saved. Reload the page, check the data and make your changes again.",
            ),
            Problem::AskSuperior { superior } => {
                return match self {
                    Self::Zh => format!("本单位的这项内容由上级单位修改，请联系“{superior}”。"),
                    Self::En => format!("Only your superior unit can change this. Contact “{superior}”."),
                };
            }
            Problem::AccountIs(state) => match state {
                AccountState::NotIssued => self.of(
                    "账号还没有开通，请联系平台运维开通。",
                    "The account has not been issued yet. Ask the platform operator to issue it.",
                ),
                AccountState::NotActivated => self.of(
                    "账号还没有激活，请重新发送账号短信。",
                    "The account has not been activated yet. Resend the account SMS.",
                ),
                AccountState::Active => self.of(
                    "账号已经启用过，不能删除，可以停用。",
                    "The account has been used and cannot be deleted. You can disable it.",
                ),
                AccountState::Disabled => {
                    self.of("账号已停用，请先启用。", "The account is disabled. Enable it first.")
                }
            },
            Problem::NoMobile => self.of(
                "这个单位没有联系人手机号码，请先在“编辑”中补充。",
                "This unit has no contact mobile number. Select Edit to add one first.",
            ),
            Problem::ResendTooSoon { seconds } => {
                return match self {
                    Self::Zh => format!("刚刚发送过，请 {seconds} 秒后再发。"),
                    Self::En => format!(
                        "The SMS was sent a moment ago. Try again in {seconds} {}.",
                        if *seconds == 1 { "second" } else { "seconds" }
                    ),
                };
            }
            Problem::ResendTooMany { limit } => {
                return match self {
                    Self::Zh => format!("这个账号一天内已重新发送 {limit} 次，请明天再发，或先核对联系人手机号码。"),
                    Self::En => format!(
                        "The SMS of this account was resent {limit} times in one day. Try again tomorrow, or check the contact mobile number first."
                    ),
                };
            }
            Problem::SmsLimit { minutes } => return self.sms_limit(*minutes),
            Problem::HasPurchasers { count } => {
                return match self {
                    Self::Zh => format!("还有 {count} 个采购人属于这个单位，请先移到其他单位，或改用单位合并。"),
                    Self::En => format!(
                        "{count} {} to this unit. Move them to another unit first, or merge this unit into another.",
                        if *count == 1 { "purchaser belongs" } else { "purchasers belong" }
                    ),
                };
            }
            Problem::HasOrders { count } => {
                return match self {
                    Self::Zh => format!("已有 {count} 笔订单，不能删除。可以停用账号，或改用单位合并，订单随之保留。"),
                    Self::En => format!(
                        "It cannot be deleted because it has {count} {}. Disable the account, or merge the unit into another, which keeps the orders.",
                        if *count == 1 { "order" } else { "orders" }
                    ),
                };
            }
            Problem::HasSubordinates { count } => {
                return match self {
                    Self::Zh => format!("还有 {count} 个直接下级单位，请先移到其他单位下，或改用单位合并。"),
                    Self::En => format!(
                        "{count} {} directly below this unit. Move them to another unit first, or merge this unit into another.",
                        if *count == 1 { "unit is" } else { "units are" }
                    ),
                };
            }
            Problem::TooManyAtOnce { limit } => {
                return match self {
                    Self::Zh => format!("一次最多处理 {} 个单位，请缩小范围后再试。", crate::grouped(*limit)),
                    Self::En => {
                        format!("You can process at most {} units at once. Narrow the selection and try again.", crate::grouped(*limit))
                    }
                };
            }
            Problem::TextTooLong { part, limit } => return self.text_too_long(part, *limit),
            Problem::CodeIsFree => self.of(
                "没有单位占用这个代码，可以直接新增或导入。",
                "No unit uses this code. You can add or import the unit.",
            ),
            Problem::AlreadyDisputed => self.of(
                "这个代码的争议已经提出，正在等待处理。",
                "You have already filed a dispute about this code. It waits for a decision.",
            ),
            Problem::DisputesTooMany { limit } => return self.disputes_too_many(*limit),
            Problem::CodeStillTaken => self.of(
                "代码还被申请单位管辖范围外的单位占用，请先让代码空出来，或移动占用单位。",
                "A unit outside the requester’s subtree still has the code. Free the code or move the unit first.",
            ),
            Problem::File(refusal) => return self.refusal(refusal),
            Problem::NoFile => self.of("没有选择文件，请先选择填好的表格。", "No file selected. Choose the filled-in sheet first."),
            Problem::BatchHasErrors { rows } => {
                return match self {
                    Self::Zh => format!("还有 {rows} 行有错误，改好后重新上传才能生成。"),
                    Self::En => format!(
                        "{rows} {} errors. Correct them and upload the sheet again before you generate accounts.",
                        if *rows == 1 { "row still has" } else { "rows still have" }
                    ),
                };
            }
            Problem::BatchClosed => self.of(
                "这次导入已经生成，或已被新上传的文件代替，请打开最新的一次。",
                "This import has already been generated, or a newer upload has replaced it. Open the latest import.",
            ),
            Problem::NothingToGenerate => self.of(
                "这些单位都已存在，没有要生成的账号。",
                "All these units already exist. There are no accounts to generate.",
            ),
            Problem::PlanState => self.of(
                "预留份额现在的状态不能这样操作，可能刚有人处理过，请刷新页面再看。",
                "The plan’s state does not allow this. Somebody may have just changed it. Reload the page and look again.",
            ),
            Problem::PlansMissing { count, names } => return self.plans_missing(*count, names),
            Problem::Fields(_) => {
                self.of("有几项需要修改，请看标出的地方。", "Some fields need changes. See the marked fields.")
            }
            Problem::Busy => self.of("现在人多，请过一会儿再试。", "The system is busy. Try again in a moment."),
            Problem::DiskFull => self.of(
                "服务器的磁盘已满，没有完成。请过一会儿再试；如果一直这样，请告诉平台运维腾出空间。",
                "The server's disk is full, so this was not done. Try again later. If it stays so, tell the platform operator to free some space.",
            ),
            Problem::OutcomeUnknown => self.of(
                "处理时间较长，还没有结果，可能仍在进行。请先查看是否已经完成，再决定要不要重做。",
                "This takes longer than usual and may still be under way. Look whether it was done before you try again.",
            ),
            Problem::Internal { reference } => {
                return match self {
                    Self::Zh => format!("出了点问题，没有完成，我们会查明原因。请稍后再试，或把编号 {reference} 告诉平台运维。"),
                    Self::En => format!("Something went wrong, and we will find the cause. Try again later, or give the platform operator this reference: {reference}."),
                };
            }
        };
        text.to_owned()
    }

    fn policy_fault(self, fault: PolicyFault) -> String {
        let text = match fault {
            PolicyFault::TooShort => {
                return match self {
                    Self::Zh => format!("密码至少 {} 位，请加长。", password::MIN_LENGTH),
                    Self::En => format!("The password must have at least {} characters. Make it longer.", password::MIN_LENGTH),
                };
            }
            PolicyFault::TooLong => {
                return match self {
                    Self::Zh => format!("密码最多 {} 位，请缩短。", password::MAX_LENGTH),
                    Self::En => format!("The password can have at most {} characters. Make it shorter.", password::MAX_LENGTH),
                };
            }
            PolicyFault::LikeLogin => self.of(
                "密码里有登录账号，容易被猜到，请换一个。",
                "The password contains the login name and is easy to guess. Choose another.",
            ),
            PolicyFault::LikeUnit => self.of(
                "密码里有单位名称、信用代码或手机号码，容易被猜到，请换一个。",
                "The password contains the unit name, credit code or mobile number and is easy to guess. Choose another.",
            ),
            PolicyFault::Common => self.of(
                "这个密码太常见，容易被猜到，请换一个。",
                "This password is too common and easy to guess. Choose another.",
            ),
            PolicyFault::Guessable => self.of(
                "这个密码容易被猜到，请换一个更长的，例如把几个不相干的词连起来。不要用名称的拼音或首字母、年份和键盘上相邻的键。",
                "This password is easy to guess. Choose a longer one, such as a few unrelated words. Do not use the pinyin or initials of names, years or neighbouring keys.",
            ),
            PolicyFault::Unchanged => self.of("新密码与原密码相同，请换一个。", "The new password is the same as the current one. Choose another."),
        };
        text.to_owned()
    }
}

/// Formats a number of bytes as `20 MB`, at least `1 MB`.
fn mebibytes(bytes: u64) -> String {
    format!("{} MB", (bytes >> 20).max(1))
}

/// The message of `number-range` mentions the largest amount.
const _: () = assert!(Money::MAX.fen() / Money::WAN == 100_000_000);

/// The text with a capital first letter.
pub(crate) fn capitalised(mut text: String) -> String {
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANGS: [Lang; 2] = [Lang::Zh, Lang::En];

    fn details() -> Vec<Detail> {
        let at = |found| Detail::CharAt { place: 5, found };
        let change = Detail::Change { from: "财政部".into(), to: "中华人民共和国财政部".into() };
        let rows = |n: u32| Detail::Rows((4..4 + n).collect());
        let mut details = vec![Detail::None, Detail::Expected("36.5".into()), change];
        details.extend([Detail::Value("264.84123456".into()), Detail::Merged("示例县财政局".into())]);
        details.extend(['O', 'A', '中', '\n', '\u{fffd}'].map(at));
        details.extend([0, 1, 2, 9].map(rows));
        details.extend([1, 11, 17, 300].map(Detail::Length));
        details
    }

    fn refusals() -> Vec<Refusal> {
        let altered = |expected: &str, found: &str| Refusal::AlteredHeader {
            column: 2,
            expected: expected.into(),
            found: found.into(),
        };
        let excesses = [
            Excess::FileBytes { limit: 20 << 20 },
            Excess::ContentBytes { limit: 320 << 20 },
            Excess::TextBytes { limit: 80 << 20 },
            Excess::Elements,
            Excess::Element,
            Excess::CellFormats { limit: 65_536 },
            Excess::Sheets { limit: 256 },
            Excess::Parts { limit: 65_535 },
            Excess::MergedCells { limit: 2_000_000 },
        ];
        let mut refusals = vec![
            Refusal::NotASpreadsheet,
            Refusal::Encrypted,
            Refusal::Damaged,
            Refusal::WrongTemplate { found: None },
            Refusal::WrongTemplate { found: Some(Template::Purchasers) },
            altered("*联系人", "联系人"),
            altered("*联系人", ""),
            altered("", "审核意见"),
            Refusal::Empty,
            Refusal::SeveralSheets,
            Refusal::TooManyRows { limit: 50_000 },
            Refusal::MacroSheet,
            Refusal::Unreadable,
        ];
        refusals.extend(excesses.map(Refusal::TooLarge));
        refusals
    }

    fn problems() -> Vec<Problem> {
        let faults = [
            PolicyFault::TooShort,
            PolicyFault::TooLong,
            PolicyFault::LikeLogin,
            PolicyFault::LikeUnit,
            PolicyFault::Common,
            PolicyFault::Guessable,
            PolicyFault::Unchanged,
        ];
        let mut problems = vec![
            Problem::NotSignedIn,
            Problem::OtherAccount { page: "GL00003316".into(), now: "GL00003317".into() },
            Problem::SignInFailed,
            Problem::SignInThrottled { minutes: 1 },
            Problem::WrongPortal(Portal::Management),
            Problem::WrongPortal(Portal::Trading),
            Problem::InitialPasswordExpired,
            Problem::AccountDisabled,
            Problem::MustChangePassword,
            Problem::MustCompleteProfile,
            Problem::OldPasswordWrong,
            Problem::PasswordsDiffer,
            Problem::NotFound,
            Problem::Forbidden,
            Problem::CrossSite,
            Problem::Stale,
            Problem::AskSuperior { superior: "示例县财政局".into() },
            Problem::NoMobile,
            Problem::ResendTooSoon { seconds: 1 },
            Problem::ResendTooMany { limit: 5 },
            Problem::SmsLimit { minutes: 1 },
            Problem::SmsLimit { minutes: 120 },
            Problem::HasSubordinates { count: 2 },
            Problem::HasPurchasers { count: 2 },
            Problem::HasOrders { count: 2 },
            Problem::TooManyAtOnce { limit: 200 },
            Problem::TextTooLong { part: "overview".into(), limit: 5_000 },
            Problem::CodeIsFree,
            Problem::AlreadyDisputed,
            Problem::DisputesTooMany { limit: 10 },
            Problem::CodeStillTaken,
            Problem::NoFile,
            Problem::BatchHasErrors { rows: 5 },
            Problem::BatchClosed,
            Problem::NothingToGenerate,
            Problem::Fields(Vec::new()),
            Problem::PlanState,
            Problem::PlansMissing { count: 2, names: vec!["示例县第一中学".into()] },
            Problem::Busy,
            Problem::DiskFull,
            Problem::OutcomeUnknown,
            Problem::Internal { reference: "7F3A".into() },
        ];
        problems.extend(AccountState::ALL.map(Problem::AccountIs));
        problems.extend(faults.map(Problem::Password));
        problems.extend(refusals().into_iter().map(Problem::File));
        problems
    }

    #[test]
    fn every_finding_code_has_messages_without_a_full_stop() {
        for lang in LANGS {
            for code in Code::ALL {
                assert!(!lang.finding_title(code).is_empty());
                for (column, detail) in (0..12).flat_map(|c| details().into_iter().map(move |d| (c, d))) {
                    let text = lang.finding(Template::Units, &Finding::new(18, column, code).with(detail));
                    assert!(!text.is_empty() && !text.ends_with(['。', '.', '，', ' ', '：']), "{text}");
                    assert_blames_nobody(&text);
                }
            }
        }
    }

    #[test]
    fn refusals_and_problems_have_full_sentences() {
        for problem in problems() {
            let (zh, en) = (Lang::Zh.problem(&problem), Lang::En.problem(&problem));
            assert!(zh.ends_with('。') && en.ends_with('.'), "{zh} {en}");
            assert!(zh.chars().count() >= 6 && en.len() >= 10, "{zh} {en}");
            assert_blames_nobody(&zh);
        }
    }

    fn assert_blames_nobody(text: &str) {
        for word in ["非法", "系统错误", "您的错", "invalid", "illegal"] {
            assert!(!text.contains(word), "{text}");
        }
    }

    #[test]
    fn messages_match_the_design() {
        let zh = |column, code, detail| Lang::Zh.finding(Template::Units, &Finding::new(6, column, code).with(detail));
        assert_eq!(zh(2, Code::CreditCodeCheck, Detail::None), "校验不符，18 位中有抄错的，请对照登记证书");
        assert_eq!(zh(3, Code::SuperiorUnknown, Detail::None), "没有这个单位，请填全称");
        assert_eq!(
            zh(2, Code::DuplicateCode, Detail::Rows(vec![25])),
            "与第 25 行的代码相同，每个单位只填一行，请核对"
        );
        assert_eq!(
            zh(6, Code::NumberFormat, Detail::Value("264.84123456".into())),
            "单元格中的数是 264.84123456，应为数字，以万元为单位，最多 4 位小数，如 86.5"
        );
        assert_eq!(zh(1, Code::CellError, Detail::Value("#N/A".into())), "是错误值 #N/A，请改正公式，或直接填写内容");
        assert_eq!(
            zh(3, Code::Normalized, Detail::Merged("示例县财政局".into())),
            "单元格已合并，这一行也按“示例县财政局”导入"
        );
        let hidden = |code, columns| FindingSummary { code, rows: vec![4], count: 3, columns };
        let zh_file = |found| Lang::Zh.file_finding(Template::Units, &found);
        assert!(zh_file(hidden(Code::HiddenRows, vec![])).starts_with("有 3 行被隐藏"));
        assert_eq!(
            zh_file(hidden(Code::HiddenColumns, vec![6, 9])),
            "G 列“采购总额(万元)”、J 列“联系人”被隐藏，也会导入；请取消隐藏，核对内容后再导入。"
        );
        for column in [1, 2] {
            assert_eq!(zh(column, Code::MergedCell, Detail::None), "与其他单元格合并了，请取消合并，每行都填");
        }
        assert!(zh(8, Code::FormulaWithoutValue, Detail::None).starts_with("公式没有计算结果"));
        assert_eq!(zh(1, Code::TooShort, Detail::Length(1)), "只有 1 个字，请填全称");
        assert_eq!(zh(1, Code::TooLong, Detail::Length(101)), "有 101 个字，最多 100 个，请缩短");
    }
}
