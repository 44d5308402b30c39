//! Developer tasks of Ironward, run as `cargo xtask TASK`.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod bench;
mod book;
mod cache;
mod chaos;
mod cost;
mod emulators;
mod facts;
mod linter;
mod new_type;
mod page;
mod process;
mod python;
mod registry;
mod secrets;
mod sim;
mod smoke;
mod test;
mod tidy;
mod values;
mod wire;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::cache::Cache;
use crate::emulators::Emulator;

/// Developer tasks of Ironward.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_version_flag = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Install the pinned emulators; nothing to do the second time.
    Setup,
    /// Run every check and test, starting the emulators that they need.
    Test {
        /// Run these steps only.
        #[arg(long, num_args = 1.., value_name = "NAME")]
        only: Vec<String>,
        /// Name the steps instead of running them.
        #[arg(long)]
        list: bool,
    },
    /// Run an emulator in the foreground, for work by hand.
    Serve {
        /// Which one.
        emulator: Emulator,
        /// The port on 127.0.0.1 [default: 5000 for moto, 4566 for localstack].
        #[arg(long)]
        port: Option<u16>,
    },
    /// Check the house rules and the crate dependency rules.
    Tidy,
    /// Write the facts of the CloudFormation registry anew, or check that they are what its schemas make.
    Registry {
        /// Write nothing.
        #[arg(long)]
        check: bool,
        /// Show what the schemas of another release of cfn-lint would change, such as 1.58.0; writes nothing.
        #[arg(long, value_name = "VERSION", conflicts_with = "check")]
        diff: Option<String>,
    },
    /// Write the skeleton of a resource type from its schema, and say what is left to do; overwrites nothing.
    NewType {
        /// Such as `AWS::Logs::MetricFilter`.
        type_name: String,
    },
    /// Show what is known of a type, or of one of its properties, and where that is from.
    Facts {
        /// Such as `AWS::RDS::DBInstance`.
        type_name: String,
        /// Such as `BackupRetentionPeriod`.
        property: Option<String>,
    },
    /// Write the book's pages of the types anew, or check that they are what the facts make.
    Pages {
        /// Write nothing.
        #[arg(long)]
        check: bool,
    },
    /// Measure how many lines of each type are written by hand, and write the table into the book.
    Cost,
    /// Build the book and check its links.
    Book {
        /// Serve it, and build it again when it changes.
        #[arg(long)]
        serve: bool,
        /// The port on 127.0.0.1 to serve it on.
        #[arg(long, default_value_t = 3000, requires = "serve")]
        port: u16,
    },
    /// Run the engine through random programs, changes and faults, on a simulated cloud.
    Sim {
        /// Passed on: `--schedules N`, `--seed S`, `--jobs J`, `--story`, `--help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Kill the FHIR server example at every call of `up` and `destroy`, and count what is left.
    Chaos {
        /// `--jobs J`, each with its own moto; passed on: `--sample N`, `--sample-moves N`, `--shard I/K`, `--resume FILE`,
        /// `--seed S`, `--faults N`, `--only CASE`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Deploy the development FHIR server to an AWS account of yours, and take it down; asks first.
    AwsSmoke(smoke::Arguments),
    /// Try all values of every property on the sandbox and moto, and write the counts into the book.
    Values,
    /// Run the benchmarks of the engine; `bench build` measures builds and writes them into the book.
    Bench {
        /// `build`, or what is passed on to the benchmark program, such as a name to filter by.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    process::end_children_on_signals()?;
    match task {
        Task::Setup => {
            for note in test::set_up_emulators(&Cache::open()?)? {
                anstream::println!("{note}");
            }
            Ok(())
        }
        Task::Test { list: true, .. } => {
            test::list();
            Ok(())
        }
        Task::Test { only, list: false } => test::test(&only),
        Task::Serve { emulator, port } => emulator.serve(&Cache::open()?, port),
        Task::Tidy => {
            let root = workspace::root()?;
            tidy::check(&root, &workspace::metadata(&root)?)
        }
        Task::Facts { type_name, property } => {
            facts::facts(&workspace::root()?, &type_name, property.as_deref())
        }
        Task::Pages { check: true } => facts::check(&workspace::root()?),
        Task::Pages { check: false } => facts::pages(&workspace::root()?),
        Task::Cost => cost::cost(&workspace::root()?),
        Task::NewType { type_name } => new_type::new_type(&workspace::root()?, &Cache::open()?, &type_name),
        Task::Registry { diff: Some(release), .. } => {
            registry::diff(&workspace::root()?, &Cache::open()?, &release)
        }
        Task::Registry { check: true, .. } => registry::check(&workspace::root()?, &Cache::open()?),
        Task::Registry { check: false, .. } => registry::write(&workspace::root()?, &Cache::open()?),
        Task::Book { serve: false, .. } => {
            let root = workspace::root()?;
            book::build(&root, &workspace::metadata(&root)?)
        }
        Task::Book { serve: true, port } => {
            let root = workspace::root()?;
            book::serve(&root, &workspace::metadata(&root)?, port)
        }
        Task::Sim { arguments } => sim::sim(&workspace::root()?, &arguments),
        Task::Chaos { arguments } => {
            let root = workspace::root()?;
            chaos::chaos(&root, &workspace::metadata(&root)?, &Cache::open()?, &arguments)
        }
        Task::AwsSmoke(arguments) => {
            let root = workspace::root()?;
            smoke::smoke(&root, &workspace::metadata(&root)?, &Cache::open()?, &arguments)
        }
        Task::Values => values::values(&workspace::root()?, Cache::open()?),
        Task::Bench { arguments } => bench::bench(&workspace::root()?, &arguments),
    }
}
