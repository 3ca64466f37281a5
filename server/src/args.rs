//! The command line.

use domain::Template;
use lexopt::prelude::{Long, Short, Value, ValueExt};
use std::path::PathBuf;
use texts::Lang;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
server [--config FILE] [COMMAND]

  serve                   serve the site (default)
      --ready-file FILE     write the address to FILE once it is open
  migrate [--dry-run]     bring the database's schema up to date; with --dry-run only list the pending migrations
  seed [--demo]           load the preset units; with --demo also 示例县财政局 and its units
  issue-password LOGIN    issue a preset account's first password and print it once
  check FILE --template units|purchasers [--format json|text] [--lang zh-CN|en]
                          check a spreadsheet without a database; exit 0 clean, 1 errors, 2 refused

The configuration is Leptos.toml in the current folder, or FILE.
";

/// How `check` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Serve the site.
    Serve {
        /// Where to write the address once it is open.
        ready_file: Option<PathBuf>,
    },
    /// Bring the schema up to date.
    Migrate {
        /// Only list the pending migrations.
        dry_run: bool,
    },
    /// Load presets.
    Seed {
        /// And the demo data.
        demo: bool,
    },
    /// Issue a preset account's first password.
    IssuePassword {
        /// Its login name.
        login: String,
    },
    /// Check a spreadsheet.
    Check {
        /// The file.
        file: PathBuf,
        /// Against this template.
        template: Template,
        /// Printed how.
        format: Format,
        /// In whose language.
        lang: Lang,
    },
    /// The process that reads an upload: spreadsheet in, rows and findings out. Started by the server itself.
    Read {
        /// The template.
        template: Template,
    },
    /// Say how to call it.
    Help,
}

/// The command line, understood.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Args {
    /// `--config`
    pub(crate) config: Option<PathBuf>,
    /// What to do.
    pub(crate) command: Command,
}

#[derive(Default)]
struct Found {
    config: Option<PathBuf>,
    words: Vec<String>,
    file: Option<PathBuf>,
    template: Option<Template>,
    format: Option<Format>,
    lang: Option<Lang>,
    ready_file: Option<PathBuf>,
    demo: bool,
    dry_run: bool,
    help: bool,
}

fn template(name: &str) -> Result<Template, String> {
    Template::from_name(name).ok_or_else(|| "units or purchasers".to_owned())
}

fn format(name: &str) -> Result<Format, String> {
    match name {
        "json" => Ok(Format::Json),
        "text" => Ok(Format::Text),
        _ => Err("json or text".to_owned()),
    }
}

fn lang(name: &str) -> Result<Lang, String> {
    Lang::from_tag(name).ok_or_else(|| "zh-CN or en".to_owned())
}

/// Understands a command line, the program's name left out.
pub(crate) fn parse(args: impl IntoIterator<Item = impl Into<std::ffi::OsString>>) -> Result<Args, lexopt::Error> {
    let mut parser = lexopt::Parser::from_args(args);
    let mut found = Found::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Short('h') | Long("help") => found.help = true,
            Long("config") => found.config = Some(parser.value()?.into()),
            Long("ready-file") => found.ready_file = Some(parser.value()?.into()),
            Long("template") => found.template = Some(parser.value()?.parse_with(template)?),
            Long("format") => found.format = Some(parser.value()?.parse_with(format)?),
            Long("lang") => found.lang = Some(parser.value()?.parse_with(lang)?),
            Long("demo") => found.demo = true,
            Long("dry-run") => found.dry_run = true,
            // A file's name need not be text.
            Value(word) if found.words.first().is_some_and(|w| w == "check") && found.file.is_none() => {
                found.file = Some(word.into());
            }
            Value(word) => found.words.push(word.string()?),
            _ => return Err(arg.unexpected()),
        }
    }
    found.finish()
}

impl Found {
    fn finish(mut self) -> Result<Args, lexopt::Error> {
        let missing = |what: &str| lexopt::Error::from(format!("{what} is missing"));
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        let command = match words.as_slice() {
            _ if self.help => Command::Help,
            [] | ["serve"] => Command::Serve { ready_file: self.ready_file.take() },
            ["migrate"] => Command::Migrate { dry_run: std::mem::take(&mut self.dry_run) },
            ["seed"] => Command::Seed { demo: std::mem::take(&mut self.demo) },
            ["issue-password", login] => Command::IssuePassword { login: (*login).to_owned() },
            ["issue-password"] => return Err(missing("the login name")),
            ["read"] => Command::Read { template: self.template.take().ok_or_else(|| missing("--template"))? },
            ["check"] => Command::Check {
                file: self.file.take().ok_or_else(|| missing("the file to check"))?,
                template: self.template.take().ok_or_else(|| missing("--template"))?,
                format: self.format.take().unwrap_or(Format::Text),
                lang: self.lang.take().unwrap_or_default(),
            },
            other => return Err(format!("there is no command \"{}\"", other.join(" ")).into()),
        };
        let left_over = [
            (self.demo, "--demo"),
            (self.dry_run, "--dry-run"),
            (self.ready_file.is_some(), "--ready-file"),
            (self.template.is_some(), "--template"),
            (self.format.is_some(), "--format"),
            (self.lang.is_some(), "--lang"),
        ];
        match left_over.into_iter().find(|(given, _)| *given && !self.help) {
            Some((_, option)) => Err(format!("{option} does not belong to this command").into()),
            None => Ok(Args { config: self.config, command }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Args, Command, Format, parse};
    use domain::Template;
    use rstest::rstest;
    use texts::Lang;

    #[rstest]
    #[case(&[], Command::Serve { ready_file: None })]
    #[case(&["serve", "--ready-file", "r"], Command::Serve { ready_file: Some("r".into()) })]
    #[case(&["migrate"], Command::Migrate { dry_run: false })]
    #[case(&["migrate", "--dry-run"], Command::Migrate { dry_run: true })]
    #[case(&["seed"], Command::Seed { demo: false })]
    #[case(&["seed", "--demo"], Command::Seed { demo: true })]
    #[case(&["issue-password", "GL00000001"], Command::IssuePassword { login: "GL00000001".into() })]
    #[case(&["read", "--template=units"], Command::Read { template: Template::Units })]
    #[case(
        &["check", "a.xls", "--template", "purchasers", "--format", "json", "--lang", "en"],
        Command::Check { file: "a.xls".into(), template: Template::Purchasers, format: Format::Json, lang: Lang::En }
    )]
    #[case(
        &["check", "--template", "units", "a.xls"],
        Command::Check { file: "a.xls".into(), template: Template::Units, format: Format::Text, lang: Lang::Zh }
    )]
    #[case(&["check", "--help"], Command::Help)]
    fn understands(#[case] args: &[&str], #[case] command: Command) {
        assert_eq!(parse(args).unwrap(), Args { config: None, command });
    }

    #[rstest]
    #[case(&["dance"], "there is no command \"dance\"")]
    #[case(&["check", "--template", "units"], "the file to check is missing")]
    #[case(&["check", "a.xls"], "--template is missing")]
    #[case(&["check", "a.xls", "--template", "other"], "units or purchasers")]
    #[case(&["serve", "--demo"], "--demo does not belong to this command")]
    #[case(&["--nonsense"], "--nonsense")]
    fn refuses(#[case] args: &[&str], #[case] message: &str) {
        let said = parse(args).unwrap_err().to_string();
        assert!(said.contains(message), "{said}");
    }

    #[test]
    fn config_goes_with_any_command() {
        assert_eq!(parse(["--config", "x.toml", "migrate"]).unwrap().config, Some("x.toml".into()));
    }
}
