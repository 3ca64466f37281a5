//! Builds the front end: two wasm bundles and the style sheet. They go to the folder of the site, from which the server sends
//! them.
//!
//! The page's bundle has several parts: one for the first page, and one for each `#[lazy]` function. The names of its files and
//! of the style sheet contain a hash, which leptos reads from `hash.txt`. The worker's script has a name without a hash, so
//! that the page need not know the hash. The browser requests this script again each time, and the script loads its wasm with a
//! version. Bundles are kept in the target folder and used again if their input has not changed.

use crate::{
    paths::{cargo, root, target},
    shell::{Outcome, print_step, run},
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
    time::{Duration, SystemTime},
};
use wasm_bindgen_cli_support::Bindgen;

const TARGET: &str = "wasm32-unknown-unknown";
/// The name of the page's bundle and of the style sheet. The server gives leptos the same name.
const PAGE: &str = "farm-purchase";
/// The name of the worker's bundle; `app/src/import/local_check.rs` loads it by this name.
const WORKER: &str = "check-worker";
/// The script that starts the worker.
const WORKER_START_SCRIPT: &str = include_str!("../../worker/start.js");
/// The script that loads the other parts of the page's bundle.
const SPLIT_SCRIPT: &str = "split.js";
/// The file that lists these parts by the function that loads them.
const LAZY_PARTS_FILE: &str = "lazy.json";
/// The file that lists all files of the last build.
const LIST_FILE: &str = "files.txt";
/// How long the files of an earlier release stay. Pages that were opened before an update ask for them by their hash.
const KEEPING_TIME: Duration = Duration::from_hours(7 * 24);
/// The options of wasm-opt for a small bundle after compression. Inlining is limited, because an inlined function compresses
/// worse than a call.
const OPTIMIZE_FOR_SIZE: [&str; 3] =
    ["-Oz", "--always-inline-max-function-size=1", "--one-caller-inline-max-function-size=1"];

/// The options of wasm-opt for a bundle that is fast from the first call. A browser compiles a function when it is called
/// first, and optimises it when it has been called often. A function that contains all the functions which only it
/// calls is slow to compile and is not optimised later.
const OPTIMIZE_FOR_SPEED: [&str; 2] = ["-O3", "--one-caller-inline-max-function-size=100"];

/// Builds the front end. A release is optimised and compressed. A development build compiles fast and still loads quickly.
pub(crate) fn frontend(release: bool) -> Outcome {
    let (page, worker) = if release {
        compile("compiling the page's bundle", &["--package", "frontend", "--profile", "wasm-release"])?;
        compile("compiling the worker's bundle", &["--package", "worker", "--profile", "wasm-worker"])?;
        let page = bundle("frontend", "wasm-release", PAGE, &OPTIMIZE_FOR_SIZE)?;
        (page, bundle("worker", "wasm-worker", WORKER, &OPTIMIZE_FOR_SPEED)?)
    } else {
        // One command builds both bundles with the profile of `cargo build`, so that macros and build scripts are compiled
        // once. A page starts quickly because its bundle has no debug information and is optimised a little.
        let profile = ["--config", "profile.dev.opt-level=1", "--config", "profile.dev.debug=false"];
        let packages = ["--package", "frontend", "--package", "worker"];
        compile("compiling the bundles of the page and the worker", &[packages, profile].concat())?;
        (bundle("frontend", "debug", PAGE, &[])?, bundle("worker", "debug", WORKER, &[])?)
    };

    let mut site = Site::default();
    let mut names = site.add_page(&page)?;
    let css = css()?.into_bytes();
    let version = version_hash(&css);
    site.add(format!("{PAGE}.{version}.css"), css);
    names.push(("css", version));
    let list = names.iter().map(|(kind, version)| format!("{kind}: {version}\n")).collect::<Vec<_>>().concat();

    let wasm = read(&worker.join("bundle_bg.wasm"))?;
    let mut js = read(&worker.join("bundle.js"))?;
    let file = format!("{WORKER}.wasm");
    js.extend(WORKER_START_SCRIPT.replace(&file, &format!("{file}?v={}", version_hash(&wasm))).bytes());
    site.add(format!("{WORKER}.js"), js);
    site.add(file, wasm);
    site.add_folder(&worker.join("snippets"), "snippets")?;

    if release {
        site.compress()?;
    }
    // This file is written last, so that it never names a file that does not exist yet.
    site.add("hash.txt".to_owned(), list.into_bytes());
    let kept = if release { KEEPING_TIME } else { Duration::ZERO };
    site.write(&site_root().join("pkg"), kept)
}

/// The files of the site by their path below its folder.
#[derive(Default)]
struct Site {
    files: Vec<(String, Vec<u8>)>,
}

impl Site {
    fn add(&mut self, name: String, bytes: Vec<u8>) {
        self.files.push((name, bytes));
    }

    /// Adds the page's bundle. All its files have one version, because they name each other. Returns the lines of `hash.txt`.
    fn add_page(&mut self, page: &Path) -> Outcome<Vec<(&'static str, String)>> {
        let lazy = lazy_parts(page)?;
        let parts = lazy.values().flatten().collect::<BTreeSet<_>>();
        let (mut js, mut split) = (read_text(&page.join("bundle.js"))?, read_text(&page.join(SPLIT_SCRIPT))?);
        let mut files = vec![(PAGE.to_owned(), read(&page.join("bundle_bg.wasm"))?)];
        for part in &parts {
            files.push(((*part).clone(), read(&page.join(part).with_extension("wasm"))?));
        }
        let all = files.iter().flat_map(|(_, bytes)| bytes).chain(js.as_bytes()).chain(split.as_bytes());
        let version = version_hash(&all.copied().collect::<Vec<_>>());

        js = js.replace(&format!("from \"./{SPLIT_SCRIPT}\""), &format!("from \"./__wasm_split.{version}.js\""));
        split = split.replace("\"./bundle.js\"", &format!("\"./{PAGE}.{version}.js\""));
        for part in &parts {
            split = split.replace(&format!("\"./{part}.wasm\""), &format!("\"./{part}.{version}.wasm\""));
        }
        let versioned_name = |part: &String| format!("{part}.{version}");
        let lazy: BTreeMap<_, Vec<_>> =
            lazy.iter().map(|(function, parts)| (function, parts.iter().map(versioned_name).collect())).collect();
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

    /// Adds the files of a folder and its subfolders, if the folder exists.
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

    /// Adds a brotli and a gzip copy of every file, because the server sends these copies.
    fn compress(&mut self) -> Outcome {
        let mut copies = Vec::with_capacity(self.files.len() * 2);
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
            copies.push((format!("{name}.br"), brotli));
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            gzip.write_all(bytes).map_err(failed)?;
            copies.push((format!("{name}.gz"), gzip.finish().map_err(failed)?));
        }
        self.files.extend(copies);
        Ok(())
    }

    /// Writes the files that have changed. Files of earlier builds with a hash in the name are removed after this time, others
    /// immediately.
    fn write(&self, folder: &Path, keeping_time: Duration) -> Outcome {
        let earlier = files_of_last_build(folder);
        for (name, bytes) in &self.files {
            write_file(&folder.join(name), bytes)?;
        }
        let mut outdated = Vec::new();
        list_files(folder, "", &mut outdated)?;
        outdated.retain(|name| name != LIST_FILE && self.files.iter().all(|(current, _)| current != name));
        for name in &outdated {
            let path = folder.join(name);
            let failed = |error| format!("{} cannot be removed: {error}", path.display());
            // The time of a file says since when no page is sent that asks for it.
            if has_hash(name) && earlier.as_ref().is_none_or(|earlier| earlier.contains(name)) {
                let file = fs::File::options().append(true).open(&path);
                file.and_then(|file| file.set_modified(SystemTime::now())).map_err(failed)?;
            }
            let since = fs::metadata(&path).and_then(|metadata| metadata.modified()).map_err(failed)?;
            if !has_hash(name) || SystemTime::now().duration_since(since).unwrap_or_default() >= keeping_time {
                fs::remove_file(&path).map_err(failed)?;
            }
        }
        let names: Vec<_> = self.files.iter().map(|(name, _)| format!("{name}\n")).collect();
        write_file(&folder.join(LIST_FILE), names.concat().as_bytes())
    }
}

/// Writes a file if its content has changed. It is renamed when it is complete, so that a running server never sends half a file.
fn write_file(path: &Path, bytes: &[u8]) -> Outcome {
    if fs::read(path).is_ok_and(|current| current == *bytes) {
        return Ok(());
    }
    let parent = path.parent().unwrap_or(path);
    fs::create_dir_all(parent).map_err(|error| format!("{} cannot be made: {error}", parent.display()))?;
    let unfinished = path.with_added_extension("new");
    fs::write(&unfinished, bytes)
        .and_then(|()| fs::rename(&unfinished, path))
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))
}

/// The files of the last build. `None` if it made no list.
fn files_of_last_build(folder: &Path) -> Option<BTreeSet<String>> {
    let list = fs::read_to_string(folder.join(LIST_FILE)).ok()?;
    Some(list.lines().map(str::to_owned).collect())
}

/// Appends the names of all files below a folder.
fn list_files(folder: &Path, prefix: &str, names: &mut Vec<String>) -> Outcome {
    for (path, name) in entries(folder, prefix)? {
        if path.is_dir() {
            list_files(&path, &name, names)?;
        } else {
            names.push(name);
        }
    }
    Ok(())
}

/// Whether the name of a file or of its folder holds a hash.
fn has_hash(name: &str) -> bool {
    name.split(['/', '.', '-']).any(|part| part.len() == 16 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// The entries of a folder with their names below `prefix`. Empty if the folder does not exist.
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

/// Splits the wasm of a package if it has `#[lazy]` functions, and runs wasm-bindgen. Runs wasm-opt if there are options for
/// it. Returns the folder of `bundle.js` and `bundle_bg.wasm`.
fn bundle(package: &str, profile: &str, name: &str, optimise: &[&str]) -> Outcome<PathBuf> {
    let input = target().join(TARGET).join(profile).join(package).with_extension("wasm");
    let out = target().join("bundles").join(profile).join(name);
    let input_key_file = out.join("input");
    let bytes = read(&input)?;
    let key = format!("{} {}", version_hash(&bytes), optimise.join(" "));
    if fs::read_to_string(&input_key_file).is_ok_and(|current| current == key) {
        return Ok(out);
    }
    print_step(format!("making {name} of it"));
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
    fs::write(&input_key_file, key)
        .map_err(|error| format!("{} cannot be written: {error}", input_key_file.display()))?;
    Ok(out)
}

/// Splits the page's wasm. Returns the part that is loaded first and the other parts.
fn split(wasm: &[u8], out: &Path) -> Outcome<(PathBuf, Vec<PathBuf>)> {
    let main = out.join("page.wasm");
    let mut options = wasm_split_cli_support::Options::new(wasm);
    (options.output_dir, options.main_out_path) = (out, &main);
    let link = format!("./{SPLIT_SCRIPT}");
    (options.link_name, options.main_module) = (&link, "./bundle.js");
    let split = wasm_split_cli_support::transform(options)
        .map_err(|error| format!("the page's wasm cannot be split: {error:#}"))?;
    let lazy = serde_json::json!(split.prefetch_map).to_string();
    fs::write(out.join(LAZY_PARTS_FILE), lazy)
        .map_err(|error| format!("{} cannot be written: {error}", out.display()))?;
    Ok((main, split.split_modules))
}

/// The parts that each `#[lazy]` function loads.
fn lazy_parts(page: &Path) -> Outcome<BTreeMap<String, Vec<String>>> {
    let file = page.join(LAZY_PARTS_FILE);
    serde_json::from_slice(&read(&file)?).map_err(|error| format!("{} cannot be read: {error}", file.display()))
}

fn wasm_opt(wasm: &Path, options: &[&str]) -> Outcome {
    let mut command = Command::new(root().join("node_modules/.bin/wasm-opt"));
    // The features that the Rust target enables by default, and SIMD from .cargo/config.toml.
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

/// Bundles the style sheet for all browsers with the SIMD that the wasm bundles need. Windows 7 has no Chromium later than 109,
/// and many browsers in offices are built on an older one.
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

fn read_text(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
}

fn read(path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
}

/// A hash that distinguishes versions. The server's cache rule expects its 16 hexadecimal digits.
fn version_hash(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// The folder from which the server sends the site. The environment overrides the default in Leptos.toml, as it does for the
/// server.
pub(crate) fn site_root() -> PathBuf {
    env::var_os("FARM_SITE_ROOT").map_or_else(|| root().join("target/site"), PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::{KEEPING_TIME, LIST_FILE, Site, list_files};
    use std::{fs, path::Path, time::Duration};

    /// A build with this version. Its bundle has a hash and a snippet, its worker has neither.
    fn build(version: char) -> Site {
        let hash = String::from(version).repeat(16);
        let names = [
            format!("farm-purchase.{hash}.js"),
            format!("farm-purchase.{hash}.js.br"),
            format!("snippets/leptos-{hash}/inline0.js"),
            "check-worker.js".to_owned(),
            "hash.txt".to_owned(),
        ];
        Site { files: names.into_iter().map(|name| (name, vec![version as u8])).collect() }
    }

    /// The versions of the files that are there.
    fn versions(folder: &Path) -> String {
        let mut names = Vec::new();
        list_files(folder, "", &mut names).unwrap();
        let names = names.iter().filter(|name| *name != LIST_FILE);
        let mut versions: Vec<_> = names.map(|name| fs::read_to_string(folder.join(name)).unwrap()).collect();
        versions.sort();
        versions.concat()
    }

    fn let_days_pass(folder: &Path, days: u64) {
        let mut names = Vec::new();
        list_files(folder, "", &mut names).unwrap();
        for name in names {
            let file = fs::File::options().append(true).open(folder.join(name)).unwrap();
            let time = file.metadata().unwrap().modified().unwrap();
            file.set_modified(time - Duration::from_hours(days * 24)).unwrap();
        }
    }

    #[test]
    fn the_release_before_stays_for_the_pages_that_are_open() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        build('a').write(folder, KEEPING_TIME).unwrap();
        assert_eq!(versions(folder), "aaaaa");
        // The release was in use for a long time. Its files are kept from the update on.
        let_days_pass(folder, 30);
        build('b').write(folder, KEEPING_TIME).unwrap();
        assert_eq!(versions(folder), "aaabbbbb");
        let_days_pass(folder, 6);
        build('b').write(folder, KEEPING_TIME).unwrap();
        assert_eq!(versions(folder), "aaabbbbb");
        build('c').write(folder, KEEPING_TIME).unwrap();
        assert_eq!(versions(folder), "aaabbbccccc");
        let_days_pass(folder, 1);
        build('c').write(folder, KEEPING_TIME).unwrap();
        assert_eq!(versions(folder), "bbbccccc");
        // A development build keeps nothing.
        build('d').write(folder, Duration::ZERO).unwrap();
        assert_eq!(versions(folder), "ddddd");
    }

    #[test]
    fn files_of_a_build_without_a_list_count_from_the_update_on() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        build('a').write(folder, KEEPING_TIME).unwrap();
        fs::remove_file(folder.join(LIST_FILE)).unwrap();
        let_days_pass(folder, 30);
        build('b').write(folder, KEEPING_TIME).unwrap();
        assert_eq!(versions(folder), "aaabbbbb");
    }
}
