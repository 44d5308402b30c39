//! Database instances of RDS, which are described with all that they were made and changed with.
//!
//! Source: Amazon RDS API Reference, `CreateDBInstance`, `ModifyDBInstance`, `AddRoleToDBInstance`,
//! `RemoveRoleFromDBInstance`, `DBInstance`.

use std::collections::BTreeMap;
use std::sync::Mutex;

use ironward_emulators::xml;

use super::{Call, Keeper, Parameters, cloud, element, hold, items, list};
use crate::rds::instance::InstanceSubject;

/// What each instance was made and changed with, by identifier.
#[derive(Debug, Default)]
struct Databases(Mutex<BTreeMap<String, Instance>>);

#[derive(Debug, Default)]
struct Instance {
    set: Parameters,
    logs: Vec<String>,
    /// By name, with their parameters.
    volumes: BTreeMap<String, Parameters>,
    /// The role of each feature.
    roles: BTreeMap<String, String>,
}

/// Parameters, and the elements that show them.
const SHOWN: &[(&str, &str)] = &[
    ("CharacterSetName", "CharacterSetName"),
    ("DatabaseInsightsMode", "DatabaseInsightsMode"),
    ("DedicatedLogVolume", "DedicatedLogVolume"),
    ("EnableIAMDatabaseAuthentication", "IAMDatabaseAuthenticationEnabled"),
    ("EnablePerformanceInsights", "PerformanceInsightsEnabled"),
    ("LicenseModel", "LicenseModel"),
    ("MaxAllocatedStorage", "MaxAllocatedStorage"),
    ("MonitoringInterval", "MonitoringInterval"),
    ("MonitoringRoleArn", "MonitoringRoleArn"),
    ("NcharCharacterSetName", "NcharCharacterSetName"),
    ("NetworkType", "NetworkType"),
    ("PerformanceInsightsKMSKeyId", "PerformanceInsightsKMSKeyId"),
    ("PerformanceInsightsRetentionPeriod", "PerformanceInsightsRetentionPeriod"),
    ("PreferredBackupWindow", "PreferredBackupWindow"),
    ("PreferredMaintenanceWindow", "PreferredMaintenanceWindow"),
    ("StorageThroughput", "StorageThroughput"),
    ("Timezone", "Timezone"),
];

/// Parameters of a directory, and the members that show them.
const DOMAIN: &[(&str, &str)] = &[
    ("Domain", "Domain"),
    ("DomainAuthSecretArn", "AuthSecretArn"),
    ("DomainFqdn", "FQDN"),
    ("DomainIAMRoleName", "IAMRoleName"),
    ("DomainOu", "OU"),
];

impl Instance {
    fn change(&mut self, parameters: Parameters) {
        let is = |name: &str, value: &str| parameters.get(name).is_some_and(|set| set == value);
        // What is set anew is set as a whole.
        let joins = ["Domain", "DomainFqdn"].iter().any(|name| parameters.contains_key(*name));
        if joins || is("DisableDomain", "true") {
            self.set.retain(|name, _| !name.starts_with("Domain"));
        }
        let features = |name: &str| name.starts_with("ProcessorFeatures.");
        if parameters.keys().any(|name| features(name)) || is("UseDefaultProcessorFeatures", "true") {
            self.set.retain(|name, _| !features(name));
        }
        if is("EnablePerformanceInsights", "false") {
            self.set.retain(|name, _| !name.starts_with("PerformanceInsights"));
        }
        if is("MonitoringInterval", "0") {
            self.set.remove("MonitoringRoleArn");
        }
        let exports = "CloudwatchLogsExportConfiguration";
        self.logs.extend(list(&parameters, "EnableCloudwatchLogsExports.member"));
        self.logs.extend(list(&parameters, &format!("{exports}.EnableLogTypes.member")));
        let gone = list(&parameters, &format!("{exports}.DisableLogTypes.member"));
        self.logs.retain(|log| !gone.contains(log));
        for volume in items(&parameters, "AdditionalStorageVolumes.member") {
            let name = volume.get("VolumeName").cloned().unwrap_or_default();
            if volume.contains_key("SetForDelete") {
                self.volumes.remove(&name);
            } else {
                self.volumes.entry(name).or_default().extend(volume);
            }
        }
        self.set.extend(parameters);
        if self.set.contains_key("MaxAllocatedStorage")
            && self.set.get("MaxAllocatedStorage") == self.set.get("AllocatedStorage")
        {
            // That it doesn't grow by itself is said in this way, and shown by its absence.
            self.set.remove("MaxAllocatedStorage");
        }
    }

    /// What is kept, as elements of a description.
    fn shown(&self) -> Vec<(&'static str, String)> {
        let members =
            |of: &Parameters| -> String { of.iter().map(|(name, value)| element(name, value)).collect() };
        let mut shown: Vec<(&str, String)> = SHOWN
            .iter()
            .filter_map(|(parameter, name)| Some((*name, self.set.get(*parameter)?.clone())))
            .collect();
        // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html
        if let Some((_, window)) = shown.iter_mut().find(|(name, _)| *name == "PreferredMaintenanceWindow") {
            *window = window.to_lowercase();
        }
        let logs = self.logs.iter().map(|log| element("member", log)).collect();
        shown.push(("EnabledCloudwatchLogsExports", logs));
        let features = items(&self.set, "ProcessorFeatures.ProcessorFeature");
        let features =
            features.iter().map(|feature| element("ProcessorFeature", &members(feature))).collect();
        shown.push(("ProcessorFeatures", features));
        if let Some(name) = self.set.get("OptionGroupName") {
            let group = element("OptionGroupName", name) + &element("Status", "in-sync");
            shown.push(("OptionGroupMemberships", element("OptionGroupMembership", &group)));
        }
        let domain: String = DOMAIN
            .iter()
            .filter_map(|(parameter, name)| Some(element(name, self.set.get(*parameter)?)))
            .collect();
        let ips = list(&self.set, "DomainDnsIps.member");
        let ips: String = ips.iter().map(|ip| element("member", ip)).collect();
        let membership = domain.clone() + &element("DnsIps", &ips) + &element("Status", "joined");
        let joined = (!domain.is_empty()).then(|| element("DomainMembership", &membership));
        shown.push(("DomainMemberships", joined.unwrap_or_default()));
        let volumes = self.volumes.values().map(|volume| element("member", &members(volume))).collect();
        shown.push(("AdditionalStorageVolumes", volumes));
        let role = |(feature, role): (&String, &String)| {
            element("DBInstanceRole", &(element("FeatureName", feature) + &element("RoleArn", role)))
        };
        shown.push(("AssociatedRoles", self.roles.iter().map(role).collect()));
        shown
    }

    /// A description in which all that is kept stands instead of what the sandbox says of it.
    fn described(&self, there: &str) -> String {
        let mut described = there.to_owned();
        for (name, content) in self.shown() {
            if xml::has(&described, name) {
                described = xml::edit_each(&described, name, |_| Some(content.clone()));
            } else {
                described += &element(name, &content);
            }
        }
        described
    }
}

impl Keeper for Databases {
    fn answer(&self, call: &Call) -> Option<(u16, String)> {
        let adds = match call.operation.as_str() {
            "AddRoleToDBInstance" => true,
            "RemoveRoleFromDBInstance" => false,
            _ => return None,
        };
        let parameters = call.parameters();
        let mut instances = self.0.lock().unwrap();
        let instance = instances.get_mut(&parameters.get("DBInstanceIdentifier")?.to_lowercase())?;
        let feature = parameters.get("FeatureName")?.clone();
        if adds && instance.roles.contains_key(&feature) {
            let refusal = "<ErrorResponse><Error><Type>Sender</Type>\
                 <Code>DBInstanceRoleAlreadyExists</Code><Message/></Error></ErrorResponse>";
            return Some((400, refusal.to_owned()));
        }
        if adds {
            instance.roles.insert(feature, parameters.get("RoleArn")?.clone());
        } else {
            instance.roles.remove(&feature);
        }
        let name = &call.operation;
        Some((200, format!("<{name}Response><ResponseMetadata/></{name}Response>")))
    }

    fn show(&self, call: &Call, answer: &str) -> Option<String> {
        let mut instances = self.0.lock().unwrap();
        let parameters = call.parameters();
        let id = parameters.get("DBInstanceIdentifier").map(|id| id.to_lowercase());
        match call.operation.as_str() {
            "CreateDBInstance" | "ModifyDBInstance" => {
                instances.entry(id?).or_default().change(parameters);
                None
            }
            "DeleteDBInstance" => {
                instances.remove(&id?);
                None
            }
            "DescribeDBInstances" => Some(xml::edit_each(answer, "DBInstance", |there| {
                let id = xml::text(there, "DBInstanceIdentifier")?.to_lowercase();
                Some(instances.get(&id)?.described(there))
            })),
            _ => None,
        }
    }
}

#[tokio::test]
async fn databases_settle() {
    let cloud = cloud(Databases::default()).await;
    hold(&InstanceSubject::on(&cloud).await, cloud).await;
}
