//! Keeps the relocations of the wasm, by which it is split into the parts that pages load.
fn main() {
    println!("cargo::rustc-link-arg-cdylib=--emit-relocs");
}
