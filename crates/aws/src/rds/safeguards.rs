//! The parameters of engines that guard data, and what they guard.

/// A parameter, and what asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Safeguard {
    /// Its name, in lower case.
    pub parameter: &'static str,
    /// What it does.
    pub does: &'static str,
    /// The section that it is for.
    pub section: &'static str,
}

const TLS: &str = "45 CFR 164.312(e)(1)";
const AUDIT: &str = "45 CFR 164.312(b)";

const fn row(parameter: &'static str, does: &'static str, section: &'static str) -> Safeguard {
    Safeguard { parameter, does, section }
}

/// Sources: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html,
/// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.html,
/// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/SQLServer.Concepts.General.SSL.Using.html,
/// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.pgaudit.html,
/// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.html,
/// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.MySQL.LogFileSize.html.
const SAFEGUARDS: &[Safeguard] = &[
    row("rds.force_ssl", "clients must use TLS", TLS),
    row("require_secure_transport", "clients must use TLS", TLS),
    row("ssl_min_protocol_version", "old versions of TLS are refused", TLS),
    row("tls_version", "old versions of TLS are refused", TLS),
    row("rds.tls10", "old versions of TLS are refused", TLS),
    row("rds.tls11", "old versions of TLS are refused", TLS),
    row("shared_preload_libraries", "pgAudit is loaded", AUDIT),
    row("pgaudit.log", "what is read and written is recorded", AUDIT),
    row("pgaudit.role", "what is read and written is recorded", AUDIT),
    row("log_statement", "statements are recorded", AUDIT),
    row("log_connections", "logins are recorded", AUDIT),
    row("log_disconnections", "logins are recorded", AUDIT),
    row("log_min_duration_statement", "statements are recorded", AUDIT),
    row("general_log", "statements are recorded", AUDIT),
    row("audit_trail", "what is read and written is recorded", AUDIT),
];

/// The safeguard that a parameter is, where it is one.
#[must_use]
pub fn safeguard(parameter: &str) -> Option<&'static Safeguard> {
    let name = parameter.to_lowercase();
    SAFEGUARDS.iter().find(|safeguard| safeguard.parameter == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_guards_data_is_told_from_what_tunes() {
        assert_eq!(safeguard("RDS.Force_SSL").map(|row| row.section), Some(TLS));
        assert_eq!(safeguard("pgaudit.log").map(|row| row.section), Some(AUDIT));
        assert_eq!(safeguard("shared_buffers"), None);
        assert!(SAFEGUARDS.iter().all(|row| row.parameter == row.parameter.to_lowercase()));
    }
}
