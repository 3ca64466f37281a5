//! The service hotline (服务热线).

use crate::document::public_settings;
use texts::Lang;

/// The hotline of the configuration, with its hours.
pub fn hotline(lang: Lang) -> String {
    lang.hotline(&public_settings().hotline)
}
