//! Texts of orders: 我的订单, the keys of systems that send orders, and why a call is refused.

use crate::{
    Lang,
    number::grouped,
    ui::{lower_day, plural},
    yuan,
};
use domain::{
    Code,
    api_key::{KeyLifetime, KeyState, MAX_NAME},
    order::{CallRefusal, OrderEvent, OrderFilter, OrderState, PayerKind, ProductCategory, UnknownPart},
    problem::FieldFault,
};

// 我的订单.
texts! {
    orders_lead: "交易平台的订单会自动同步到这里。", "Orders on the trading platform appear here by themselves.";
    orders_look: "查看我的订单", "View my orders";
    orders_search: "搜索：订单编号、供应商", "Search number or supplier";
    orders_from: "下单日期从", "Ordered from";
    orders_until: "到", "until";
    orders_any_state: "全部状态", "All states";
    orders_found(n: u32): format!("{} 个订单", grouped(n)), format!("{} {}", grouped(n), plural(n, "order", "orders"));
    orders_no_match: "没有符合条件的订单", "No orders match";
    orders_no_match_help: "换个关键词，或放宽日期和状态再试。", "Try another word, or widen the dates and the state.";
    orders_first: "回到最新的", "Back to the newest";
    order_number: "订单编号", "Order number";
    order_supplier: "供应商", "Supplier";
    order_supplier_code: "供应商统一信用代码", "Supplier's credit code";
    order_payer: "付款方", "Payer";
    order_state_head: "状态", "State";
    order_amount: "金额", "Amount";
    order_amount_yuan(amount: &str): format!("{amount} 元"), format!("{amount} yuan");
    order_refunded: "已退款", "Refunded";
    order_partly_refunded(amount: &str): format!("已退 {amount} 元"), format!("{amount} yuan refunded");
    order_ordered_at: "下单时间", "Ordered";
    order_title(number: &str): format!("订单 {number}"), format!("Order {number}");
    order_summary: "订单信息", "Order";
    order_lines: "商品明细", "Products";
    order_product: "商品", "Product";
    order_category: "类别", "Category";
    order_quantity: "数量", "Quantity";
    order_unit_price: "单价（元）", "Unit price (yuan)";
    order_line_amount: "金额（元）", "Amount (yuan)";
    order_origin: "产地", "Origin";
    order_steps: "订单进度", "Progress";
    order_refund_of_line(line: u32, amount: &str): format!("第 {line} 行，{amount} 元"), format!("line {line}, {amount} yuan");
    order_revisions: "变更记录", "Changes";
    order_revision(number: i32): format!("第 {number} 版"), format!("Version {number}");
    order_revision_today: "当前", "current";
    order_received_at: "同步时间", "Received";
}

// 待匹配订单.
texts! {
    parked_title: "待匹配订单", "Orders to match";
    parked_lead: "订单里有系统还不认识的内容，暂不计入统计。每分钟自动重新匹配，认识后立即入账。",
        "These orders name something that is not known yet, and do not count. They are matched again every minute, and count as soon as it is known.";
    parked_search: "搜索：订单编号、采购人", "Search number or purchaser";
    parked_reason: "原因", "Reason";
    parked_any_reason: "全部原因", "All reasons";
    parked_purchaser: "采购人（订单所写）", "Purchaser as named";
    parked_to_do: "怎么处理", "What to do";
    parked_none: "没有待匹配的订单", "No orders to match";
    parked_none_help: "收到的订单都已入账。", "Every order that was received counts.";
    parked_no_match: "没有符合条件的记录", "No records match";
    parked_first: "回到第一页", "Back to the first page";
    parked_match: "立即重新匹配", "Match again now";
    parked_matching: "正在匹配…", "Matching…";
    parked_matched(n: u32): if n == 0 { "已重新匹配，没有可以入账的订单。".to_owned() } else { format!("已重新匹配，{} 个订单已处理。", grouped(n)) },
        if n == 0 { "Matched again. No order can be placed yet.".to_owned() } else { format!("Matched again. {} {} placed.", grouped(n), plural(n, "order was", "orders were")) };
    parked_found(n: u32): format!("{} 条待匹配", grouped(n)), format!("{} {} to match", grouped(n), plural(n, "record", "records"));
}

// 接口密钥.
texts! {
    menu_system: "系统", "System";
    api_keys_title: "接口密钥", "API keys";
    api_keys_lead: "交易平台用密钥签名，把订单传到本系统。每个系统各用一个密钥，泄露了就立即吊销。",
        "A trading platform signs with a key to send orders here. Give each system a key of its own, and revoke a key at once if it leaks.";
    api_keys_none: "还没有密钥", "There are no keys yet";
    api_keys_none_help: "签发后，把密钥编号和密钥交给对方系统的管理员。",
        "Issue a key, and give its id and secret to whoever runs the other system.";
    api_key_issue_title: "签发密钥", "Issue a key";
    api_key_issue: "签发", "Issue";
    api_key_issuing: "正在签发…", "Issuing…";
    api_key_name: "名称", "Name";
    api_key_name_hint: "写明给哪个系统用，例如“省级交易平台”。", "Which system uses it, for example “provincial trading platform”.";
    api_key_lifetime: "有效期", "Valid for";
    api_key_issued(name: &str): format!("已签发：{name}"), format!("Issued: {name}");
    api_key_once: "密钥只显示这一次，离开本页后无法再查看。请现在就复制并妥善保存。",
        "The secret is shown this once and cannot be seen again after you leave this page. Copy it now and keep it safe.";
    api_key_id: "密钥编号", "Key id";
    api_key_secret: "密钥", "Secret";
    api_key_state: "状态", "State";
    api_key_issued_at: "签发", "Issued";
    api_key_expires_at: "到期", "Expires";
    api_key_last_used: "最近使用", "Last used";
    api_key_refused(at: &str): format!("{at} 有请求被拒绝"), format!("Requests refused: {}", lower_day(at));
    api_key_revoke: "吊销", "Revoke";
    api_key_revoke_yes: "确认吊销", "Revoke the key";
    api_key_revoke_ask(name: &str): format!("吊销后，“{name}”立即不能再传订单，并且无法恢复。确定吊销吗？"),
        format!("“{name}” can send no more orders at once, and this cannot be undone. Revoke the key?");
    api_key_revoked_done: "密钥已吊销。", "The key is revoked.";
}

// The home page of the trading portal.
texts! {
    waits_orders(n: u32, state: OrderFilter): format!("{} 个订单{}", grouped(n), Lang::Zh.order_filter(state)),
        format!("{} {}: {}", grouped(n), plural(n, "order", "orders"), Lang::En.order_filter(state).to_lowercase());
    waits_orders_why(until: &str): format!("{until} 及以前下的单"), format!("Ordered on or before {until}");
}

impl Lang {
    /// Who pays.
    pub const fn payer(self, payer: PayerKind) -> &'static str {
        match payer {
            PayerKind::Canteen => self.of("食堂", "Canteen"),
            PayerKind::Union => self.of("工会", "Union"),
            PayerKind::Employee => self.of("职工个人", "Employees"),
        }
    }

    /// The category of a product.
    pub const fn product_category(self, category: ProductCategory) -> &'static str {
        match category {
            ProductCategory::GrainAndOil => self.of("粮油", "Grain and oil"),
            ProductCategory::MeatAndEggs => self.of("肉禽蛋", "Meat and eggs"),
            ProductCategory::Seafood => self.of("水产", "Seafood"),
            ProductCategory::Vegetables => self.of("蔬菜", "Vegetables"),
            ProductCategory::Fruit => self.of("水果", "Fruit"),
            ProductCategory::DriedGoods => self.of("干货", "Dried goods"),
            ProductCategory::Tea => self.of("茶", "Tea"),
            ProductCategory::Drinks => self.of("饮料酒水", "Drinks"),
            ProductCategory::Dairy => self.of("奶制品", "Dairy"),
            ProductCategory::Seasonings => self.of("调味品", "Seasonings"),
            ProductCategory::Snacks => self.of("休闲食品", "Snacks"),
            ProductCategory::Other => self.of("其他", "Other"),
        }
    }

    /// The state of an order.
    pub const fn order_state(self, state: OrderState) -> &'static str {
        match state {
            OrderState::Unpaid => self.of("待付款", "To pay"),
            OrderState::Paid => self.of("待发货", "To ship"),
            OrderState::Shipped => self.of("待验收", "To accept"),
            OrderState::Accepted => self.of("待评价", "To evaluate"),
            OrderState::Evaluated => self.of("已完成", "Completed"),
            OrderState::Refunded => self.of("已退款", "Refunded"),
        }
    }

    /// Which orders are listed by their state.
    pub const fn order_filter(self, filter: OrderFilter) -> &'static str {
        match filter.state() {
            Some(state) => self.order_state(state),
            None => self.of("退款", "Refunds"),
        }
    }

    /// What happened to an order.
    pub fn order_event(self, event: OrderEvent) -> String {
        let text = match event {
            OrderEvent::Ordered => self.of("下单", "Ordered"),
            OrderEvent::Paid => self.of("付款", "Paid"),
            OrderEvent::Shipped => self.of("发货", "Shipped"),
            OrderEvent::Accepted => self.of("验收", "Accepted"),
            OrderEvent::Evaluated => self.of("评价", "Evaluated"),
            OrderEvent::Refunded { amount, line } => {
                let amount = yuan(amount);
                let what = match line {
                    Some(line) => self.order_refund_of_line(line, &amount),
                    None => self.order_amount_yuan(&amount),
                };
                return match self {
                    Self::Zh => format!("退款：{what}"),
                    Self::En => format!("Refunded: {what}"),
                };
            }
        };
        text.to_owned()
    }

    /// What is unknown in a parked record.
    pub const fn unknown_part(self, part: UnknownPart) -> &'static str {
        match part {
            UnknownPart::Purchaser => self.of("采购人不存在", "Unknown purchaser"),
            UnknownPart::Category => self.of("产品类别不认识", "Unknown category"),
            UnknownPart::Origin => self.of("产地代码不认识", "Unknown origin"),
        }
    }

    /// What the operator does about a parked record.
    pub const fn parked_to_do_about(self, part: UnknownPart) -> &'static str {
        match part {
            UnknownPart::Purchaser => self.of(
                "核对交易账号：账号开通后自动入账；写错的，请对方改正后以新版本重传。",
                "Check the trading account: the order counts once it is opened. If it is misspelt, the sender corrects it in a new revision.",
            ),
            UnknownPart::Category => self.of(
                "请对方改用接口文档里的类别，以新版本重传。",
                "The sender uses a category of the interface's documentation, in a new revision.",
            ),
            UnknownPart::Origin => self.of(
                "请对方核对县级行政区划代码，以新版本重传。",
                "The sender checks the code of the county, and sends a new revision.",
            ),
        }
    }

    /// For how long a key is valid.
    pub const fn key_lifetime(self, lifetime: KeyLifetime) -> &'static str {
        match lifetime {
            KeyLifetime::NinetyDays => self.of("90 天", "90 days"),
            KeyLifetime::Year => self.of("1 年", "1 year"),
            KeyLifetime::Unlimited => self.of("长期有效", "Until revoked"),
        }
    }

    /// Whether a key is valid.
    pub const fn key_state(self, state: KeyState) -> &'static str {
        match state {
            KeyState::Valid => self.of("有效", "Valid"),
            KeyState::Expired => self.of("已到期", "Expired"),
            KeyState::Revoked => self.of("已吊销", "Revoked"),
        }
    }

    /// What is wrong at a field of the form for a key.
    pub fn api_key_fault(self, fault: &FieldFault) -> String {
        match (fault.field.as_str(), fault.code) {
            ("name", Code::Required) => self.of("请填写名称", "Enter a name").to_owned(),
            ("name", Code::TooLong) => match self {
                Self::Zh => format!("最多 {MAX_NAME} 个字，请缩短"),
                Self::En => format!("At most {MAX_NAME} characters"),
            },
            ("name", _) => self
                .of("名称里有不可见的字符，请重新输入", "The name has invisible characters. Type it again")
                .to_owned(),
            _ => self.of("请从列表中选择", "Choose from the list").to_owned(),
        }
    }

    /// Why a call that brings orders is refused as a whole.
    pub fn call_refusal(self, refusal: CallRefusal) -> String {
        let text = match refusal {
            CallRefusal::NotSigned => self.of(
                "请求没有签名，或者密钥、签名不对。",
                "The request is not signed, or the key or the signature is wrong.",
            ),
            CallRefusal::Clock { .. } => self.of(
                "签名里的时间与服务器时间相差超过 5 分钟，请校准时钟。",
                "The time in the signature is more than 5 minutes off the time of the server. Set the clock.",
            ),
            CallRefusal::Replayed => self.of(
                "这个 nonce 已经用过。重试时请换一个新的 nonce 并重新签名。",
                "This nonce was used before. To try again, sign with a new nonce.",
            ),
            CallRefusal::BodyTooLong { limit } => {
                let mebibytes = limit >> 20;
                return match self {
                    Self::Zh => format!("请求内容超过 {mebibytes} MB，请分几次发送。"),
                    Self::En => format!("The body is longer than {mebibytes} MB. Send it in several calls."),
                };
            }
            CallRefusal::BodyIncomplete => {
                self.of("请求内容没有完整收到，或者传得太慢。", "The body did not arrive as a whole, or too slowly.")
            }
            CallRefusal::Malformed => self.of(
                "请求内容不是规定格式的 JSON：应为数组，或含 orders 字段的对象。",
                "The body is not JSON of the expected form: an array, or an object with the field orders.",
            ),
            CallRefusal::TooManyRecords { limit } => {
                return match self {
                    Self::Zh => format!("一次最多 {limit} 条，请分几次发送。"),
                    Self::En => format!("At most {limit} records at once. Send them in several calls."),
                };
            }
            CallRefusal::MediaType => self.of(
                "Content-Type 应为 application/json 或 application/x-ndjson。",
                "Content-Type must be application/json or application/x-ndjson.",
            ),
            CallRefusal::Method => self.of("这个地址不支持这种请求方法。", "This address does not support the method."),
        };
        text.to_owned()
    }
}
