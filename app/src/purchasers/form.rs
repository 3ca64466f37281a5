//! The form of a purchaser: its fields, their columns in template 2, and its stored version.

use crate::{
    forms::{EditableForm, RowForm, StoredVersion},
    routes::Route,
};
use domain::{
    Finding, Template,
    form::{PurchaserForm, purchaser_column_of},
    purchaser::PurchaserEdit,
};

impl EditableForm for PurchaserForm {
    const TEMPLATE: Template = Template::Purchasers;

    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("name", &self.name),
            ("code", &self.code),
            ("kind", &self.kind),
            ("unit", &self.unit),
            ("contact", &self.contact),
            ("mobile", &self.mobile),
            ("remark", &self.remark),
        ]
    }
}

impl RowForm for PurchaserForm {
    fn findings(&self) -> Vec<Finding> {
        self.check().findings
    }

    fn column_of(field: &str) -> Option<u8> {
        purchaser_column_of(field)
    }
}

impl StoredVersion for PurchaserEdit {
    type Form = PurchaserForm;

    fn version(&self) -> i32 {
        self.version
    }

    fn form(&self) -> &PurchaserForm {
        &self.form
    }

    fn address(&self) -> String {
        Route::EditPurchaser(self.id).to_string()
    }
}
