//! What a database refuses, and what every plan says of it.

use ironward_aws::rds::{DbInstance, DbSubnetGroup};
use ironward_core::declare::Declaration;
use ironward_core::names::physical_name;
use ironward_core::path::Path;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Profile, Stack};
use ironward_core::state::{InstanceId, Lineage};

use super::{HipaaDatabaseBuilder, Storage};

/// The resource in a database's component whose name is the instance's identifier.
pub(super) const NAMED: &str = "db";

/// Whether a text is a class of instances: `db.`, a family and a size.
fn is_class(text: &str) -> bool {
    let is_part =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    text.strip_prefix("db.").is_some_and(|rest| rest.contains('.') && rest.split('.').all(is_part))
}

/// That a component's name leaves room for the identifier of the database that stands `below` it. The
/// identifier is made from the path, and RDS takes fewer characters than a path may have.
#[track_caller]
pub(crate) fn check_name<P: Profile>(
    stack: &Stack<P>,
    name: &str,
    below: &[&str],
) -> Result<(), DeclareError> {
    let rules = (DbInstance::SCHEMA.name_property(), DbSubnetGroup::SCHEMA.name_property());
    let (Some((_, of_instance)), Some((_, of_group))) = rules else { return Ok(()) };
    // As long as the path of a component whose name is one letter.
    let around = stack.scope().map_or_else(String::new, |scope| format!("{scope}/"));
    let segments = ["a"].iter().chain(below).chain(&[NAMED]).copied().collect::<Vec<_>>().join("/");
    let Ok(path) = Path::parse(&format!("{around}{segments}")) else { return Ok(()) };
    let instance = InstanceId::derive(&Lineage::from_random([0; 16]), &path, 1);
    let shortest = physical_name(of_group, &path, &instance).chars().count();
    let most = (of_instance.max + 1).saturating_sub(shortest);
    let length = name.chars().count();
    if length > most {
        let message = format!(
            "`{name}` has {length} characters, and {most} are the most here: the identifier of the database is made \
             from it, of which RDS takes {}",
            of_instance.max
        );
        return Err(stack.refuse(message, None));
    }
    if name.contains("--") {
        let message = format!(
            "`{name}` holds two hyphens side by side, and the identifier of the database is made from it, in which \
             RDS takes one; write one"
        );
        return Err(stack.refuse(message, None));
    }
    Ok(())
}

impl HipaaDatabaseBuilder<'_> {
    /// That it can be had, and what every plan says of it.
    pub(super) fn check<P: Profile>(&self, scope: &mut Stack<P>) -> Result<(), DeclareError> {
        let Storage { gib, most } = self.storage;
        let can_be_had = 20..=65_536;
        if !can_be_had.contains(&gib) {
            return Err(scope.refuse(format!("{gib} GiB can't be had: gp3 storage is 20 to 65536 GiB"), None));
        }
        if let Some(most) = most.filter(|most| !can_be_had.contains(most)) {
            let message = format!("storage can't grow to {most} GiB: gp3 storage is 20 to 65536 GiB");
            return Err(scope.refuse(message, None));
        }
        if let Some(most) = most.filter(|most| most * 10 < gib * 11) {
            let message =
                format!("storage of {gib} GiB can't grow to {most} GiB: the limit is at least a tenth above");
            return Err(scope.refuse(message, None));
        }
        let class = self.class.as_str();
        if !is_class(class) {
            let message = format!(
                "`{class}` is no class of a database: write one with its family and its size, such as `db.t4g.medium`"
            );
            return Err(scope.refuse(message, None));
        }
        // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
        let name = &self.database_name;
        let legal = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(legal);
        if !is_name || name.len() > 63 {
            let message = format!(
                "`{name}` can't be the name of a database: write up to 63 letters, digits and underscores, a \
                 letter first, such as `.database_name(\"fhir\")`"
            );
            return Err(scope.refuse(message, None));
        }
        if self.port < 1150 {
            let message = format!("a database can't listen on port {}: 1150 to 65535 can be had", self.port);
            return Err(scope.refuse(message, None));
        }
        let (backups, maintenance) = self.windows;
        if backups.comes_near_weekly(maintenance, 0) {
            let message = format!(
                "its backups ({backups} UTC) come into its maintenance ({maintenance} UTC): RDS refuses that; \
                 say another `.backup_window(…)` or `.maintenance_window(…)`"
            );
            return Err(scope.refuse(message, None));
        }
        if !self.statements {
            let message = "what is read and written in the database isn't recorded there";
            scope.remark(message, Some("45 CFR 164.312(b)"));
        }
        Ok(())
    }
}
