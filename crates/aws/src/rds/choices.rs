//! Properties of a database instance that are one of several texts.

use ironward_macros::Choice;

/// A database engine that RDS offers and that is HIPAA eligible. Engines that don't encrypt their
/// storage, and custom engines, whose hosts the customer reaches, are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum Engine {
    /// PostgreSQL.
    #[value("postgres")]
    Postgres,
    /// MySQL.
    #[value("mysql")]
    MySql,
    /// MariaDB.
    #[value("mariadb")]
    MariaDb,
    /// Oracle, Enterprise Edition.
    #[value("oracle-ee")]
    OracleEnterprise,
    /// Oracle, Standard Edition 2.
    #[value("oracle-se2")]
    OracleStandard2,
    /// SQL Server, Enterprise Edition.
    #[value("sqlserver-ee")]
    SqlServerEnterprise,
    /// SQL Server, Standard Edition.
    #[value("sqlserver-se")]
    SqlServerStandard,
    /// SQL Server, Web Edition.
    #[value("sqlserver-web")]
    SqlServerWeb,
}

/// What a database stores its data on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum StorageType {
    /// General purpose, third generation; operations and throughput can be set.
    #[value("gp3")]
    Gp3,
    /// General purpose, second generation.
    #[value("gp2")]
    Gp2,
    /// Provisioned operations.
    #[value("io1")]
    Io1,
    /// Provisioned operations, second generation.
    #[value("io2")]
    Io2,
}

/// Which addresses a database has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum NetworkType {
    /// IPv4 only.
    #[value("IPV4")]
    Ipv4,
    /// IPv4 and IPv6.
    #[value("DUAL")]
    Dual,
}

/// How much CloudWatch Database Insights shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum DatabaseInsightsMode {
    /// The basic view.
    #[value("standard")]
    Standard,
    /// The whole view; needs Performance Insights with a retention of 465 days at least.
    #[value("advanced")]
    Advanced,
}

/// How an engine's licence is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum LicenseModel {
    /// Open source: MySQL and MariaDB.
    #[value("general-public-license")]
    GeneralPublicLicense,
    /// Open source: PostgreSQL.
    #[value("postgresql-license")]
    PostgresqlLicense,
    /// With the instance.
    #[value("license-included")]
    LicenseIncluded,
    /// The customer's own.
    #[value("bring-your-own-license")]
    BringYourOwnLicense,
}

/// What happens when an engine's major version reaches the end of its standard support.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum EngineLifecycleSupport {
    /// Extended support at a charge.
    #[value("open-source-rds-extended-support")]
    Extended,
    /// An upgrade by force.
    #[value("open-source-rds-extended-support-disabled")]
    ExtendedDisabled,
}
