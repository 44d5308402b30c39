//! Route 53, which shows a record set as it was written, its names in lower case and with the trailing dot.
//!
//! Source: Amazon Route 53 API Reference, `ChangeResourceRecordSets`, `ListResourceRecordSets`.

use std::collections::BTreeMap;
use std::sync::Mutex;

use ironward_emulators::xml;

use super::{Call, Keeper, cloud, hold};
use crate::route53::RecordSubject;

/// The record sets of each zone, by name, type and set identifier.
#[derive(Debug, Default)]
struct Records(Mutex<BTreeMap<String, BTreeMap<String, String>>>);

/// A name as it is shown.
fn shown_name(name: &str) -> Option<String> {
    Some(format!("{}.", name.trim_end_matches('.').to_lowercase()))
}

fn key(set: &str) -> String {
    let part = |name: &str| xml::text(set, name).unwrap_or_default();
    format!(
        "{}|{}|{}",
        part("Name").trim_end_matches('.').to_lowercase(),
        part("Type"),
        part("SetIdentifier")
    )
}

impl Records {
    fn change(&self, zone: &str, body: &str) -> (u16, String) {
        let mut zones = self.0.lock().unwrap();
        let sets = zones.entry(zone.to_owned()).or_default();
        for change in xml::all(body, "Change") {
            let set = xml::text(change, "ResourceRecordSet").unwrap_or_default();
            let (key, there) = (key(set), sets.contains_key(&key(set)));
            let action = xml::text(change, "Action").unwrap_or_default();
            if (action == "CREATE" && there) || (action == "DELETE" && !there) {
                let refusal = format!(
                    "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidChangeBatch</Code>\
                     <Message>{action} {key}</Message></Error></ErrorResponse>"
                );
                return (400, refusal);
            }
            if action == "DELETE" {
                sets.remove(&key);
            } else {
                let set = xml::edit_each(set, "Name", shown_name);
                sets.insert(key, xml::edit_each(&set, "DNSName", shown_name));
            }
        }
        let answer = "<ChangeResourceRecordSetsResponse><ChangeInfo><Id>/change/C1</Id>\
             <Status>INSYNC</Status><SubmittedAt>2026-11-30T00:00:00Z</SubmittedAt></ChangeInfo>\
             </ChangeResourceRecordSetsResponse>";
        (200, answer.to_owned())
    }

    fn listed(&self, zone: &str) -> (u16, String) {
        let zones = self.0.lock().unwrap();
        let sets = zones.get(zone).into_iter().flat_map(BTreeMap::values);
        let sets: String = sets.map(|set| format!("<ResourceRecordSet>{set}</ResourceRecordSet>")).collect();
        let answer = format!(
            "<ListResourceRecordSetsResponse><ResourceRecordSets>{sets}</ResourceRecordSets>\
             <IsTruncated>false</IsTruncated><MaxItems>300</MaxItems></ListResourceRecordSetsResponse>"
        );
        (200, answer)
    }
}

impl Keeper for Records {
    fn answer(&self, call: &Call) -> Option<(u16, String)> {
        let (method, path) = call.operation.split_once(' ')?;
        let zone = path.trim_end_matches('/').strip_suffix("/rrset")?.rsplit('/').next()?;
        match method {
            "POST" => Some(self.change(zone, &call.body)),
            "GET" => Some(self.listed(zone)),
            _ => None,
        }
    }
}

#[tokio::test]
async fn records_settle() {
    let cloud = cloud(Records::default()).await;
    hold(&RecordSubject::simple(&cloud).await, cloud).await;
}

#[tokio::test]
async fn aliases_settle() {
    let cloud = cloud(Records::default()).await;
    hold(&RecordSubject::alias(&cloud).await, cloud).await;
}
