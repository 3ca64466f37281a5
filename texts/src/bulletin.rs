//! Texts of 月度通报: the page, and the draft of the notice in the formal style of such notices.

use crate::{Lang, amount_in, number::grouped, percent, ui::month_en};
use domain::{
    bulletin::{Bulletin, BulletinBlock, BulletinMonth, BulletinPart, BulletinTexts, NamedUnits},
    calendar::Day,
    report::{AmountUnit, Rate, ReportCell, ReportColumn, ReportKind, ReportTable, RowSubject, shortfall},
};

texts! {
    bulletin_title: "月度通报", "Monthly bulletin";
    bulletin_lead: "按统计报表的数字起草，文字可以修改；表格由系统生成。", "Drafted from the figures of the reports. You can edit the texts; the tables are made by the system.";
    bulletin_month: "截至月份", "Until the month";
    bulletin_conditions: "通报条件", "Conditions of the bulletin";
    bulletin_hint: "清空一节的文字，这一节和它的表格就不出现在通报里，后面的序号自动顺延。", "If you empty a section, it is left out together with its tables, and the following sections are renumbered.";
    bulletin_word: "下载 .docx", "Download .docx";
    bulletin_sheet: "下载 .xlsx", "Download .xlsx";
    bulletin_paper: "打印版", "Print view";
    bulletin_restored: "已恢复上次未下载完的修改。", "Your earlier edits are shown again.";
    bulletin_discard: "恢复系统草稿", "Back to the draft";
    bulletin_files: "下载和打印", "Download and print";
    bulletin_text: "通报正文", "Text of the bulletin";
    bulletin_sheet_name: "通报", "Bulletin";
    bulletin_paper_help: "用浏览器的“打印”（Ctrl+P）打印或存为 PDF。", "Print this page or save it as PDF with your browser (Ctrl+P).";
    bulletin_of_month(month: BulletinMonth): format!("{} 年 {} 月", month.year(), month.month()), format!("{} {}", month_en(month.month().into()), month.year());
    bulletin_file(month: BulletinMonth, ending: &str): format!("采购情况通报-{month}.{ending}"), format!("bulletin-{month}.{ending}");
    bulletin_caption(number: u32, title: &str, amounts: &str): format!("表{number} {title}（金额单位：{amounts}）"), format!("Table {number}. {title} (amounts in {amounts})");
    bulletin_caption_plain(number: u32, title: &str): format!("表{number} {title}"), format!("Table {number}. {title}");
    text_too_long(part: &str, limit: u32): format!("“{}”超过 {} 个字，请删短后再试。", Lang::Zh.bulletin_part_named(part), grouped(limit)),
        format!("“{}” has more than {} characters. Shorten it and try again.", Lang::En.bulletin_part_named(part), grouped(limit));
}

/// Units at the top and at the end of the ranking that the draft names.
const NAMED_RANKS: usize = 3;
/// Categories that the draft names.
const NAMED_CATEGORIES: usize = 5;

impl Lang {
    /// The label of a field.
    pub const fn bulletin_part(self, part: BulletinPart) -> &'static str {
        match part {
            BulletinPart::Title => self.of("标题", "Title"),
            BulletinPart::Addressees => self.of("主送单位", "Addressees"),
            BulletinPart::Opening => self.of("开头", "Opening"),
            BulletinPart::Overview => self.of("总体情况", "Overall situation"),
            BulletinPart::Progress => self.of("各单位执行进度", "Progress of the units"),
            BulletinPart::Structure => self.of("采购结构", "What was purchased, and by whom"),
            BulletinPart::Concerns => self.of("存在的问题", "What needs attention"),
            BulletinPart::Requirements => self.of("下一步工作要求", "What is expected next"),
            BulletinPart::Closing => self.of("结语", "Closing"),
            BulletinPart::Issuer => self.of("落款", "Issued by"),
            BulletinPart::Date => self.of("日期", "Date"),
        }
    }

    /// The label of a field by its name; that of the whole text where there is no such field.
    fn bulletin_part_named(self, name: &str) -> &'static str {
        let part = BulletinPart::ALL.into_iter().find(|part| part.as_str() == name);
        part.map_or(self.bulletin_text(), |part| self.bulletin_part(part))
    }

    /// The numbered head of a section.
    fn bulletin_head(self, number: usize, part: BulletinPart) -> String {
        let head = self.bulletin_part(part);
        match self {
            Self::Zh => format!("{}、{head}", ["一", "二", "三", "四", "五"].get(number).copied().unwrap_or_default()),
            Self::En => format!("{}. {head}", number + 1),
        }
    }

    /// The caption of a table.
    pub fn bulletin_table(self, number: u32, kind: ReportKind, amounts: AmountUnit) -> String {
        let title = self.report_title(kind);
        if kind.has_amounts() {
            self.bulletin_caption(number, title, self.amount_unit(amounts))
        } else {
            self.bulletin_caption_plain(number, title)
        }
    }

    /// The finished notice. Parts without a text are left out, sections together with their tables.
    pub fn bulletin_blocks(self, texts: &BulletinTexts) -> Vec<BulletinBlock> {
        let mut blocks = Vec::new();
        let (mut sections, mut tables) = (0, 0);
        for part in BulletinPart::ALL {
            let text = texts.get(part);
            if text.is_empty() {
                continue;
            }
            if part.is_section() {
                blocks.push(BulletinBlock::Heading(self.bulletin_head(sections, part)));
                sections += 1;
            }
            let block = match part {
                BulletinPart::Title => BulletinBlock::Title,
                BulletinPart::Addressees => BulletinBlock::Addressees,
                BulletinPart::Issuer | BulletinPart::Date => BulletinBlock::Signature,
                _ => BulletinBlock::Paragraph,
            };
            blocks
                .extend(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| block(line.to_owned())));
            blocks.extend(part.tables().iter().map(|kind| {
                tables += 1;
                BulletinBlock::Table(tables, *kind)
            }));
        }
        blocks
    }

    /// The draft of the notice. Amounts are in the unit in Chinese, and in yuan in English, which has no name for 万元.
    pub fn bulletin_draft(self, bulletin: &Bulletin, amounts: AmountUnit) -> BulletinTexts {
        let draft = Draft { lang: self, bulletin, amounts };
        BulletinTexts::new(|part| match part {
            BulletinPart::Title => draft.title(),
            BulletinPart::Addressees => self.of("各预算单位：", "To all budget units:").to_owned(),
            BulletinPart::Opening => draft.opening(),
            BulletinPart::Overview => draft.overview(),
            BulletinPart::Progress => draft.progress(),
            BulletinPart::Structure => draft.structure(),
            BulletinPart::Concerns => draft.concerns(),
            BulletinPart::Requirements => draft.requirements(),
            BulletinPart::Closing => {
                self.of("特此通报。", "This notice is for your information and action.").to_owned()
            }
            BulletinPart::Issuer => draft.unit().to_owned(),
            BulletinPart::Date => draft.day(bulletin.today),
        })
    }
}

/// What the draft is made of.
struct Draft<'a> {
    lang: Lang,
    bulletin: &'a Bulletin,
    amounts: AmountUnit,
}

impl Draft<'_> {
    fn unit(&self) -> &str {
        self.bulletin.unit.as_ref().map_or("", |unit| &unit.name)
    }

    fn day(&self, day: Day) -> String {
        match self.lang {
            Lang::Zh => format!("{}年{}月{}日", day.year(), day.month(), day.of_month()),
            Lang::En => format!("{} {} {}", day.of_month(), month_en(day.month().into()), day.year()),
        }
    }

    /// The months of the year that count.
    fn period(&self) -> String {
        let (month, year) = (self.bulletin.month.month(), self.bulletin.month.year());
        match (self.lang, month) {
            (Lang::Zh, 1) => format!("{year}年1月"),
            (Lang::Zh, 12) => format!("{year}年度"),
            (Lang::Zh, _) => format!("{year}年1—{month}月"),
            (Lang::En, 1) => format!("January {year}"),
            (Lang::En, 12) => format!("{year}"),
            (Lang::En, _) => format!("January to {} {year}", month_en(month.into())),
        }
    }

    fn money(&self, fen: i64) -> String {
        match self.lang {
            Lang::Zh => format!("{}{}", amount_in(self.amounts, fen), Lang::Zh.amount_unit(self.amounts)),
            Lang::En => format!("RMB {}", amount_in(AmountUnit::Yuan, fen)),
        }
    }

    /// A number of units.
    fn units(&self, count: i64) -> String {
        let number = u32::try_from(count).map_or_else(|_| count.to_string(), grouped);
        match self.lang {
            Lang::Zh => format!("{number}家"),
            Lang::En => format!("{number} {}", if count == 1 { "unit" } else { "units" }),
        }
    }

    fn joined(&self, items: &[String]) -> String {
        items.join(self.lang.of("、", ", "))
    }

    fn title(&self) -> String {
        let period = self.period();
        match self.lang {
            Lang::Zh => format!("{}关于{period}预留份额采购脱贫地区农副产品情况的通报", self.unit()),
            Lang::En => {
                format!("Notice on the purchases of farm produce from formerly poor areas by reserved shares, {period}")
            }
        }
    }

    fn opening(&self) -> String {
        let (period, until) = (self.period(), self.day(self.bulletin.month.last_day()));
        let (unit, today) = (self.unit(), self.day(self.bulletin.today));
        match (self.lang, unit) {
            (Lang::Zh, "") => format!(
                "现将{period}全国预算单位预留份额采购脱贫地区农副产品情况通报如下。采购数据截至{until}，预留份额数据截至{today}。"
            ),
            (Lang::Zh, unit) => format!(
                "现将{period}{unit}及所属预算单位预留份额采购脱贫地区农副产品情况通报如下。采购数据截至{until}，预留份额数据截至{today}。"
            ),
            (Lang::En, "") => format!(
                "This notice reports on the purchases of all budget units of the country, {period}. Purchases are those until {until}; the reserved shares are those of {today}."
            ),
            (Lang::En, unit) => format!(
                "This notice reports on the purchases of {unit} and the budget units below it, {period}. Purchases are those until {until}; the reserved shares are those of {today}."
            ),
        }
    }

    fn overview(&self) -> String {
        [self.shares(), self.purchases(), self.last_year()].join("\n")
    }

    /// How many units have reserved how much.
    fn shares(&self) -> String {
        let situation = &self.bulletin.situation;
        let (share, last) = (situation.plans.share, situation.last_share);
        let (all, reserved) = (self.units(situation.must_file()), self.units(situation.plans.plans));
        let change = Rate::of(share - last, last).map(|rate| {
            let (size, rate) = (self.money((share - last).abs()), percent(rate).trim_start_matches('-').to_owned());
            match (self.lang, share >= last) {
                (Lang::Zh, true) => format!("，比上年增加{size}，增长{rate}"),
                (Lang::Zh, false) => format!("，比上年减少{size}，下降{rate}"),
                (Lang::En, true) => format!(", {size} ({rate}) more than last year"),
                (Lang::En, false) => format!(", {size} ({rate}) less than last year"),
            }
        });
        let (share, change) = (self.money(share), change.unwrap_or_default());
        match self.lang {
            Lang::Zh => format!(
                "应填报预留份额的预算单位共{all}，已有审核通过的预留份额的{reserved}，预留份额合计{share}{change}。"
            ),
            Lang::En => {
                format!(
                    "Of {all} that must reserve a share, {reserved} have an approved plan. The reserved shares are {share}{change}."
                )
            }
        }
    }

    /// What was purchased, against the share and the time.
    fn purchases(&self) -> String {
        let Bulletin { summary, basis, time, .. } = self.bulletin;
        let completed = summary.amounts.completed(*basis);
        let [ordered, paid, done] =
            [summary.amounts.ordered, summary.amounts.paid, completed].map(|fen| self.money(fen));
        let share = summary.share.unwrap_or_default();
        let of_basis = self.lang.plan_completion(*basis);
        let against = Rate::of(completed, share).map(|progress| {
            let points = progress.thousandths_above(*time);
            let size = format!("{}.{}", points.unsigned_abs() / 10, points.unsigned_abs() % 10);
            let (rate, time, missing) = (percent(progress), percent(*time), self.money(shortfall(share, completed)));
            let zh = match points {
                0 => format!("与时间进度（{time}）持平"),
                1.. => format!("比时间进度（{time}）快{size}个百分点"),
                _ => format!("比时间进度（{time}）慢{size}个百分点"),
            };
            let en = match points {
                0 => format!("just as far as the time ({time} of the year is over)"),
                1.. => format!("{size} points ahead of the time ({time} of the year is over)"),
                _ => format!("{size} points behind the time ({time} of the year is over)"),
            };
            match self.lang {
                Lang::Zh => format!("执行进度{rate}，{zh}，距完成预留份额还差{missing}。"),
                Lang::En => format!(" The progress is {rate}, {en}. {missing} are missing to the reserved share."),
            }
        });
        let against = against.unwrap_or_else(|| {
            self.lang.of("尚无预留份额，不计算执行进度。", " There is no reserved share to compare with.").to_owned()
        });
        match self.lang {
            Lang::Zh => format!("累计下单{ordered}，已支付{paid}，已完成（{of_basis}）{done}。{against}"),
            Lang::En => format!(
                "{ordered} were ordered, {paid} were paid and {done} were completed (counted when {}).{against}",
                of_basis.to_lowercase()
            ),
        }
    }

    fn last_year(&self) -> String {
        let Bulletin { summary, basis, month, of_month, of_month_last_year, .. } = self.bulletin;
        let (now, before) = (summary.amounts.completed(*basis), summary.last_year.completed(*basis));
        let change = Rate::of(now - before, before).map(|rate| {
            let rate = percent(rate).trim_start_matches('-').to_owned();
            match (self.lang, now >= before) {
                (Lang::Zh, true) => format!("，增长{rate}"),
                (Lang::Zh, false) => format!("，下降{rate}"),
                (Lang::En, true) => format!(", an increase of {rate}"),
                (Lang::En, false) => format!(", a decrease of {rate}"),
            }
        });
        let (before, change) = (self.money(before), change.unwrap_or_default());
        let (single, single_before) = (self.money(*of_month), self.money(*of_month_last_year));
        match self.lang {
            Lang::Zh => format!(
                "上年同期已完成{before}{change}。其中{}月份完成{single}，上年同月完成{single_before}。",
                month.month()
            ),
            Lang::En => format!(
                "In the same time last year {before} were completed{change}. In {} {single} were completed, and {single_before} in the same month of last year.",
                month_en(month.month().into())
            ),
        }
    }

    /// The ranks of the direct subordinate units: how many keep up with the time, the first ones and the last ones.
    fn progress(&self) -> String {
        let lang = self.lang;
        let Some(table) = self.bulletin.table(ReportKind::Execution) else { return String::new() };
        let children = table.rows.iter().filter(|row| matches!(row.subject, RowSubject::Unit(_))).count();
        let mut ranked = Vec::new();
        for row in &table.rows {
            if let (ReportCell::Rank(rank), ReportCell::Rate(rate)) =
                (table.cell(row, ReportColumn::Rank), table.cell(row, ReportColumn::Progress))
            {
                ranked.push((rank, rate, lang.report_row(&row.subject)));
            }
        }
        ranked.sort_by_key(|(rank, ..)| *rank);
        if children == 0 {
            return lang.of("没有下级预算单位。", "There are no subordinate units.").to_owned();
        }
        if ranked.is_empty() {
            return lang
                .of("下级预算单位没有预留份额，不排名。", "The subordinate units have no reserved shares to rank.")
                .to_owned();
        }
        let keeping_up = ranked.iter().filter(|(_, rate, _)| *rate >= self.bulletin.time).count();
        let count = |number: usize| self.units(i64::try_from(number).unwrap_or(i64::MAX));
        let (behind, unranked) = (ranked.len() - keeping_up, children - ranked.len());
        let unranked = (unranked > 0).then(|| match lang {
            Lang::Zh => format!("，{}没有预留份额、不参加排名", count(unranked)),
            Lang::En => format!(", and {} without a share are not ranked", count(unranked)),
        });
        let (all, keeping_up, behind, unranked) =
            (count(children), count(keeping_up), count(behind), unranked.unwrap_or_default());
        let summary = match lang {
            Lang::Zh => {
                format!("直接下级单位{all}，执行进度达到时间进度的{keeping_up}，低于时间进度的{behind}{unranked}。")
            }
            Lang::En => format!(
                "Of {all} directly below, {keeping_up} keep up with the time and {behind} are behind{unranked}."
            ),
        };
        // No unit is both among the first and among the last.
        let named = NAMED_RANKS.min(ranked.len().div_ceil(2));
        let name = |(_, rate, name): &(u32, Rate, String)| match lang {
            Lang::Zh => format!("{name}（{}）", percent(*rate)),
            Lang::En => format!("{name} ({})", percent(*rate)),
        };
        if let [first, .., last] = ranked.as_slice()
            && first.0 == last.0
        {
            let rate = percent(first.1);
            let all_alike = match lang {
                Lang::Zh => format!("参加排名的单位执行进度相同，均为{rate}。"),
                Lang::En => format!("All ranked units have the same progress, {rate}."),
            };
            return format!("{summary}\n{all_alike}");
        }
        let first: Vec<_> = ranked.iter().take(named).map(name).collect();
        let last: Vec<_> = ranked.iter().skip(named.max(ranked.len().saturating_sub(NAMED_RANKS))).map(name).collect();
        let mut lines = vec![summary];
        lines.push(match lang {
            Lang::Zh => format!("排名靠前的是：{}。", self.joined(&first)),
            Lang::En => format!("First in rank: {}.", self.joined(&first)),
        });
        if !last.is_empty() {
            lines.push(match lang {
                Lang::Zh => format!("排名靠后的是：{}。", self.joined(&last)),
                Lang::En => format!("Last in rank: {}.", self.joined(&last)),
            });
        }
        lines.join("\n")
    }

    /// What all that is completed consists of.
    fn structure(&self) -> String {
        let parts = |kind: ReportKind, most: usize| {
            let table = self.bulletin.table(kind)?;
            let parts = parts_of(table);
            let named: Vec<_> = parts
                .iter()
                .take(most)
                .map(|(subject, fen, rate)| {
                    let (name, money, rate) = (self.lang.report_row(subject), self.money(*fen), percent(*rate));
                    match self.lang {
                        Lang::Zh => format!("{name}{money}，占{rate}"),
                        Lang::En => format!("{name} {money} ({rate})"),
                    }
                })
                .collect();
            let more = if parts.len() > most { self.lang.of("；其他略", "; and others") } else { "" };
            (!named.is_empty()).then(|| format!("{}{more}", named.join(self.lang.of("；", "; "))))
        };
        let types = parts(ReportKind::PurchaserTypes, usize::MAX);
        let categories = parts(ReportKind::Categories, NAMED_CATEGORIES);
        let (Some(types), Some(categories)) = (types, categories) else {
            return self.lang.of("还没有已完成的采购。", "Nothing has been completed yet.").to_owned();
        };
        match self.lang {
            Lang::Zh => format!("按采购人类型看，{types}。\n按产品类别看，{categories}。"),
            Lang::En => format!("By type of purchaser: {types}.\nBy category: {categories}."),
        }
    }

    fn concerns(&self) -> String {
        let Bulletin { not_reserved, under_minimum, zero_purchases, situation, .. } = self.bulletin;
        let mut lines = Vec::new();
        let mut add = |zh: String, en: String| {
            let number = lines.len();
            let number_zh = ["一", "二", "三", "四"].get(number).copied().unwrap_or_default();
            lines.push(match self.lang {
                Lang::Zh => format!("（{number_zh}）{zh}"),
                Lang::En => format!("({}) {en}", number + 1),
            });
        };
        let listed = |units: &NamedUnits| (self.units(units.count), self.names(units));
        if not_reserved.count > 0 {
            let (count, names) = listed(not_reserved);
            add(
                format!("未预留。{count}单位没有审核通过的年度预留份额{names}。"),
                format!("No reserved share. {count} without an approved plan of the year{names}."),
            );
        }
        if under_minimum.count > 0 {
            let (count, names) = listed(under_minimum);
            add(
                format!("预留比例偏低。{count}单位的预留比例低于所适用的最低比例{names}。"),
                format!("Under the minimum. {count} with a lower ratio than the minimum that applies{names}."),
            );
        }
        if zero_purchases.count > 0 {
            let (count, names) = listed(zero_purchases);
            add(
                format!("已预留零采购。{count}单位已有预留份额，但没有已支付且已验收的采购{names}。"),
                format!(
                    "Nothing purchased. {count} with a reserved share and without a purchase that is paid and accepted{names}."
                ),
            );
        }
        if situation.overdue > 0 {
            let count = self.units(situation.overdue);
            add(
                format!("逾期未报。{count}单位在填报截止以后仍未报送。"),
                format!("Overdue. {count} that have not filed although the deadline is over."),
            );
        }
        if lines.is_empty() {
            return self
                .lang
                .of(
                    "没有未预留、低于最低比例、已预留零采购和逾期未报的单位。",
                    "No unit is without a share, under the minimum, without purchases, or overdue.",
                )
                .to_owned();
        }
        lines.join("\n")
    }

    /// The names of the first units of a list, after a colon.
    fn names(&self, units: &NamedUnits) -> String {
        if units.names.is_empty() {
            return String::new();
        }
        let names = self.joined(&units.names);
        let is_all = i64::try_from(units.names.len()).is_ok_and(|named| named >= units.count);
        match (self.lang, is_all) {
            (Lang::Zh, true) => format!("，即{names}"),
            (Lang::Zh, false) => format!("，包括{names}等"),
            (Lang::En, true) => format!(": {names}"),
            (Lang::En, false) => format!(", among them {names}"),
        }
    }

    fn requirements(&self) -> String {
        let is_over = self.bulletin.month.month() == 12;
        let progress = if is_over {
            self.lang.of(
                "（一）总结全年执行情况。没有完成预留份额的单位要查找原因，新的一年早安排、早采购。",
                "(1) Units that have not completed their share find out why, and plan the purchases of the new year early.",
            )
        } else {
            self.lang.of(
                "（一）加快采购进度。执行进度低于时间进度的单位要按月安排采购，确保年底前完成预留份额。",
                "(1) Units that are behind the time plan their purchases month by month, and complete their share before the end of the year.",
            )
        };
        let rest = self.lang.of(
            "（二）抓紧补报。未预留和逾期未报的单位要尽快报送，预留比例不得低于最低比例。\n（三）及时验收和付款。对已收货的订单及时验收、支付，防止已下单而未完成。",
            "(2) Units without a share or overdue file soon, with at least the minimum ratio.\n(3) Orders that have arrived are accepted and paid in time, so that they count as completed.",
        );
        format!("{progress}\n{rest}")
    }
}

/// The parts of a whole that are not nothing, the largest first.
fn parts_of(table: &ReportTable) -> Vec<(&RowSubject, i64, Rate)> {
    let part = |row| {
        let cells = (table.cell(row, ReportColumn::Completed), table.cell(row, ReportColumn::Proportion));
        match cells {
            (ReportCell::Amount(fen), ReportCell::Rate(rate)) if fen > 0 => Some((&row.subject, fen, rate)),
            _ => None,
        }
    };
    let mut parts: Vec<_> = table.rows.iter().filter_map(part).collect();
    parts.sort_by_key(|(_, fen, _)| std::cmp::Reverse(*fen));
    parts
}
