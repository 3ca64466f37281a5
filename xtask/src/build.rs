//! The front end: two wasm bundles and the style sheet, into the site's folder, where the server takes them from.
//!
//! The page's bundle comes in parts: what the first page needs, and what `#[lazy]` functions load. Its files and the style
//! sheet carry a hash in their names, which leptos reads from `hash.txt`. The worker's loader has a plain name, so that the
//! page need not know its hash, and is asked for again each time; it names its wasm with a version. What came of the same
//! input before is kept in the target folder and used again.

use crate::{
    place::{cargo, root, target},
    shell::{Outcome, run, say},
};
use lightningcss::{
    bundler::{Bundler, FileProvider},
    stylesheet::{MinifyOptions, ParserOptions, PrinterOptions},
    targets::{Browsers, Targets},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};
use wasm_bindgen_cli_support::Bindgen;

const TARGET: &str = "wasm32-unknown-unknown";
/// The page's bundle and the style sheet; the server's name for leptos.
const PAGE: &str = "farm-purchase";
/// The worker's bundle; `app/src/import/local_check.rs` loads it by this name.
const WORKER: &str = "check-worker";
/// Starts it.
const START: &str = include_str!("../../worker/start.js");
/// Loads the other parts of the page's bundle.
const SPLIT: &str = "split.js";
/// Which those are, by what loads them.
const LAZY: &str = "lazy.json";
/// How wasm-opt makes few bytes of brotli: what it puts in place of a call compresses worse than the call.
const SMALL: [&str; 3] = ["-Oz", "--always-inline-max-function-size=1", "--one-caller-inline-max-function-size=1"];

/// How it makes what is quick the first time too: a browser compiles a function when it is first called, and better once it
/// was called often. One that swallowed all that it alone calls is slow to compile and stays as slow as it began.
const FAST: [&str; 2] = ["-O3", "--one-caller-inline-max-function-size=100"];

/// Builds the front end. A release is optimised for size and compressed beforehand; otherwise it compiles fast and still
/// loads quickly.
pub(crate) fn frontend(release: bool) -> Outcome {
    let (page, worker) = if release {
        compile("compiling the page's bundle", &["--package", "frontend", "--profile", "wasm-release"])?;
        compile("compiling the worker's bundle", &["--package", "worker", "--profile", "wasm-worker"])?;
        let page = bundle("frontend", "wasm-release", PAGE, &SMALL)?;
        (page, bundle("worker", "wasm-worker", WORKER, &FAST)?)
    } else {
        // One call, and the profile of `cargo build`, so that macros and build scripts are compiled once for both.
        // Without debug information and a little optimised, a page of these bundles is alive in a moment.
        let profile = ["--config", "profile.dev.opt-level=1", "--config", "profile.dev.debug=false"];
        let packages = ["--package", "frontend", "--package", "worker"];
        compile("compiling the bundles of the page and the worker", &[packages, profile].concat())?;
        (bundle("frontend", "debug", PAGE, &[])?, bundle("worker", "debug", WORKER, &[])?)
    };

    let mut site = Site::default();
    let mut names = site.add_page(&page)?;
    let css = css()?.into_bytes();
    let version = hash(&css);
    site.add(format!("{PAGE}.{version}.css"), css);
    names.push(("css", version));
    let list = names.iter().map(|(kind, version)| format!("{kind}: {version}\n")).collect::<Vec<_>>().concat();

    let wasm = read(&worker.join("bundle_bg.wasm"))?;
    let mut js = read(&worker.join("bundle.js"))?;
    let file = format!("{WORKER}.wasm");
    js.extend(START.replace(&file, &format!("{file}?v={}", hash(&wasm))).bytes());
    site.add(format!("{WORKER}.js"), js);
    site.add(file, wasm);
    site.add_folder(&worker.join("snippets"), "snippets")?;

    if release {
        site.compress()?;
    }
    // Last, so that it never names what is not there yet.
    site.add("hash.txt".to_owned(), list.into_bytes());
    site.write(&site_root().join("pkg"))
}

/// Files of the site by their path below its folder.
#[derive(Default)]
struct Site {
    files: Vec<(String, Vec<u8>)>,
}

impl Site {
    fn add(&mut self, name: String, bytes: Vec<u8>) {
        self.files.push((name, bytes));
    }

    /// Adds the page's bundle, all its files under one version, as they name each other; answers what leptos must know.
    fn add_page(&mut self, page: &Path) -> Outcome<Vec<(&'static str, String)>> {
        let lazy = lazy_parts(page)?;
        let parts = lazy.values().flatten().collect::<BTreeSet<_>>();
        let (mut js, mut split) = (text(&page.join("bundle.js"))?, text(&page.join(SPLIT))?);
        let mut files = vec![(PAGE.to_owned(), read(&page.join("bundle_bg.wasm"))?)];
        for part in &parts {
            files.push(((*part).clone(), read(&page.join(part).with_extension("wasm"))?));
        }
        let all = files.iter().flat_map(|(_, bytes)| bytes).chain(js.as_bytes()).chain(split.as_bytes());
        let version = hash(&all.copied().collect::<Vec<_>>());

        js = js.replace(&format!("from \"./{SPLIT}\""), &format!("from \"./__wasm_split.{version}.js\""));
        split = split.replace("\"./bundle.js\"", &format!("\"./{PAGE}.{version}.js\""));
        for part in &parts {
            split = split.replace(&format!("\"./{part}.wasm\""), &format!("\"./{part}.{version}.wasm\""));
        }
        let named = |part: &String| format!("{part}.{version}");
        let lazy: BTreeMap<_, Vec<_>> =
            lazy.iter().map(|(way, parts)| (way, parts.iter().map(named).collect())).collect();
        for (name, bytes) in files {
            self.add(format!("{name}.{version}.wasm"), bytes);
        }
        self.add(format!("{PAGE}.{version}.js"), js.into_bytes());
        self.add(format!("__wasm_split.{version}.js"), split.into_bytes());
        let manifest = serde_json::json!(lazy).to_string();
        self.add(format!("__wasm_split_manifest.{version}.json"), manifest.into_bytes());
        self.add_folder(&page.join("snippets"), "snippets")?;
        Ok(["js", "wasm", "split", "manifest"].map(|kind| (kind, version.clone())).to_vec())
    }

    /// Adds the files of a folder, if there is one, with those below it.
    fn add_folder(&mut self, folder: &Path, name: &str) -> Outcome {
        for (path, name) in entries(folder, name)? {
            if path.is_dir() {
                self.add_folder(&path, &name)?;
            } else {
                self.add(name, read(&path)?);
            }
        }
        Ok(())
    }

    /// Adds a brotli and a gzip twin to every file, as the server sends them.
    fn compress(&mut self) -> Outcome {
        let mut twins = Vec::with_capacity(self.files.len() * 2);
        for (name, bytes) in &self.files {
            let failed = |error| format!("{name} cannot be compressed: {error}");
            let mut brotli = Vec::new();
            let params = brotli::enc::BrotliEncoderParams {
                quality: 11,
                lgwin: 22,
                size_hint: bytes.len(),
                ..Default::default()
            };
            brotli::BrotliCompress(&mut bytes.as_slice(), &mut brotli, &params).map_err(failed)?;
            twins.push((format!("{name}.br"), brotli));
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            gzip.write_all(bytes).map_err(failed)?;
            twins.push((format!("{name}.gz"), gzip.finish().map_err(failed)?));
        }
        self.files.extend(twins);
        Ok(())
    }

    /// Writes what has changed and takes away what is of an earlier build.
    fn write(&self, folder: &Path) -> Outcome {
        for (name, bytes) in &self.files {
            let path = folder.join(name);
            if fs::read(&path).is_ok_and(|now| now == *bytes) {
                continue;
            }
            let parent = path.parent().unwrap_or(folder);
            fs::create_dir_all(parent).map_err(|error| format!("{} cannot be made: {error}", parent.display()))?;
            // Renamed into place: a server that runs meanwhile never sends half a file.
            let half = path.with_added_extension("new");
            fs::write(&half, bytes)
                .and_then(|()| fs::rename(&half, &path))
                .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
        }
        for (path, name) in entries(folder, "")? {
            if path.is_file() && self.files.iter().all(|(kept, _)| *kept != name) {
                fs::remove_file(&path).map_err(|error| format!("{} cannot be removed: {error}", path.display()))?;
            }
        }
        Ok(())
    }
}

/// What lies in a folder, each with its name below `prefix`; nothing where there is no such folder.
fn entries(folder: &Path, prefix: &str) -> Outcome<Vec<(PathBuf, String)>> {
    let failed = |error| format!("{} cannot be listed: {error}", folder.display());
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    fs::read_dir(folder)
        .map_err(failed)?
        .map(|entry| {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let name = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
            Ok((entry.path(), name))
        })
        .collect()
}

/// Splits what cargo made of a package where it has `#[lazy]` functions, runs wasm-bindgen, and wasm-opt where options are
/// given; answers the folder of `bundle.js` and `bundle_bg.wasm`.
fn bundle(package: &str, profile: &str, name: &str, optimise: &[&str]) -> Outcome<PathBuf> {
    let input = target().join(TARGET).join(profile).join(package).with_extension("wasm");
    let out = target().join("bundles").join(profile).join(name);
    let mark = out.join("input");
    let bytes = read(&input)?;
    let key = format!("{} {}", hash(&bytes), optimise.join(" "));
    if fs::read_to_string(&mark).is_ok_and(|made_of| made_of == key) {
        return Ok(out);
    }
    say(format!("making {name} of it"));
    let _ = fs::remove_dir_all(&out);
    let (main, parts) = if name == PAGE { split(&bytes, &out)? } else { (input, Vec::new()) };
    Bindgen::new()
        .input_path(&main)
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .out_name("bundle")
                .typescript(false)
                .keep_lld_exports(name == PAGE)
                .remove_name_section(true)
                .remove_producers_section(true)
                .generate(&out)
        })
        .map_err(|error| format!("wasm-bindgen failed on {}: {error:#}", main.display()))?;
    if !optimise.is_empty() {
        for part in parts.iter().chain([&out.join("bundle_bg.wasm")]) {
            wasm_opt(part, optimise)?;
        }
    }
    fs::write(&mark, key).map_err(|error| format!("{} cannot be written: {error}", mark.display()))?;
    Ok(out)
}

/// Takes the page's wasm apart; answers the part that is loaded first and the others.
fn split(wasm: &[u8], out: &Path) -> Outcome<(PathBuf, Vec<PathBuf>)> {
    let main = out.join("page.wasm");
    let mut options = wasm_split_cli_support::Options::new(wasm);
    (options.output_dir, options.main_out_path) = (out, &main);
    let link = format!("./{SPLIT}");
    (options.link_name, options.main_module) = (&link, "./bundle.js");
    let made = wasm_split_cli_support::transform(options)
        .map_err(|error| format!("the page's wasm cannot be split: {error:#}"))?;
    let lazy = serde_json::json!(made.prefetch_map).to_string();
    fs::write(out.join(LAZY), lazy).map_err(|error| format!("{} cannot be written: {error}", out.display()))?;
    Ok((main, made.split_modules))
}

/// What each `#[lazy]` function loads.
fn lazy_parts(page: &Path) -> Outcome<BTreeMap<String, Vec<String>>> {
    let file = page.join(LAZY);
    serde_json::from_slice(&read(&file)?).map_err(|error| format!("{} cannot be read: {error}", file.display()))
}

fn wasm_opt(wasm: &Path, options: &[&str]) -> Outcome {
    let mut command = Command::new(root().join("node_modules/.bin/wasm-opt"));
    // What the Rust target uses by default, and SIMD from .cargo/config.toml.
    let features = [
        "--enable-bulk-memory",
        "--enable-bulk-memory-opt",
        "--enable-multivalue",
        "--enable-mutable-globals",
        "--enable-nontrapping-float-to-int",
        "--enable-reference-types",
        "--enable-sign-ext",
        "--enable-simd",
    ];
    command.args(options).args(features).arg(wasm).arg("-o").arg(wasm);
    run("optimising it", &mut command, "wasm-opt comes with the npm packages: `npm ci` installs them.")
}

/// The style sheet in one piece, for the browsers of the last years: those that know the bundles' SIMD. Chromium 109 is
/// the last one on Windows 7, and many an office browser is built on an older one.
fn css() -> Outcome<String> {
    const fn version(major: u32, minor: u32) -> u32 {
        major << 16 | minor << 8
    }
    let targets = Targets::from(Browsers {
        chrome: Some(version(96, 0)),
        edge: Some(version(96, 0)),
        firefox: Some(version(91, 0)),
        safari: Some(version(16, 4)),
        ios_saf: Some(version(16, 4)),
        ..Browsers::default()
    });
    let files = FileProvider::new();
    let entry = root().join("style/main.css");
    let mut sheet = Bundler::new(&files, None, ParserOptions::default())
        .bundle(&entry)
        .map_err(|error| format!("the style sheet has a mistake: {error}"))?;
    sheet
        .minify(MinifyOptions { targets, ..MinifyOptions::default() })
        .map_err(|error| format!("the style sheet cannot be minified: {error}"))?;
    let printed = sheet
        .to_css(PrinterOptions { minify: true, targets, ..PrinterOptions::default() })
        .map_err(|error| format!("the style sheet cannot be printed: {error}"))?;
    Ok(printed.code)
}

fn compile(what: &str, args: &[&str]) -> Outcome {
    run(what, cargo().args(["build", "--target", TARGET]).args(args), "Mend what the compiler says above.")
}

fn text(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
}

fn read(path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
}

/// Enough to tell versions apart: 16 hexadecimal digits, as the server's cache rule expects.
fn hash(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Where the server looks for the site: the environment overrides Leptos.toml's default, as it does there.
pub(crate) fn site_root() -> PathBuf {
    env::var_os("FARM_SITE_ROOT").map_or_else(|| root().join("target/site"), PathBuf::from)
}
