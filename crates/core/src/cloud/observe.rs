//! Observing: the reads of many resources, merged into as few calls as their operations allow.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::future::join_all;

use crate::cloud::provider::{Observation, Provider, Read, ReadResult, ReadResults, Target};
use crate::model::error::{ProviderError, ProviderErrorKind};
use crate::state::{InstanceId, Record};

/// The providers of a stack, by alias; the empty alias is the stack's own.
pub type Providers = BTreeMap<String, Arc<dyn Provider>>;

/// What was observed, and what it cost.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Observations {
    /// By instance.
    pub by_instance: BTreeMap<InstanceId, Observation>,
    /// How many coalesced reads it took.
    pub reads: usize,
}

/// Observes all `records` at once.
pub async fn observe<'a>(
    providers: &Providers,
    records: impl IntoIterator<Item = &'a Record>,
) -> Observations {
    let mut result = Observations::default();
    let mut planned: Vec<(&Record, &Arc<dyn Provider>, Vec<Read>)> = Vec::new();
    let mut batches: BTreeMap<(&str, &'static str), BTreeSet<String>> = BTreeMap::new();
    for record in records {
        let alias = record.provider.as_deref().unwrap_or_default();
        let inaccessible = |message: String| {
            Observation::Inaccessible(ProviderError::new(ProviderErrorKind::Other, "observe", message))
        };
        let Some(provider) = providers.get(alias) else {
            let found = inaccessible(format!("the provider `{alias}` isn't configured"));
            result.by_instance.insert(record.instance.clone(), found);
            continue;
        };
        let Some(handler) = provider.handler(&record.type_name) else {
            let how = provider.how_to_get(&record.type_name).map(|how| format!(": {how}"));
            let how = how.unwrap_or_default();
            let found = inaccessible(format!("this build has no handler for {}{how}", record.type_name));
            result.by_instance.insert(record.instance.clone(), found);
            continue;
        };
        let reads = handler.reads(&Target::of(provider.place(), record));
        for read in &reads {
            batches.entry((alias, read.operation)).or_default().insert(read.item.clone());
        }
        planned.push((record, provider, reads));
    }
    result.reads = batches.len();
    let calls = batches.into_iter().filter_map(|((alias, operation), items)| {
        let provider = providers.get(alias)?;
        let items: Vec<String> = items.into_iter().collect();
        Some(async move { (alias, operation, provider.read(operation, &items).await) })
    });
    let answers: BTreeMap<(&str, &str), BTreeMap<String, ReadResult>> = join_all(calls)
        .await
        .into_iter()
        .map(|(alias, operation, answers)| ((alias, operation), answers))
        .collect();
    for (record, provider, reads) in planned {
        let alias = record.provider.as_deref().unwrap_or_default();
        let mine = reads
            .into_iter()
            .map(|read| {
                let answer = answers
                    .get(&(alias, read.operation))
                    .and_then(|batch| batch.get(&read.item))
                    .cloned()
                    .unwrap_or_else(|| ReadResult::Failed(unanswered(&read)));
                (read, answer)
            })
            .collect();
        let observation = match provider.handler(&record.type_name) {
            Some(handler) => handler
                .observe(&Target::of(provider.place(), record), &ReadResults::new(mine))
                .unwrap_or_else(Observation::Inaccessible),
            None => continue,
        };
        result.by_instance.insert(record.instance.clone(), observation);
    }
    result
}

/// What counts where a provider breaks its promise to answer for every item. Silence is no
/// evidence of absence.
fn unanswered(read: &Read) -> ProviderError {
    ProviderError::new(
        ProviderErrorKind::Other,
        read.operation,
        format!("the provider gave no answer for `{}`", read.item),
    )
}
