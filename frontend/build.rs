//! Keeps the relocations of the wasm, by which it is split into the parts that pages load.
fn main() {
    // Where the whole workspace is built for the machine itself, its linker knows no such option.
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        println!("cargo::rustc-link-arg-cdylib=--emit-relocs");
    }
}
