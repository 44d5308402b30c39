//! The settings of HAPI FHIR's JPA server.
//!
//! They are environment variables, named as its `application.yaml` names them:
//! <https://github.com/hapifhir/hapi-fhir-jpaserver-starter/blob/4a22496/src/main/resources/application.yaml>.

/// No web page comes from there: RFC 2606.
const NOWHERE: &str = "https://browsers.invalid";

/// What a server needs behind two ends of TLS and in front of PostgreSQL, and without what nobody
/// asked for: the interface for language models and the pages with the API's description.
///
/// What can't be turned off is made harmless: CORS is for the server's own name only, and the page for
/// trying it out fetches nothing from elsewhere.
pub(super) fn settings(public_name: Option<&str>) -> Vec<(&'static str, String)> {
    let mut settings = vec![
        (
            "spring.jpa.properties.hibernate.dialect",
            "ca.uhn.fhir.jpa.model.dialect.HapiFhirPostgresDialect".to_owned(),
        ),
        ("spring.ai.mcp.server.enabled", "false".to_owned()),
        ("hapi.fhir.openapi_enabled", "false".to_owned()),
        ("hapi.fhir.tester.home.refuse_to_fetch_third_party_urls", "true".to_owned()),
        ("management.endpoint.health.probes.enabled", "true".to_owned()),
        // Without it the check knows nothing of the database, and no task that lost its login to a
        // rotation of the secret would ever be replaced.
        ("management.endpoint.health.group.readiness.include", "readinessState,db".to_owned()),
    ];
    match public_name {
        Some(name) => settings.extend([
            ("hapi.fhir.server_address", format!("https://{name}/fhir")),
            ("hapi.fhir.cors.allowed_origin", format!("https://{name}")),
        ]),
        // It takes its address from what the sidecar says of each request.
        None => settings.extend([
            ("hapi.fhir.use_apache_address_strategy", "true".to_owned()),
            ("hapi.fhir.use_apache_address_strategy_https", "true".to_owned()),
            ("hapi.fhir.cors.allowed_origin", NOWHERE.to_owned()),
        ]),
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Settings that version 8.10.0 documents, with what they are unless set; `-` where they aren't.
    /// Source: its `application.yaml` (see above) and, of `cors`, the class `AppProperties`.
    const DOCUMENTED: &[(&str, &str)] = &[
        ("hapi.fhir.cors.allowed_origin", "*"),
        ("hapi.fhir.openapi_enabled", "true"),
        ("hapi.fhir.server_address", "-"),
        ("hapi.fhir.tester.home.refuse_to_fetch_third_party_urls", "false"),
        ("hapi.fhir.use_apache_address_strategy", "false"),
        ("hapi.fhir.use_apache_address_strategy_https", "false"),
        ("management.endpoint.health.group.readiness.include", "readinessState"),
        ("management.endpoint.health.probes.enabled", "true"),
        ("spring.ai.mcp.server.enabled", "true"),
        ("spring.datasource.driver-class-name", "org.h2.Driver"),
        ("spring.datasource.password", "null"),
        ("spring.datasource.url", "jdbc:h2:mem:test_mem"),
        ("spring.datasource.username", "sa"),
        ("spring.jpa.properties.hibernate.dialect", "ca.uhn.fhir.jpa.model.dialect.HapiFhirH2Dialect"),
    ];

    #[test]
    fn every_setting_is_one_of_the_pinned_version() {
        for name in [None, Some("fhir.example.org")] {
            for (setting, _) in settings(name) {
                assert!(DOCUMENTED.iter().any(|(known, _)| *known == setting), "{setting}");
            }
        }
    }

    /// Whatever would be wrong or open as it is shipped is set.
    #[test]
    fn what_is_wrong_unless_set_is_set() {
        let settings = settings(Some("fhir.example.org"));
        let set =
            |name: &str| settings.iter().find(|(setting, _)| *setting == name).map(|(_, value)| &**value);
        assert!(
            set("spring.jpa.properties.hibernate.dialect")
                .is_some_and(|dialect| dialect.contains("Postgres"))
        );
        assert_eq!(set("hapi.fhir.server_address"), Some("https://fhir.example.org/fhir"));
        assert_eq!(set("hapi.fhir.cors.allowed_origin"), Some("https://fhir.example.org"));
        for off in ["spring.ai.mcp.server.enabled", "hapi.fhir.openapi_enabled"] {
            assert_eq!(set(off), Some("false"));
        }
    }

    #[test]
    fn links_are_https_though_the_name_is_unknown() {
        let settings = settings(None);
        assert!(settings.contains(&("hapi.fhir.use_apache_address_strategy_https", "true".to_owned())));
        assert!(
            !settings.iter().any(|(name, value)| *name == "hapi.fhir.cors.allowed_origin" && value == "*")
        );
    }
}
