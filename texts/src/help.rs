//! Texts of the help page (帮助).

use crate::{Lang, number::grouped, ui::plural};
use domain::{
    PublicSettings, Template,
    public_settings::{Hotline, HotlineDays},
    schema::{purchasers, units},
};

texts! {
    help_title: "帮助", "Help";
    help_lead: "怎么填表、常见问题，以及检查结果的含义。", "How to fill in the sheet, frequently asked questions, and what the check results mean.";
    help_columns_title of Template: "填报说明：预算单位", "How to fill in the sheet: units"
        | "填报说明：采购人", "How to fill in the sheet: purchasers";
    help_columns_lead(template: Template): match template {
            Template::Units => format!("《{}》的表头和单元格格式请保持原样。从第 4 行起，一行填一个单位；空行会跳过。", template.title()),
            Template::Purchasers => format!("《{}》的表头和单元格格式请保持原样。从第 4 行起，一行填一个采购人；空行会跳过。", template.title()),
        },
        format!("Do not change the header or the cell formats of 《{}》. Enter one {} per row, starting from row 4. Empty rows are skipped.",
            template.title(), match template {
                Template::Units => "unit",
                Template::Purchasers => "purchaser",
            });
    help_letter: "列", "Column";
    help_header: "表头", "Header";
    help_required_head: "必填", "Required";
    help_required: "必填", "Required";
    help_optional: "选填", "Optional";
    help_rule: "填写要求", "What to enter";
    help_example_head: "示例", "Example";
    help_questions_title: "常见问题", "Frequently asked questions";
    help_codes_title: "检查结果的含义", "What the check results mean";
    help_contact_title: "还有问题？", "Still have questions?";
    help_search: "搜索：问题、列名、检查结果", "Search questions, columns and check results";
    help_found(n: u32): format!("找到 {} 条", grouped(n)), format!("{} {}", grouped(n), plural(n, "result", "results"));
    help_none: "没有找到", "No results";
    help_none_help: "换一个词再试，例如“短信”“代码”“预留比例”；也可以拨打服务热线。",
        "Try another word, for example “SMS”, “code” or “ratio”, or call the hotline.";
    help_show_all: "看全部内容", "Show everything";
    help_of_page: "本页帮助", "Help for this page";
}

/// What a question is about. The pages of a topic lead to its questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HelpTopic {
    /// 导入
    Import,
    /// 单位资料
    Units,
    /// 预留份额
    Plans,
    /// 统计报表
    Reports,
    /// 账号和短信
    Accounts,
    /// 采购人
    Purchasers,
    /// 通知公告
    Notices,
    /// 订单
    Orders,
}

impl HelpTopic {
    /// All values, in the order of the page.
    pub const ALL: [Self; 8] = [
        Self::Import,
        Self::Units,
        Self::Plans,
        Self::Reports,
        Self::Accounts,
        Self::Purchasers,
        Self::Notices,
        Self::Orders,
    ];

    /// The id of its heading.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Import => "about-import",
            Self::Units => "about-units",
            Self::Plans => "about-plans",
            Self::Reports => "about-reports",
            Self::Accounts => "about-accounts",
            Self::Purchasers => "about-purchasers",
            Self::Notices => "about-notices",
            Self::Orders => "about-orders",
        }
    }
}

/// A frequently asked question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// 能用自己做的表格导入吗？
    OwnSheet,
    /// 改好错误后要删掉已导入的数据吗？
    UploadAgain,
    /// 表里有些单位以前导入过，会重复吗？
    ImportedBefore,
    /// 上级预算单位应该填什么？
    Superior,
    /// “生成”按钮为什么点不了？
    GenerateOff,
    /// 统一信用代码已属于其他单位，怎么办？
    CodeTaken,
    /// 预留比例或单位名称填错了怎么改？
    WrongData,
    /// 单位撤销或合并了怎么办？
    Merged,
    /// 预留份额在哪里填报？
    FilePlan,
    /// 没有食堂的单位也要填报吗？
    NoCanteen,
    /// 预留份额被退回了怎么办？
    PlanReturned,
    /// 最低预留比例是谁定的？
    MinimumRatio,
    /// 怎样催报？
    RemindUnits,
    /// 执行进度是怎么算的？
    Progress,
    /// 单位划转以后，以前的采购算谁的？
    MovedPurchases,
    /// 联系人没有收到短信怎么办？
    NoSms,
    /// 初始密码多久有效？
    InitialPassword,
    /// 忘记密码怎么办？
    ForgottenPassword,
    /// 联系人或手机号码换了怎么办？
    ContactChanged,
    /// 管理账号能登录交易平台吗？
    OtherPortal,
    /// 食堂和工会没有自己的信用代码，能分别开通吗？
    SameCode,
    /// 交易账号开通后为什么还不能采购？
    Certification,
    /// 谁能发布通知，谁能看到？
    NoticeReaders,
    /// 通知发错了怎么办？
    WrongNotice,
    /// 月度通报的数字从哪里来？
    Bulletin,
    /// 为什么有的订单是“待匹配”？
    ParkedOrders,
    /// 其他系统怎样报送订单？
    OrdersOfSystems,
    /// 密钥泄露了怎么办？
    LeakedKey,
}

impl Question {
    /// All values, in the order of the page.
    pub const ALL: [Self; 28] = [
        Self::OwnSheet,
        Self::UploadAgain,
        Self::ImportedBefore,
        Self::Superior,
        Self::GenerateOff,
        Self::CodeTaken,
        Self::WrongData,
        Self::Merged,
        Self::FilePlan,
        Self::NoCanteen,
        Self::PlanReturned,
        Self::MinimumRatio,
        Self::RemindUnits,
        Self::Progress,
        Self::MovedPurchases,
        Self::Bulletin,
        Self::NoSms,
        Self::InitialPassword,
        Self::ForgottenPassword,
        Self::ContactChanged,
        Self::OtherPortal,
        Self::SameCode,
        Self::Certification,
        Self::NoticeReaders,
        Self::WrongNotice,
        Self::ParkedOrders,
        Self::OrdersOfSystems,
        Self::LeakedKey,
    ];

    /// What it is about.
    pub const fn topic(self) -> HelpTopic {
        match self {
            Self::OwnSheet | Self::UploadAgain | Self::ImportedBefore | Self::Superior | Self::GenerateOff => {
                HelpTopic::Import
            }
            Self::CodeTaken | Self::WrongData | Self::Merged => HelpTopic::Units,
            Self::FilePlan | Self::NoCanteen | Self::PlanReturned | Self::MinimumRatio | Self::RemindUnits => {
                HelpTopic::Plans
            }
            Self::Progress | Self::MovedPurchases | Self::Bulletin => HelpTopic::Reports,
            Self::NoSms | Self::InitialPassword | Self::ForgottenPassword | Self::ContactChanged => HelpTopic::Accounts,
            Self::OtherPortal | Self::SameCode | Self::Certification => HelpTopic::Purchasers,
            Self::NoticeReaders | Self::WrongNotice => HelpTopic::Notices,
            Self::ParkedOrders | Self::OrdersOfSystems | Self::LeakedKey => HelpTopic::Orders,
        }
    }

    const fn texts(self) -> QuestionTexts {
        match self {
            Self::OwnSheet => QuestionTexts {
                zh: (
                    "能用自己做的表格导入吗？",
                    "不能。请下载模板，把数据按列粘贴进去；粘贴时选“只粘贴数值”，单元格格式就不会变。",
                ),
                en: (
                    "Can I import my own sheet?",
                    "No. Download the template and paste your data into its columns. Use “Paste values” to keep the cell formats.",
                ),
            },
            Self::UploadAgain => QuestionTexts {
                zh: (
                    "改好错误后要删掉已导入的数据吗？",
                    "不用。在原来的表格里改好，保存后重新上传，新的一次会代替上一次。生成之前，系统里不会多出任何单位。",
                ),
                en: (
                    "Do I need to delete imported data before I upload a corrected sheet?",
                    "No. Correct the same file, save it and upload it again. The new upload replaces the previous one. No units are created until you generate accounts.",
                ),
            },
            Self::ImportedBefore => QuestionTexts {
                zh: (
                    "表里有些单位以前导入过，会重复吗？",
                    "不会。统一信用代码相同的单位显示“已存在”或“将更新”，不会再生成账号，也不会再发短信。",
                ),
                en: (
                    "Some units were imported before. Will they be duplicated?",
                    "No. A unit with the same credit code is shown as Exists or Update. It does not get another account or another SMS.",
                ),
            },
            Self::Superior => QuestionTexts {
                zh: (
                    "上级预算单位应该填什么？",
                    "填直接上级的全称，比如填“中华人民共和国财政部”而不是“财政部”。上级单位写在同一张表里也可以，先后次序不限。",
                ),
                en: (
                    "What should I enter as the superior unit?",
                    "The full name of the direct superior, for example 中华人民共和国财政部 and not 财政部. The superior can be in the same sheet, in any order.",
                ),
            },
            Self::GenerateOff => QuestionTexts {
                zh: (
                    "“生成”按钮为什么点不了？",
                    "表里还有错误的行时不能生成。按钮旁边写着还差什么；点错误汇总里的行号，可以直接看到要改的单元格。",
                ),
                en: (
                    "Why is Generate not available?",
                    "Accounts cannot be generated while a row has an error. The text beside the button says what is missing. Select a row in the error summary to go to the cell.",
                ),
            },
            Self::CodeTaken => QuestionTexts {
                zh: (
                    "统一信用代码已属于其他单位，怎么办？",
                    "请先对照登记证书核对代码。代码无误的，在提示处提出代码争议，由平台运维处理，结果显示在“代码争议”中。",
                ),
                en: (
                    "A credit code belongs to another unit. What can I do?",
                    "Compare the code with the registration certificate. If it is right, select File a code dispute at the message. The platform operator decides, and the result appears under Code disputes.",
                ),
            },
            Self::WrongData => QuestionTexts {
                zh: (
                    "预留比例或单位名称填错了怎么改？",
                    "由上级在预算单位管理里找到该单位，点“编辑”，改好后保存。单位不能改自己的名称，请联系上级；预留份额可以在“预留份额填报”里自己填报，由上级审核。",
                ),
                en: (
                    "How do I correct a wrong reserved ratio or unit name?",
                    "The superior unit finds the unit under Manage units, selects Edit and saves the changes. A unit cannot change its own name: contact your superior unit. It files its own reserved share under File the plan, and the superior approves it.",
                ),
            },
            Self::Merged => QuestionTexts {
                zh: (
                    "单位撤销或合并了怎么办？",
                    "由上级打开该单位，点“合并”，选择并入的单位。下级单位、采购人和预留份额都归并入的单位，原来的名称仍然可以查到。",
                ),
                en: (
                    "What if a unit was dissolved or merged?",
                    "The superior unit opens the unit, selects Merge and chooses the unit that takes it over. Subordinate units, purchasers and plans go to that unit. The former name can still be found.",
                ),
            },
            Self::FilePlan => QuestionTexts {
                zh: (
                    "预留份额在哪里填报？",
                    "在“预留份额填报”里填，边填边检查；没填完可以先存草稿，填完点“报送”，由上级审核。去年的数会列在旁边，也可以带过来改。",
                ),
                en: (
                    "Where do we file the reserved share?",
                    "Under File the plan. It is checked while you type. Save a draft at any time and submit it when it is complete; the superior unit approves it. Last year's figures stand beside the fields and can be copied.",
                ),
            },
            Self::NoCanteen => QuestionTexts {
                zh: (
                    "没有食堂的单位也要填报吗？",
                    "要。食堂情况选“无”，一次点击就能完成零填报；有工会采购需求的，再填工会部分。",
                ),
                en: (
                    "Does a unit without a canteen file a plan?",
                    "Yes. Select that there is no canteen; one click files it. If the trade union buys, fill in its part too.",
                ),
            },
            Self::PlanReturned => QuestionTexts {
                zh: (
                    "预留份额被退回了怎么办？",
                    "打开“预留份额填报”，上面写着退回的原因。改好后再报送一次，以前的每一版都保留着。",
                ),
                en: (
                    "What if the plan was returned?",
                    "Open File the plan. The reason is at the top. Correct the plan and submit it again. Every earlier version is kept.",
                ),
            },
            Self::MinimumRatio => QuestionTexts {
                zh: (
                    "最低预留比例是谁定的？",
                    "在“填报参数”里可以看到本单位适用的每一项要求、由哪个部门设定、依据哪个文件。下级只能定得更严。",
                ),
                en: (
                    "Who sets the minimum ratio?",
                    "Plan parameters shows each rule that applies to your unit, who has set it and the document it is written in. A lower level can only be stricter.",
                ),
            },
            Self::RemindUnits => QuestionTexts {
                zh: (
                    "怎样提醒没有填报的单位？",
                    "在“预留份额审核”按填报状态或“需要关注”筛选，勾选单位或选择全部，点“提醒”。发送前可以看到短信内容、人数和不发送的原因；同一单位几天内只提醒一次。",
                ),
                en: (
                    "How do we remind units that have not filed?",
                    "Under Review plans, filter by state or concern, select some units or all, and choose to remind them. Before anything is sent you see the text, the number of units and who is left out. A unit is reminded only once within some days.",
                ),
            },
            Self::Progress => QuestionTexts {
                zh: (
                    "执行进度是怎么算的？",
                    "执行进度 = 已完成金额 ÷ 预留份额。哪些订单算已完成，由完成口径决定：支付、验收且支付，或再加上评价；退款会扣除。下级合计用金额之和除以份额之和，不是各单位进度的平均数。没有预留份额的显示“—”。",
                ),
                en: (
                    "How is the progress computed?",
                    "Progress = completed amounts ÷ reserved share. The completion basis says which orders are completed: those that are paid, that are also accepted, or that are also evaluated. Refunds are subtracted. The total is the sum of the amounts over the sum of the shares, not the mean of the units. Without a share it shows “—”.",
                ),
            },
            Self::Bulletin => QuestionTexts {
                zh: (
                    "月度通报的数字从哪里来？",
                    "与统计报表是同一套数字，采购截至所选月份的最后一天，预留份额是当天的情况。通报里的文字可以修改，清空的一节不出现；表格每次下载时由系统重新生成，不能修改。修改只保存在当前浏览器标签页里，请及时下载。",
                ),
                en: (
                    "Where do the figures of the monthly bulletin come from?",
                    "They are those of the reports: purchases until the last day of the chosen month, and the reserved shares of today. You can edit the texts, and a section that you empty is left out. The tables are made anew for each download and cannot be edited. Your edits are kept in this browser tab only, so download the bulletin in time.",
                ),
            },
            Self::ParkedOrders => QuestionTexts {
                zh: (
                    "为什么有的订单是“待匹配”？",
                    "订单里的采购人或单位在系统里还找不到。先开通对应的交易账号或更正订单，系统会自动再匹配；也可以在“待匹配订单”里马上匹配。匹配以后，金额才计入统计。",
                ),
                en: (
                    "Why are some orders parked?",
                    "They name a purchaser or a unit that the system does not know yet. Issue the trading account, or have the order corrected. The system tries again by itself, or at once on the page of parked orders. Their amounts count as soon as they are matched.",
                ),
            },
            Self::OrdersOfSystems => QuestionTexts {
                zh: (
                    "其他系统怎样报送订单？",
                    "由平台运维签发接口密钥，对方系统用密钥签名后按接口说明报送。密钥只在签发时显示一次，请当场交给对方保存。",
                ),
                en: (
                    "How does another system send orders?",
                    "The operator issues an API key. The other system signs its requests with it, as the description of the interface says. The secret is shown once, when it is issued.",
                ),
            },
            Self::LeakedKey => QuestionTexts {
                zh: (
                    "密钥泄露了怎么办？",
                    "在“接口密钥”里吊销它，再签发新的。吊销后立即失效，已经收到的订单不受影响。",
                ),
                en: (
                    "What if a secret has leaked?",
                    "Revoke the key and issue a new one. A revoked key stops working at once. Orders that have arrived stay.",
                ),
            },
            Self::MovedPurchases => QuestionTexts {
                zh: (
                    "单位划转以后，以前的采购算谁的？",
                    "报表按现在的上下级关系统计。单位划转或并入其他单位以后，它以前的采购也跟着一起走。",
                ),
                en: (
                    "Whose are the purchases of a unit that was moved?",
                    "Reports follow the tree of today. A unit that is moved or merged takes its earlier purchases along.",
                ),
            },
            Self::NoSms => QuestionTexts {
                zh: (
                    "联系人没有收到短信怎么办？",
                    "先在预算单位管理里打开该单位，看短信是否发送失败、手机号码尾号是否正确。号码填错的点“编辑”改好，再点“重新发送账号短信”。",
                ),
                en: (
                    "What if a contact did not receive the SMS?",
                    "Open the unit under Manage units. Check whether the SMS failed and whether the last digits of the number are right. Use Edit to correct a wrong number, then select Resend account SMS.",
                ),
            },
            Self::InitialPassword => QuestionTexts {
                zh: (
                    "初始密码多久有效？",
                    "{initial password days}。第一次登录必须改成自己的密码；过期后请上级重新发送账号短信。",
                ),
                en: (
                    "How long is an initial password valid?",
                    "{initial password days}. You must change it at the first sign-in. If it has expired, ask your superior unit to resend the account SMS.",
                ),
            },
            Self::ForgottenPassword => QuestionTexts {
                zh: ("忘记密码怎么办？", "请上级在预算单位管理里找到该单位，点“重置密码”。下次登录须改成自己的密码。"),
                en: (
                    "What if I forget my password?",
                    "Ask your superior unit to find your unit under Manage units and select Reset password. You must set your own password at the next sign-in.",
                ),
            },
            Self::ContactChanged => QuestionTexts {
                zh: (
                    "联系人或手机号码换了怎么办？",
                    "本单位的联系人在个人中心里改；改好后，短信发到新的手机号码。下级单位的由上级在预算单位管理里编辑。",
                ),
                en: (
                    "What if the contact or the mobile number changes?",
                    "Change your own contact under Profile. Later SMS go to the new number. The superior unit changes those of subordinate units under Manage units.",
                ),
            },
            Self::OtherPortal => QuestionTexts {
                zh: (
                    "管理账号能登录交易平台吗？",
                    "不能。管理账号用来管理所属单位，采购用交易账号，两种账号各自登录。",
                ),
                en: (
                    "Can a management account sign in to the trading portal?",
                    "No. Management accounts manage subordinate units. Purchases use trading accounts. The two kinds of account sign in separately.",
                ),
            },
            Self::SameCode => QuestionTexts {
                zh: (
                    "食堂和工会没有自己的信用代码，能分别开通吗？",
                    "能。同一个统一信用代码下可以有几个采购人，只要名称不同，例如“示例县第一中学食堂”和“示例县第一中学工会”。",
                ),
                en: (
                    "The canteen and the trade union have no code of their own. Can both have an account?",
                    "Yes. Several purchasers can have the same credit code if their names differ, for example 示例县第一中学食堂 and 示例县第一中学工会.",
                ),
            },
            Self::Certification => QuestionTexts {
                zh: (
                    "交易账号开通后为什么还不能采购？",
                    "采购人第一次登录后要补全资料并提交认证，平台审核通过后才能采购。状态在采购人列表里可以看到。",
                ),
                en: (
                    "Why can a purchaser not buy yet?",
                    "After the first sign-in, the purchaser completes its data and submits it. It can buy once the platform has certified it. The purchaser list shows the state.",
                ),
            },
            Self::NoticeReaders => QuestionTexts {
                zh: (
                    "谁能发布通知，谁能看到？",
                    "平台运维发布的，所有单位和采购人都能看到；财政部门和中央主管单位发布的，所属单位和它们的采购人能看到。打开一次就算已读，发布单位能看到有多少账号已读。",
                ),
                en: (
                    "Who can publish a notice, and who can see it?",
                    "Everyone sees a notice of the platform operator. A notice of a finance department or a central competent unit is seen by the units below it and their purchasers. Opening a notice marks it as read, and its author sees how many accounts have read it.",
                ),
            },
            Self::WrongNotice => QuestionTexts {
                zh: (
                    "通知发错了怎么办？",
                    "在“我发布的通知”里打开它，点“修改”；不该发的点“撤回”，撤回后其他人不能再看到。填了截止日期的，过后自动不再显示。",
                ),
                en: (
                    "What if a notice is wrong?",
                    "Open it under Published by you and select Edit. Withdraw one that should not be there: nobody else can see it any more. After its last day a notice is no longer shown.",
                ),
            },
        }
    }
}

/// Question and answer in both languages.
struct QuestionTexts {
    zh: (&'static str, &'static str),
    en: (&'static str, &'static str),
}

/// The place in an answer where the validity of initial passwords is written.
const INITIAL_PASSWORD_DAYS: &str = "{initial password days}";

impl Lang {
    /// The heading of a topic.
    pub const fn help_topic(self, topic: HelpTopic) -> &'static str {
        match (self, topic) {
            (Self::Zh, HelpTopic::Import) => "导入",
            (Self::Zh, HelpTopic::Units) => "单位资料",
            (Self::Zh, HelpTopic::Plans) => "预留份额",
            (Self::Zh, HelpTopic::Reports) => "统计报表",
            (Self::Zh, HelpTopic::Accounts) => "账号和短信",
            (Self::Zh, HelpTopic::Purchasers) => "采购人",
            (Self::Zh, HelpTopic::Notices) => "通知公告",
            (Self::Zh, HelpTopic::Orders) => "订单",
            (Self::En, HelpTopic::Import) => "Import",
            (Self::En, HelpTopic::Units) => "Unit data",
            (Self::En, HelpTopic::Plans) => "Plans",
            (Self::En, HelpTopic::Reports) => "Reports",
            (Self::En, HelpTopic::Accounts) => "Accounts and SMS",
            (Self::En, HelpTopic::Purchasers) => "Purchasers",
            (Self::En, HelpTopic::Notices) => "Notices",
            (Self::En, HelpTopic::Orders) => "Orders",
        }
    }

    /// A frequently asked question.
    pub const fn question(self, question: Question) -> &'static str {
        match self {
            Self::Zh => question.texts().zh.0,
            Self::En => question.texts().en.0,
        }
    }

    /// The answer to a question.
    pub fn answer(self, question: Question, settings: &PublicSettings) -> String {
        let answer = match self {
            Self::Zh => question.texts().zh.1,
            Self::En => question.texts().en.1,
        };
        answer.replace(INITIAL_PASSWORD_DAYS, &self.days(settings.initial_password_days))
    }

    /// The hotline with its hours.
    pub fn hotline(self, hotline: &Hotline) -> String {
        let Hotline { number, days, from, to } = hotline;
        let days = match (self, days) {
            (Self::Zh, HotlineDays::Daily) => "每天",
            (Self::Zh, HotlineDays::Workdays) => "工作日",
            (Self::En, HotlineDays::Daily) => "daily",
            (Self::En, HotlineDays::Workdays) => "on working days",
        };
        match self {
            Self::Zh => format!("服务热线 {number}，{days} {from}–{to}"),
            Self::En => format!("Hotline {number}, {days} {from}–{to}"),
        }
    }

    /// The instruction for a column of a template, by column index.
    pub const fn help_column(self, template: Template, column: u8) -> &'static str {
        use Template::{Purchasers, Units};
        let (zh, en) = match (template, column) {
            (Units, units::SERIAL) | (Purchasers, purchasers::SERIAL) => ("可不填，不检查", "Optional. Not checked"),
            (Units, units::NAME) => (
                "单位全称，2–100 个字，不换行，同一张表里不重复",
                "Full name, 2–100 characters, no line breaks, no duplicates in the sheet",
            ),
            (Purchasers, purchasers::NAME) => (
                "采购人全称，2–100 个字，不换行；同一代码可有几个采购人，名称不能相同",
                "Full name, 2–100 characters, no line breaks. Purchasers with the same code must have different names",
            ),
            (Purchasers, purchasers::UNIT) => (
                "本单位或下级单位的全称；不填即为本单位",
                "Full name of your unit or a unit below it. Leave empty for your own unit",
            ),
            (Units, units::CODE) | (Purchasers, purchasers::CODE) => (
                "18 位，与登记证书一致；不会出现字母 I、O、S、V、Z",
                "18 characters, as on the registration certificate. The letters I, O, S, V and Z never occur",
            ),
            (Units, units::SUPERIOR) => (
                "直接上级的全称：本单位、已有的下级单位，或本表中另一行的单位",
                "Full name of the direct superior: your unit, a unit below it, or a unit in another row of the sheet",
            ),
            (Units, units::ADMIN_LEVEL) | (Purchasers, purchasers::TYPE) => {
                ("从下拉列表中选", "Select from the drop-down list")
            }
            (Units, units::BUDGET_LEVEL) => {
                ("从下拉列表中选，不填不能导入", "Select from the drop-down list. Required for import")
            }
            (Units, units::TOTAL) => {
                ("以万元为单位，不小于 0，最多 4 位小数", "In 10,000 yuan, 0 or more, up to 4 decimal places")
            }
            (Units, units::RATIO) => (
                "0–100，最多 2 位小数，不写百分号；低于 10 会提醒",
                "0–100, up to 2 decimal places, no percent sign. A value below 10 gives a warning",
            ),
            (Units, units::SHARE) => (
                "可不填；填写时应等于总额 × 比例，误差不超过 0.01",
                "Optional. If filled in, it must equal total × ratio within 0.01",
            ),
            (Units, units::CONTACT) | (Purchasers, purchasers::CONTACT) => {
                ("经办人姓名，2–50 个字", "Name of the person in charge, 2–50 characters")
            }
            (Units, units::MOBILE) | (Purchasers, purchasers::MOBILE) => (
                "11 位大陆手机号码，接收登录账号和初始密码",
                "11-digit mainland China number. Receives the login name and the initial password",
            ),
            (Units, units::REMARK) | (Purchasers, purchasers::REMARK) => ("最多 200 个字", "Up to 200 characters"),
            _ => ("", ""),
        };
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// An example value for a column of a template. It is Chinese in both languages, because the sheet is Chinese.
    pub const fn help_example(self, template: Template, column: u8) -> &'static str {
        use Template::{Purchasers, Units};
        match (template, column) {
            (Units, units::SERIAL) | (Purchasers, purchasers::SERIAL) => "1",
            (Purchasers, purchasers::NAME) => "示例县第一中学食堂",
            (Purchasers, purchasers::TYPE) => "食堂承包方",
            (Units, units::NAME) | (Purchasers, purchasers::UNIT) => "示例县第一中学",
            (Units, units::CODE) | (Purchasers, purchasers::CODE) => "12330127470351268E",
            (Units, units::SUPERIOR) => "示例县教育局",
            (Units, units::ADMIN_LEVEL) => "县级",
            (Units, units::BUDGET_LEVEL) => "二级预算单位",
            (Units, units::TOTAL) => "86.5",
            (Units, units::RATIO) => "15",
            (Units, units::SHARE) => "12.975",
            (Units, units::CONTACT) | (Purchasers, purchasers::CONTACT) => "王芳",
            (Units, units::MOBILE) | (Purchasers, purchasers::MOBILE) => "13812345678",
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_say_how_long_initial_passwords_are_valid_here() {
        let settings = PublicSettings { initial_password_days: 7, ..PublicSettings::default() };
        for (lang, expected) in [(Lang::Zh, "7 天。"), (Lang::En, "7 days. ")] {
            assert!(lang.answer(Question::InitialPassword, &settings).starts_with(expected));
            for question in Question::ALL {
                assert!(!lang.answer(question, &settings).contains('{'), "{question:?}");
            }
        }
    }

    #[test]
    fn the_hotline_is_the_configured_one() {
        let hotline = Hotline { number: "0591-1234".to_owned(), days: HotlineDays::Workdays, ..Hotline::default() };
        assert_eq!(Lang::Zh.hotline(&hotline), "服务热线 0591-1234，工作日 9:00–18:00");
        assert_eq!(Lang::En.hotline(&hotline), "Hotline 0591-1234, on working days 9:00–18:00");
    }
}
