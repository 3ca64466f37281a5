//! `texts!` declares texts with both languages side by side.
//!
//! ```ignore
//! texts! {
//!     sign_in: "登录", "Sign in";
//!     rows_in_error(n: u32): format!("{n} 行有错误"), format!("{n} {} in error", plural(n, "row", "rows"));
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
