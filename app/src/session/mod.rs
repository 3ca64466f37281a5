//! Signing in and out, and 修改密码, at both portals.

pub(crate) mod api;
mod password_page;
#[cfg(feature = "ssr")]
pub(crate) mod portal;
mod sign_in_page;

pub(crate) use password_page::{PasswordPage, TradePasswordPage};
pub(crate) use sign_in_page::{SignInPage, TradeSignInPage};
