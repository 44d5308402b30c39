//! Until when versions of engines can be created.

/// A version of an engine, and the first day on which no database of it can be created any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EngineVersion {
    /// The engine, as RDS writes it.
    pub engine: &'static str,
    /// The version: a minor one, or a major one alone, for which RDS chooses the minor one.
    pub version: &'static str,
    /// The day, `2026-05-01`.
    pub refused_from: &'static str,
}

const fn version(version: &'static str, refused_from: &'static str) -> EngineVersion {
    EngineVersion { engine: "postgres", version, refused_from }
}

/// The versions that are known. A major version counts until its standard support ends: after that, new
/// databases take part in Extended Support, which costs.
///
/// Source: Release notes of Amazon RDS for PostgreSQL, "Release calendars",
/// <https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html>; for
/// the minor versions, AWS's notice of the end of their support on 2026-05-31, "starting May 1, 2026, you will
/// not be able to create new database instances".
pub const VERSIONS: &[EngineVersion] = &[
    version("13", "2026-03-01"),
    version("14", "2027-03-01"),
    version("14.14", "2026-05-01"),
    version("14.15", "2026-05-01"),
    version("14.16", "2026-05-01"),
    version("14.17", "2026-05-01"),
    version("15", "2028-03-01"),
    version("15.9", "2026-05-01"),
    version("15.10", "2026-05-01"),
    version("15.11", "2026-05-01"),
    version("15.12", "2026-05-01"),
    version("16", "2029-03-01"),
    version("16.5", "2026-05-01"),
    version("16.6", "2026-05-01"),
    version("16.7", "2026-05-01"),
    version("16.8", "2026-05-01"),
    version("17", "2030-03-01"),
    version("17.1", "2026-05-01"),
    version("17.2", "2026-05-01"),
    version("17.3", "2026-05-01"),
    version("17.4", "2026-05-01"),
];

/// Whether a database of this version can be created on a day, `2026-11-29`; nothing for a version that
/// isn't known.
#[must_use]
pub fn can_be_created(engine: &str, version: &str, on: &str) -> Option<bool> {
    let known = VERSIONS.iter().find(|known| known.engine == engine && known.version == version);
    known.map(|known| on < known.refused_from)
}
