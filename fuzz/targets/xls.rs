//! Any bytes, most often of an .xls: no reader panics, and each keeps its limits of memory and time, which `cargo xtask fuzz`
//! sets. Both readers of an encrypted .xlsx read the same.
#![no_main]

use domain::Template;
use libfuzzer_sys::fuzz_target;
use workbook::read::{
    Limits,
    oracle::{View, read_as_product, read_canonically},
    read,
};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    for template in Template::ALL {
        if let Ok(sheet) = read(template, bytes, limits) {
            assert!(sheet.rows().len() <= limits.rows as usize);
        }
    }
    for view in View::ALL {
        let product = read_as_product(bytes, view, limits);
        if let Some(canonical) = read_canonically(bytes, view, limits) {
            assert_eq!(product, canonical);
        }
    }
});
