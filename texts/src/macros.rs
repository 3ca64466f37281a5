//! The macro `texts!` declares texts with both languages side by side: a plain text, a text with arguments, or a text for
//! each template.
//!
//! ```ignore
//! texts! {
//!     sign_in: "登录", "Sign in";
//!     rows_in_error(n: u32): format!("{n} 行有错误"), format!("{n} {} with errors", plural(n, "row", "rows"));
//!     import_title of Template: "预算单位导入", "Import units" | "采购人导入", "Import purchasers";
//! }
//! ```

macro_rules! texts {
    () => {};
    ($name:ident: $zh:literal, $en:literal; $($rest:tt)*) => {
        impl $crate::Lang {
            #[doc = $zh]
            pub const fn $name(self) -> &'static str {
                match self {
                    $crate::Lang::Zh => $zh,
                    $crate::Lang::En => $en,
                }
            }
        }
        texts! { $($rest)* }
    };
    ($name:ident of Template: $zh:literal, $en:literal | $zh_purchasers:literal, $en_purchasers:literal; $($rest:tt)*) => {
        impl $crate::Lang {
            #[doc = concat!($zh, "; ", $zh_purchasers)]
            pub const fn $name(self, template: domain::Template) -> &'static str {
                match (self, template) {
                    ($crate::Lang::Zh, domain::Template::Units) => $zh,
                    ($crate::Lang::En, domain::Template::Units) => $en,
                    ($crate::Lang::Zh, domain::Template::Purchasers) => $zh_purchasers,
                    ($crate::Lang::En, domain::Template::Purchasers) => $en_purchasers,
                }
            }
        }
        texts! { $($rest)* }
    };
    ($name:ident($($arg:ident: $type:ty),* $(,)?): $zh:expr, $en:expr; $($rest:tt)*) => {
        impl $crate::Lang {
            #[doc = stringify!($zh)]
            pub fn $name(self, $($arg: $type),*) -> String {
                match self {
                    $crate::Lang::Zh => $zh,
                    $crate::Lang::En => $en,
                }
            }
        }
        texts! { $($rest)* }
    };
}
