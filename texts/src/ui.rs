//! The words of pages and components.

texts! {
    product: "采购人管理系统", "Purchaser Management System";
}
