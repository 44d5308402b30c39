//! What the storage of each engine gives, and where it can be chosen.
//!
//! Sources: RDS User Guide, "Amazon RDS DB instance storage",
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage>; RDS API
//! Reference, `ModifyDBInstance`,
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html>.

/// The most GiB that a volume can have, and up to which it can grow by itself.
///
/// Source: `AllocatedStorage` in
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html>.
pub const MOST_GIB: i64 = 65_536;

/// How fast a volume is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Performance {
    /// Operations a second.
    pub iops: i64,
    /// MiB a second; nothing where the storage type has no such setting.
    pub throughput: Option<i64>,
}

/// The gp3 storage of an engine.
#[derive(Debug)]
struct Gp3 {
    /// What the engine's name begins with.
    engine: &'static str,
    /// From how many GiB on performance can be chosen. Below, it is fixed, and the API takes neither
    /// operations nor throughput.
    threshold: i64,
    /// What a volume has from there on unless more is chosen: operations, MiB a second.
    baseline: (i64, i64),
}

/// Volumes that are striped have four times the performance of one. SQL Server's never are.
const GP3: &[Gp3] = &[
    Gp3 { engine: "db2", threshold: 400, baseline: (12_000, 500) },
    Gp3 { engine: "mariadb", threshold: 400, baseline: (12_000, 500) },
    Gp3 { engine: "mysql", threshold: 400, baseline: (12_000, 500) },
    Gp3 { engine: "oracle", threshold: 200, baseline: (12_000, 500) },
    Gp3 { engine: "postgres", threshold: 400, baseline: (12_000, 500) },
    Gp3 { engine: "sqlserver", threshold: 0, baseline: (3_000, 125) },
];

/// What a volume that is asked for, or grown, says of its performance, beyond what is declared.
///
/// `has` is what it has now, where there is one. Where performance can't be chosen the answer is
/// nothing, and a request must say nothing of it. Where it can, RDS wants operations with every growth,
/// and takes those that the volume has; one that crosses the threshold gets the baseline from there on.
#[must_use]
pub fn performance(
    engine: &str,
    storage_type: &str,
    gib: i64,
    has: Option<Performance>,
) -> Option<Performance> {
    match storage_type.to_lowercase().as_str() {
        "gp3" => {
            let engine = engine.to_lowercase();
            let gp3 = GP3.iter().find(|gp3| engine.starts_with(gp3.engine))?;
            let (iops, throughput) = gp3.baseline;
            let throughput = has.and_then(|has| has.throughput).unwrap_or(0).max(throughput);
            let iops = has.map_or(0, |has| has.iops).max(iops);
            (gib >= gp3.threshold).then_some(Performance { iops, throughput: Some(throughput) })
        }
        // Nothing has a baseline here: what isn't declared at creation is refused by the API.
        "io1" | "io2" => Some(Performance { throughput: None, ..has? }),
        _ => None,
    }
}

/// From how many GiB on the performance of gp3 storage can be chosen; nothing where the engine isn't
/// known.
#[must_use]
pub fn gp3_threshold(engine: &str) -> Option<i64> {
    let engine = engine.to_lowercase();
    GP3.iter().find(|gp3| engine.starts_with(gp3.engine)).map(|gp3| gp3.threshold)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gp3(engine: &str, gib: i64, has: Option<(i64, i64)>) -> Option<(i64, i64)> {
        let has = has.map(|(iops, throughput)| Performance { iops, throughput: Some(throughput) });
        performance(engine, "gp3", gib, has).map(|is| (is.iops, is.throughput.unwrap_or_default()))
    }

    #[test]
    fn performance_goes_along_from_the_threshold_of_the_engine_on() {
        let base = Some((3_000, 125));
        for (engine, gib, has, expected) in [
            ("postgres", 399, base, None),
            ("mysql", 399, base, None),
            ("mariadb", 399, base, None),
            // Crossing it.
            ("postgres", 400, base, Some((12_000, 500))),
            ("oracle-ee", 200, base, Some((12_000, 500))),
            ("oracle-se2", 199, base, None),
            // Beyond it, what the volume has, by choice or by baseline.
            ("postgres", 500, Some((12_000, 500)), Some((12_000, 500))),
            ("MySQL", 1000, Some((20_000, 1_000)), Some((20_000, 1_000))),
            // No volume is striped.
            ("sqlserver-se", 20, base, Some((3_000, 125))),
            ("sqlserver-ee", 500, Some((4_000, 250)), Some((4_000, 250))),
            // A new one.
            ("postgres", 100, None, None),
            ("postgres", 400, None, Some((12_000, 500))),
            ("aurora", 400, base, None),
        ] {
            assert_eq!(gp3(engine, gib, has), expected, "{engine} {gib} {has:?}");
        }
    }

    #[test]
    fn other_types_have_operations_without_throughput_or_nothing() {
        let has = Performance { iops: 5_000, throughput: Some(500) };
        for storage_type in ["io1", "io2", "IO2"] {
            let is = performance("postgres", storage_type, 100, Some(has));
            assert_eq!(is, Some(Performance { iops: 5_000, throughput: None }), "{storage_type}");
            assert_eq!(performance("postgres", storage_type, 100, None), None);
        }
        assert_eq!(performance("postgres", "gp2", 1_000, Some(has)), None);
    }
}
