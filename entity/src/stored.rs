//! Words in columns, and the types of the pages that they stand for.

use sea_orm::{DeriveActiveEnum, EnumIter};

macro_rules! stored {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
        #[sea_orm(rs_type = "String", db_type = "Text")]
        pub enum $name {
            $($(#[$variant_doc])* #[sea_orm(string_value = $text)] $variant,)*
        }

        impl $name {
            /// The word in the column.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

/// The same words as a type of the pages.
macro_rules! same {
    ($name:ident { $($variant:ident),* $(,)? }) => { same!(domain::view::$name = $name { $($variant),* }); };
    ($shown:path = $name:ident { $($variant:ident),* $(,)? }) => {
        impl From<$shown> for $name {
            fn from(value: $shown) -> Self {
                match value { $(<$shown>::$variant => Self::$variant,)* }
            }
        }

        impl From<$name> for $shown {
            fn from(value: $name) -> Self {
                match value { $($name::$variant => Self::$variant,)* }
            }
        }
    };
}

stored! {
    /// What a unit is.
    UnitKind {
        /// The ministry or a finance department (财政部门), preset.
        Finance = "finance",
        /// A central competent budget unit (中央主管预算单位), preset.
        Central = "central",
        /// A budget unit (预算单位), imported or added by hand.
        Budget = "budget",
    }
}
stored! {
    /// The kinds of account.
    AccountKind {
        /// 平台运维
        Operator = "operator",
        /// 管理账号
        Management = "management",
        /// 交易账号
        Trading = "trading",
    }
}
same!(AccountKind { Operator, Management, Trading });
stored! {
    /// Where an account stands.
    AccountState {
        /// Preset without a password.
        NotIssued = "not-issued",
        /// The initial password was never changed.
        NotActivated = "not-activated",
        /// In use.
        Active = "active",
        /// By a superior.
        Disabled = "disabled",
    }
}
same!(AccountState { NotIssued, NotActivated, Active, Disabled });
stored! {
    /// What a purchaser is.
    PurchaserKind {
        /// 预算单位
        Unit = "unit",
        /// 工会
        Union = "union",
        /// 食堂承包方
        Canteen = "canteen",
        /// 其他
        Other = "other",
    }
}
same!(domain::PurchaserKind = PurchaserKind { Unit, Union, Canteen, Other });
stored! {
    /// How far a purchaser is certified.
    Certification {
        /// Its data was never submitted.
        None = "none",
        /// Waits for the operator.
        Submitted = "submitted",
        /// To be mended.
        Returned = "returned",
        /// May purchase.
        Certified = "certified",
    }
}
same!(domain::Certification = Certification { None, Submitted, Returned, Certified });
stored! {
    /// Where a batch stands.
    BatchState {
        /// Checked; waits to be mended or generated.
        Checked = "checked",
        /// A job is at it.
        Generating = "generating",
        /// Its job is done.
        Generated = "generated",
        /// A newer upload took its place.
        Superseded = "superseded",
    }
}
same!(BatchState { Checked, Generating, Generated, Superseded });
stored! {
    /// The state (状态) of a row.
    RowState {
        /// 错误
        Error = "error",
        /// 警告
        Warning = "warning",
        /// 正确
        Correct = "correct",
        /// 将更新
        Update = "update",
        /// 已存在
        Existing = "existing",
        /// 已生成
        Generated = "generated",
        /// 未生成
        Failed = "failed",
    }
}
same!(RowState { Error, Warning, Correct, Update, Existing, Generated, Failed });
stored! {
    /// Where a job stands.
    JobState {
        /// Waiting for a worker.
        Queued = "queued",
        /// Under way.
        Running = "running",
        /// Finished.
        Done = "done",
        /// Given up.
        Failed = "failed",
    }
}
same!(JobState { Queued, Running, Done, Failed });
stored! {
    /// Where an SMS stands.
    SmsState {
        /// Waiting for its turn or a retry.
        Waiting = "waiting",
        /// The gateway took it.
        Sent = "sent",
        /// Given up.
        Failed = "failed",
    }
}
same!(SmsState { Waiting, Sent, Failed });
stored! {
    /// What an SMS is about.
    SmsKind {
        /// Login name and initial password.
        InitialPassword = "initial-password",
        /// Login name only.
        LoginName = "login-name",
        /// Login name and the new password that a superior had made.
        NewPassword = "new-password",
        /// That a superior has set another password.
        PasswordReset = "password-reset",
        /// That the operator has certified the purchaser.
        Certified = "certified",
        /// That the operator has returned the purchaser's data.
        CertificationReturned = "certification-returned",
    }
}
same!(SmsKind { InitialPassword, LoginName, NewPassword, PasswordReset, Certified, CertificationReturned });
