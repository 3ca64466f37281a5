//! Texts of the import pages and of the sheet preview.

use crate::{Lang, number::grouped, ui::lower_day};
use domain::{
    Template,
    import_batch::{RowState, StateCounts},
    schema::{purchasers, units},
};

texts! {
    import_title of Template: "预算单位导入", "Import units" | "采购人导入", "Import purchasers";
    section of Template: "预算单位管理", "Budget units" | "采购人交易账号管理", "Trading accounts";
    import_steps: "导入的三个步骤", "The three steps of an import";
    import_step_fill: "下载模板并填写", "Download and fill in the template";
    import_step_check: "导入并检查", "Import and check";
    import_step_generate of Template: "生成管理账号，短信通知联系人", "Generate accounts and notify contacts by SMS"
        | "生成交易账号，短信通知联系人", "Generate accounts and notify contacts by SMS";
    import_step_done: "（已完成）", " (done)";
    import_guide: "填报说明", "How to fill in the sheet";
    import_template_xls: "下载模板 .xls", "Template .xls";
    import_template_xlsx: "下载模板 .xlsx", "Template .xlsx";

    import_fill_lead of Template: "《预算单位采购贫困地区农副产品预留份额情况表》，用表格软件填写。",
        "The reserved share sheet. Fill it in with your spreadsheet program."
        | "《采购人交易账号开通填报表》，用表格软件填写。", "The trading account sheet. Fill it in with your spreadsheet program.";
    import_fill_header of Template: "表头和单元格格式请保持原样，从第 4 行起一行填一个单位。",
        "Do not change the header or the cell formats. Enter one unit per row, starting from row 4."
        | "表头和单元格格式请保持原样，从第 4 行起一行填一个采购人。",
        "Do not change the header or the cell formats. Enter one purchaser per row, starting from row 4.";
    import_fill_required of Template: "带 * 的列必填；上级预算单位请填全称。",
        "Columns marked * are required. Enter the full name of the superior unit."
        | "带 * 的列必填；所属预算单位请填全称，本单位的采购人可以不填。",
        "Columns marked * are required. Enter the full name of the budget unit, or leave it empty for your own unit.";
    import_fill_list of Template: "行政级次、预算级次请从下拉列表中选。", "Select both levels from the drop-down lists."
        | "采购人类型请从下拉列表中选。", "Select the type from the drop-down list.";
}

texts! {
    import_choose_heading: "选择填好的表格", "Choose the filled-in sheet";
    import_choose_lead: "先在本机检查，查完再由您决定是否导入；有问题会指到具体的单元格。",
        "The file is checked on this computer first. Then you decide whether to import it. Each problem is shown at its cell.";
    import_choose: "选择文件", "Choose a file";
    import_choose_again: "重新选择文件", "Choose the file again";
    import_choose_label: "填好的表格（.xls 或 .xlsx）", "The filled-in sheet (.xls or .xlsx)";
    import_drop: "或把文件拖到这里", "or drop it here";
    import_drop_now: "松开即可检查", "Release to check";
    import_formats: "支持 .xls 和 .xlsx", ".xls and .xlsx";
    import_submit: "导入", "Import";
    import_submit_anyway: "带着错误导入", "Import with errors";

    import_no_file_yet: "先选择填好的表格。", "Choose the filled-in sheet first.";
    import_checking: "正在检查表格…", "Checking the sheet…";
    import_checking_slow: "首次检查要先下载检查工具，网速慢时请稍候。",
        "The first check downloads the checking tool. On a slow connection this can take a moment.";
    import_checking_skip: "不等了，由服务器检查", "Skip and check on the server";
    import_unchecked_title: "将由服务器检查", "The server will check the file";
    import_unchecked: "这个表格没有在本机检查。点“导入”后由服务器检查，结果一样会指到单元格。",
        "The sheet was not checked on this computer. Select Import to check it on the server, with the same results at each cell.";
    import_unchecked_too_slow: "在本机检查这个表格用时太长，已经停止。点“导入”后由服务器检查，结果一样会指到单元格。",
        "Checking the sheet on this computer took too long and was stopped. Select Import to check it on the server, with the same results at each cell.";
    import_unchecked_failed: "本机没能检查完这个表格，可能是内存不够。点“导入”后由服务器检查，结果一样会指到单元格。",
        "This computer could not finish checking the sheet, possibly for lack of memory. Select Import to check it on the server, with the same results at each cell.";
    import_refused_title: "这个文件不能导入", "This file cannot be imported";
    import_refused_short: "这个文件不能导入，请按上面的说明处理后重新选择。",
        "This file cannot be imported. Follow the instructions above, then choose the file again.";
    import_changed_title: "文件已经改动", "The file has changed";
    import_changed: "选择之后这个文件又保存过，下面是改动前的检查结果。改完后请重新选择，会再检查一遍。",
        "This file was saved again after you chose it. The results below are from before the change. When you have finished, choose the file again to check it.";
    import_changed_short: "文件已改动，请重新选择。", "The file has changed. Choose it again.";
}

texts! {
    import_upload_progress: "上传进度", "Upload progress";
    import_upload_server: "已上传，服务器正在检查…", "Uploaded. The server is checking the file…";
    import_upload_cancel: "取消上传", "Cancel";
    import_upload_retry: "再试一次", "Try again";
    import_upload_failed: "没有导入成功", "Import failed";
    import_upload_lost: "网络中断，文件没有传完。文件还在，网络恢复后点“再试一次”即可，不用重新选择。",
        "The connection was lost before the upload finished. When you are online again, select Try again. You do not need to choose the file again.";

    import_continue: "继续上次的导入", "Continue the last import";
    import_last: "上次的导入", "The last import";
    import_continue_open: "继续", "Continue";
    import_continue_progress: "查看进度", "View progress";
    import_continue_result: "查看结果", "View result";

    import_batch_missing: "没有这次导入", "Import not found";
    import_batch_missing_help: "它不存在，或不属于本单位。可以重新选择文件导入。",
        "The import does not exist, or it belongs to another unit. You can choose a file and import it again.";
    import_superseded: "这次导入已被新上传的文件代替，各行内容不再保留。",
        "A newer upload has replaced this import. Its rows are no longer available.";
    import_superseded_open: "打开最新的一次", "Open the latest import";
}

texts! {
    import_filter_label: "按状态筛选", "Filter by state";
    import_filter_all: "全部", "All";
    import_filter_clear: "取消筛选", "Clear filter";
    import_search: "在本表中搜索", "Search this sheet";
    import_search_submit: "搜索", "Search";
    import_annotated: "下载标注错误的表", "Download with errors marked";
    import_table: "表格预览", "Sheet preview";
    import_row: "行", "Row";
    import_state: "状态", "State";
    import_none_title: "没有符合条件的行", "No matching rows";
    import_none_help: "换个词搜索，或取消筛选看全部的行。", "Try another word, or clear the filter to see all rows.";
    import_try_again: "再试一次", "Try again";
    import_colon: "：", ": ";
    import_maybe: "可能是", "Did you mean";
    import_copy_hint: "复制，粘贴到表格里", "Copy to paste into the sheet";
    import_copied: "已复制", "Copied";
    import_copy_failed: "没能复制，请手动选中文字复制", "Could not copy. Select the text and copy it manually";
    import_was: "原为", "was";
    import_becomes: "改为", "becomes";
    import_blank: "（空）", "(empty)";
    import_pages: "分页", "Pages";
    import_previous: "上一页", "Previous";
    import_next: "下一页", "Next";
}

texts! {
    import_not_yet: "还不能生成：", "Cannot generate yet: ";
    import_ready: "检查通过，可以生成。", "Check passed. Ready to generate.";
    import_nothing of Template: "这些单位都已存在，没有要生成的账号。", "All these units already exist. There are no accounts to generate."
        | "这些采购人都已存在，没有要生成的账号。", "All these purchasers already exist. There are no accounts to generate.";
    import_confirm_title of Template: "生成管理账号？", "Generate accounts?" | "生成交易账号？", "Generate accounts?";
    import_confirm_note: "短信里有登录账号和初始密码，生成后不能撤回。请先核对联系人手机号码。",
        "The SMS contain the login names and initial passwords. You cannot undo this. Check the contact mobile numbers first.";
    import_confirm: "生成并发短信", "Generate and send SMS";
    import_cancel: "再看看", "Go back";
    import_starting: "正在提交…", "Submitting…";

    import_generating of Template: "正在生成管理账号", "Generating accounts" | "正在生成交易账号", "Generating trading accounts";
    import_generating_note: "可以离开或关闭这个页面，生成会继续，回来还能看到进度。",
        "You can leave or close this page. Generation continues, and you can come back to see the progress.";
    import_queued: "排队中，马上开始", "Queued. Starting soon";
    import_offline: "暂时连不上服务器，生成不受影响，正在重新连接…",
        "The server cannot be reached. Generation is not affected. Reconnecting…";
    import_done_title of Template: "管理账号已生成", "Accounts generated" | "交易账号已生成", "Trading accounts generated";
    import_done_partly: "已生成，有几行没有成功", "Accounts generated, but some rows failed";
    import_job_failed: "生成中断了", "Generation stopped";
    import_job_failed_help: "已生成的账号都有效，其余的行没有动，可以继续生成。如果又中断，请联系平台运维。",
        "The accounts generated so far are valid. The other rows are unchanged, and you can continue. If it stops again, contact the platform operator.";
    import_go_on: "继续生成", "Continue";
    import_count_created of Template: "生成管理账号", "Accounts generated" | "生成交易账号", "Accounts generated";
    import_count_updated of Template: "更新单位", "Units updated" | "更新采购人", "Purchasers updated";
    import_count_failed: "未成功", "Failed";
    import_count_sms: "短信已发", "SMS sent";
    import_accounts: "下载账号清单", "Download account list";
    import_to_list of Template: "去预算单位列表", "Go to unit list" | "去采购人列表", "Go to purchaser list";
    import_another: "再导入一个文件", "Import another file";
}

texts! {
    import_rows(n: u32): format!("{} 行", grouped(n)), format!("{} {}", grouped(n), rows_en(n));
    import_row_number(row: u32): format!("第 {row} 行"), format!("Row {row}");
    import_by_own_unit(when: &str): format!("{when} 由本单位导入"), format!("imported by your unit {}", lower_day(when));
    import_by(when: &str, login: &str): format!("{when} 由 {login} 导入"), format!("imported by {login} {}", lower_day(when));
    import_errors_title(n: u32): format!("{} 行有错误，改好后重新上传即可", grouped(n)),
        format!("{} {} with errors. Correct {} and upload again", grouped(n), rows_en(n), if n == 1 { "it" } else { "them" });
    import_warnings_title(n: u32): format!("{} 行有提醒，不影响生成", grouped(n)),
        format!("{} {} with warnings. Generation is not affected", grouped(n), rows_en(n));
    import_all_correct(n: u32): format!("{} 行全部正确", grouped(n)), format!("All {} {} correct", grouped(n), rows_en(n));
    import_no_errors(n: u32): format!("共 {} 行，没有错误", grouped(n)), format!("{} {}, no errors", grouped(n), rows_en(n));
    import_verdict(n: u32, wrong: u32): format!("共 {} 行，{} 行有错误", grouped(n), grouped(wrong)),
        format!("{} {}, {} with errors", grouped(n), rows_en(n), grouped(wrong));
    import_local_clean of Template: "检查通过，可以导入。服务器会再核对上级单位和已有单位。",
        "Check passed. Ready to import. The server will also check superior units and existing units."
        | "检查通过，可以导入。服务器会再核对所属预算单位和已有采购人。",
        "Check passed. Ready to import. The server will also check budget units and existing purchasers.";
    import_local_errors(n: u32): format!("建议先改好 {} 行错误，再重新选择文件。", grouped(n)),
        format!("We recommend that you correct the {} {} with errors first, then choose the file again.", grouped(n), rows_en(n));
    import_mend_first(n: u32, rest: u32): if rest == 0 { format!("先改好 {} 行错误。", grouped(n)) }
        else { format!("先改好 {} 行错误。其余 {} 行无需再改。", grouped(n), grouped(rest)) },
        if rest == 0 { format!("correct {} {} first.", grouped(n), rows_en(n)) }
        else { format!("correct {} {} first. The other {} need no changes.", grouped(n), rows_en(n), grouped(rest)) };
    import_generate(template: Template, n: u32): match template {
            Template::Units => format!("生成预算单位管理账号（{} 个）", grouped(n)),
            Template::Purchasers => format!("生成采购人交易账号（{} 个）", grouped(n)),
        }, match template {
            Template::Units => format!("Generate {} management {}", grouped(n), accounts_en(n)),
            Template::Purchasers => format!("Generate {} trading {}", grouped(n), accounts_en(n)),
        };
    import_confirm_new(template: Template, n: u32): match template {
            Template::Units => format!("新建 {} 个单位和管理账号，向联系人发 {0} 条短信", grouped(n)),
            Template::Purchasers => format!("新建 {} 个采购人和交易账号，向联系人发 {0} 条短信", grouped(n)),
        },
        format!("Create {} {} with {} and send {0} SMS to contacts", grouped(n), holders_en(template, n),
            if n == 1 { "its account" } else { "their accounts" });
    import_confirm_update(template: Template, n: u32): match template {
            Template::Units => format!("更新 {} 个已有单位的资料，不发短信", grouped(n)),
            Template::Purchasers => format!("更新 {} 个已有采购人的资料，不发短信", grouped(n)),
        },
        format!("Update {} existing {}, no SMS", grouped(n), holders_en(template, n));
    import_confirm_unchanged(template: Template, n: u32): match template {
            Template::Units => format!("{} 个单位没有变化，不处理", grouped(n)),
            Template::Purchasers => format!("{} 个采购人没有变化，不处理", grouped(n)),
        },
        format!("{} {} unchanged, no action", grouped(n), holders_en(template, n));
    import_progress(done: u32, total: u32): format!("{} / {} 行", grouped(done), grouped(total)),
        format!("{} of {} {}", grouped(done), grouped(total), rows_en(total));
    import_failed_rows(n: u32): format!("看没有成功的 {} 行", grouped(n)), format!("View the {} failed rows", grouped(n));
    import_uploading(percent: u32): format!("正在上传 {percent}%"), format!("Uploading {percent}%");
    import_kind_rows(rows: &[u32], count: u32): kind_zh(rows, count), kind_en(rows, count);
    import_filtered_kind(title: &str): format!("只看：{title}"), format!("Only: {title}");
    import_page_of(page: u32, pages: u32): format!("第 {page} / {pages} 页"), format!("Page {page} of {pages}");
    import_found(total: u32): format!("共 {} 行", grouped(total)), format!("{} {}", grouped(total), rows_en(total));
    import_cell(label: &str, cell: &str): format!("{label}（{cell}）"), format!("{label} ({cell})");
    import_bar_text(counts: &StateCounts): bar(Lang::Zh, counts, "，"), bar(Lang::En, counts, ", ");
    import_continue_errors(n: u32): format!("{} 行有错误，改好后重新上传", grouped(n)),
        format!("{} {} with errors. Correct and upload again", grouped(n), rows_en(n));
    import_continue_ready(n: u32): format!("检查通过，可以生成 {} 个", grouped(n)),
        format!("check passed, {} ready to generate", grouped(n));
}

impl Lang {
    /// The name of a row state (状态).
    pub const fn row_state(self, state: RowState) -> &'static str {
        match (self, state) {
            (Self::Zh, RowState::Error) => "错误",
            (Self::Zh, RowState::Warning) => "警告",
            (Self::Zh, RowState::Correct) => "正确",
            (Self::Zh, RowState::Update) => "将更新",
            (Self::Zh, RowState::Existing) => "已存在",
            (Self::Zh, RowState::Generated) => "已生成",
            (Self::Zh, RowState::Failed) => "未生成",
            (Self::En, RowState::Error) => "Error",
            (Self::En, RowState::Warning) => "Warning",
            (Self::En, RowState::Correct) => "Correct",
            (Self::En, RowState::Update) => "Update",
            (Self::En, RowState::Existing) => "Exists",
            (Self::En, RowState::Generated) => "Generated",
            (Self::En, RowState::Failed) => "Failed",
        }
    }

    /// The short label of a column for the header of the preview. The header in the sheet is longer.
    pub fn column_label(self, template: Template, column: u8) -> &'static str {
        let own = template.columns().get(usize::from(column)).map_or("", domain::Column::label);
        let (zh, en) = match (template, column) {
            (Template::Units, units::NAME) => ("预算单位名称", "Unit name"),
            (Template::Units, units::CODE) | (Template::Purchasers, purchasers::CODE) => {
                ("统一信用代码", "Credit code")
            }
            (Template::Units, units::SUPERIOR) => ("上级预算单位", "Superior unit"),
            (Template::Units, units::ADMIN_LEVEL) => ("行政级次", "Admin. level"),
            (Template::Units, units::BUDGET_LEVEL) => ("预算级次", "Budget level"),
            (Template::Units, units::TOTAL) => ("采购总额(万元)", "Total (10k\u{a0}yuan)"),
            (Template::Units, units::RATIO) => ("预留比例(%)", "Reserved ratio (%)"),
            (Template::Units, units::SHARE) => ("预留份额(万元)", "Reserved share (10k\u{a0}yuan)"),
            (Template::Units, units::CONTACT) | (Template::Purchasers, purchasers::CONTACT) => ("联系人", "Contact"),
            (Template::Units, units::MOBILE) | (Template::Purchasers, purchasers::MOBILE) => ("手机号码", "Mobile"),
            (Template::Units, units::REMARK) | (Template::Purchasers, purchasers::REMARK) => ("备注", "Remark"),
            (Template::Purchasers, purchasers::NAME) => ("采购人名称", "Purchaser"),
            (Template::Purchasers, purchasers::TYPE) => ("采购人类型", "Type"),
            (Template::Purchasers, purchasers::UNIT) => ("所属预算单位", "Budget unit"),
            _ => (own, own),
        };
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

const fn rows_en(n: u32) -> &'static str {
    if n == 1 { "row" } else { "rows" }
}

const fn accounts_en(n: u32) -> &'static str {
    if n == 1 { "account" } else { "accounts" }
}

const fn holders_en(template: Template, n: u32) -> &'static str {
    match (template, n) {
        (Template::Units, 1) => "unit",
        (Template::Units, _) => "units",
        (Template::Purchasers, 1) => "purchaser",
        (Template::Purchasers, _) => "purchasers",
    }
}

fn list(rows: &[u32], separator: &str) -> String {
    let mut out = String::new();
    for (i, row) in rows.iter().enumerate() {
        if i > 0 {
            out.push_str(separator);
        }
        out.push_str(&row.to_string());
    }
    out
}

fn kind_zh(rows: &[u32], count: u32) -> String {
    let more = if count as usize > rows.len() { format!("等，共 {} 行", grouped(count)) } else { String::new() };
    format!("第 {} 行{more}", list(rows, "、"))
}

fn kind_en(rows: &[u32], count: u32) -> String {
    let more = if count as usize > rows.len() { format!(" …, {} in all", grouped(count)) } else { String::new() };
    format!("{} {}{more}", rows_en(count), list(rows, ", "))
}

fn bar(lang: Lang, counts: &StateCounts, separator: &str) -> String {
    let mut out = String::new();
    for state in RowState::ALL.into_iter().filter(|s| counts.of(*s) > 0) {
        if !out.is_empty() {
            out.push_str(separator);
        }
        out.push_str(lang.row_state(state));
        out.push(' ');
        out.push_str(&grouped(counts.of(state)));
    }
    out
}
