//! The definition of the command line.

use clap::{
    Parser, Subcommand, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};
use domain::Template;
use std::path::PathBuf;
use texts::Lang;

/// Serves the site, prepares its database, checks a spreadsheet.
#[derive(Debug, PartialEq, Eq, Parser)]
#[command(name = "server", version)]
pub(crate) struct Args {
    /// The configuration file [default: Leptos.toml in the current folder]
    #[arg(long, global = true, value_name = "FILE", env = crate::config::FILE_VARIABLE)]
    pub(crate) config: Option<PathBuf>,
    /// The command; without one the site is served.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// The commands.
#[derive(Debug, PartialEq, Eq, Subcommand)]
pub(crate) enum Command {
    /// Serve the site (default)
    Serve {
        /// Write the address to FILE once the site is open
        #[arg(long, value_name = "FILE")]
        ready_file: Option<PathBuf>,
    },
    /// Bring the database's schema up to date
    Migrate {
        /// Only list the pending migrations
        #[arg(long)]
        dry_run: bool,
    },
    /// Load the preset units; safe to repeat
    Seed {
        /// Also load 示例县财政局 and its units
        #[arg(long)]
        demo: bool,
    },
    /// Issue a preset account's first password and print it once
    IssuePassword {
        /// The login name
        login: String,
    },
    /// Go on with the generations that were given up; the servers that run do the work
    ResumeJobs,
    /// Make the SMS key of this server the key of the database, if it was changed on purpose or lost
    AcceptSmsKey,
    /// Look after the statistics of purchases
    Stats {
        #[command(subcommand)]
        command: StatsCommand,
    },
    /// Check a spreadsheet without a database; exit code 0: clean, 1: errors, 2: refused
    Check {
        /// The spreadsheet
        file: PathBuf,
        /// The template that the spreadsheet follows
        #[arg(long, value_parser = template())]
        template: Template,
        /// The format of the findings
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
        /// The language of the findings
        #[arg(long, value_parser = lang(), default_value = Lang::Zh.tag())]
        lang: Lang,
    },
    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Read a spreadsheet from standard input, under limits. The server starts this process for every upload.
    #[command(hide = true)]
    Read {
        /// The template that the spreadsheet follows
        #[arg(long, value_parser = template())]
        template: Template,
    },
}

/// The commands of `stats`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub(crate) enum StatsCommand {
    /// Compute all amounts anew from the orders; orders wait and units cannot be changed until it ends
    Rebuild,
}

/// The output formats of `check`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A line a finding, for people
    Text,
    /// One JSON object
    Json,
}

fn template() -> impl TypedValueParser<Value = Template> {
    PossibleValuesParser::new(Template::ALL.map(Template::as_str))
        .try_map(|name| Template::from_name(&name).ok_or("there is no such template"))
}

fn lang() -> impl TypedValueParser<Value = Lang> {
    PossibleValuesParser::new([Lang::Zh, Lang::En].map(Lang::tag))
        .try_map(|tag| Lang::from_tag(&tag).ok_or("there is no such language"))
}

#[cfg(test)]
mod tests {
    use super::{Args, Command, Format, StatsCommand};
    use clap::{CommandFactory, Parser, error::ErrorKind};
    use domain::Template;
    use rstest::rstest;
    use texts::Lang;

    fn parse(args: &[&str]) -> Result<Args, clap::Error> {
        Args::try_parse_from([&["server"], args].concat())
    }

    #[test]
    fn the_definition_is_consistent() {
        Args::command().debug_assert();
    }

    #[rstest]
    #[case(&[], None)]
    #[case(&["serve", "--ready-file", "r"], Some(Command::Serve { ready_file: Some("r".into()) }))]
    #[case(&["migrate"], Some(Command::Migrate { dry_run: false }))]
    #[case(&["migrate", "--dry-run"], Some(Command::Migrate { dry_run: true }))]
    #[case(&["seed"], Some(Command::Seed { demo: false }))]
    #[case(&["seed", "--demo"], Some(Command::Seed { demo: true }))]
    #[case(&["issue-password", "GL00000001"], Some(Command::IssuePassword { login: "GL00000001".into() }))]
    #[case(&["resume-jobs"], Some(Command::ResumeJobs))]
    #[case(&["accept-sms-key"], Some(Command::AcceptSmsKey))]
    #[case(&["stats", "rebuild"], Some(Command::Stats { command: StatsCommand::Rebuild }))]
    #[case(&["read", "--template=units"], Some(Command::Read { template: Template::Units }))]
    #[case(
        &["check", "a.xls", "--template", "purchasers", "--format", "json", "--lang", "en"],
        Some(Command::Check { file: "a.xls".into(), template: Template::Purchasers, format: Format::Json, lang: Lang::En })
    )]
    #[case(
        &["check", "--template", "units", "a.xls"],
        Some(Command::Check { file: "a.xls".into(), template: Template::Units, format: Format::Text, lang: Lang::Zh })
    )]
    fn a_command_line_is_parsed(#[case] args: &[&str], #[case] command: Option<Command>) {
        assert_eq!(parse(args).unwrap(), Args { config: None, command });
    }

    #[rstest]
    #[case(&["dance"], "unrecognized subcommand 'dance'")]
    #[case(&["check", "--template", "units"], "<FILE>")]
    #[case(&["check", "a.xls"], "--template <TEMPLATE>")]
    #[case(&["check", "a.xls", "--template", "other"], "units, purchasers")]
    #[case(&["issue-password"], "<LOGIN>")]
    #[case(&["serve", "--demo"], "unexpected argument '--demo'")]
    #[case(&["--nonsense"], "--nonsense")]
    fn a_wrong_command_line_is_refused(#[case] args: &[&str], #[case] message: &str) {
        let error = parse(args).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains(message), "{error}");
    }

    #[test]
    fn help_is_printed_for_every_command() {
        let error = parse(&["check", "--help"]).unwrap_err();
        assert_eq!((error.kind(), error.exit_code()), (ErrorKind::DisplayHelp, 0));
    }

    #[test]
    fn the_configuration_file_can_be_named_before_and_after_the_command() {
        assert_eq!(parse(&["--config", "x.toml", "migrate"]).unwrap().config, Some("x.toml".into()));
        assert_eq!(parse(&["migrate", "--config", "x.toml"]).unwrap().config, Some("x.toml".into()));
    }
}
