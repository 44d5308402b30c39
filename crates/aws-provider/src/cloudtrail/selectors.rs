//! Event and insight selectors, between declarations and the SDK.

use aws_sdk_cloudtrail::operation::get_event_configuration::GetEventConfigurationOutput;
use aws_sdk_cloudtrail::operation::get_event_selectors::GetEventSelectorsOutput;
use aws_sdk_cloudtrail::types::{
    AdvancedEventSelector, AdvancedFieldSelector, AggregationConfiguration, DataResource,
    EventCategoryAggregation, EventSelector, InsightSelector, ReadWriteType,
};
use aws_smithy_types::error::operation::BuildError;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};

use super::api::CloudTrail;

pub(super) fn built<T>(made: Result<T, BuildError>) -> Result<T, ProviderError> {
    made.map_err(|error| ProviderError::new(ProviderErrorKind::Invalid, "declaration", error.to_string()))
}

impl CloudTrail {
    /// Sets which events are recorded; all management events where nothing is declared.
    pub(super) async fn set_event_selectors(
        &self,
        trail: &str,
        after: &Document,
    ) -> Result<(), ProviderError> {
        let advanced = after.list::<Document>("AdvancedEventSelectors")?;
        let advanced = advanced.iter().map(advanced_to_sdk).collect::<Result<Vec<_>, _>>()?;
        let mut simple =
            after.list::<Document>("EventSelectors")?.iter().map(to_sdk).collect::<Result<Vec<_>, _>>()?;
        if simple.is_empty() && advanced.is_empty() {
            let everything = EventSelector::builder()
                .read_write_type(ReadWriteType::All)
                .include_management_events(true)
                .set_data_resources(Some(Vec::new()));
            simple.push(everything.build());
        }
        let request = || {
            self.client
                .put_event_selectors()
                .trail_name(trail)
                .set_event_selectors(Some(simple.clone()).filter(|list| !list.is_empty()))
                .set_advanced_event_selectors(Some(advanced.clone()).filter(|list| !list.is_empty()))
                .send()
        };
        self.caller.call("cloudtrail:PutEventSelectors", request).await?;
        Ok(())
    }

    /// Sets what is watched for unusual activity; nothing where nothing is declared.
    pub(super) async fn set_insight_selectors(
        &self,
        trail: &str,
        after: &Document,
    ) -> Result<(), ProviderError> {
        let mut selectors = Vec::new();
        for selector in after.list::<Document>("InsightSelectors")? {
            let categories: Option<Vec<String>> = selector.opt("EventCategories")?;
            let categories = categories.map(|names| names.iter().map(|name| name.as_str().into()).collect());
            selectors.push(
                InsightSelector::builder()
                    .set_insight_type(selector.parsed("InsightType")?)
                    .set_event_categories(categories)
                    .build(),
            );
        }
        let request = || {
            self.client
                .put_insight_selectors()
                .trail_name(trail)
                .set_insight_selectors(Some(selectors.clone()))
                .send()
        };
        self.caller.call("cloudtrail:PutInsightSelectors", request).await?;
        Ok(())
    }
}

impl CloudTrail {
    /// Sets which summaries are made of events; none where nothing is declared.
    pub(super) async fn set_aggregation(&self, trail: &str, after: &Document) -> Result<(), ProviderError> {
        let mut configurations = Vec::new();
        for declared in after.list::<Document>("AggregationConfigurations")? {
            let templates: Vec<String> = declared.list("Templates")?;
            let category: String = declared.get("EventCategory")?;
            let configuration = AggregationConfiguration::builder()
                .event_category(EventCategoryAggregation::from(category.as_str()))
                .set_templates(Some(templates.iter().map(|name| name.as_str().into()).collect()));
            configurations.push(built(configuration.build())?);
        }
        let request = || {
            self.client
                .put_event_configuration()
                .trail_name(trail)
                .set_aggregation_configurations(Some(configurations.clone()))
                .send()
        };
        self.caller.call("cloudtrail:PutEventConfiguration", request).await?;
        Ok(())
    }
}

/// The summaries as CloudTrail has them.
pub(super) fn aggregation(answer: &GetEventConfigurationOutput) -> Vec<Document> {
    let one = |configuration: &AggregationConfiguration| {
        let templates: Vec<&str> =
            configuration.templates().iter().map(|template| template.as_str()).collect();
        Document::new()
            .with("EventCategory", configuration.event_category().as_str())
            .with("Templates", templates)
    };
    answer.aggregation_configurations().iter().map(one).collect()
}

fn to_sdk(selector: &Document) -> Result<EventSelector, ProviderError> {
    let mut builder = EventSelector::builder()
        .set_read_write_type(selector.parsed("ReadWriteType")?)
        .set_include_management_events(selector.opt("IncludeManagementEvents")?)
        .set_data_resources(Some(Vec::new()));
    for resource in selector.list::<Document>("DataResources")? {
        builder = builder.data_resources(
            DataResource::builder()
                .set_type(resource.opt("Type")?)
                .set_values(resource.opt("Values")?)
                .build(),
        );
    }
    Ok(builder.build())
}

fn advanced_to_sdk(selector: &Document) -> Result<AdvancedEventSelector, ProviderError> {
    let mut builder = AdvancedEventSelector::builder().set_name(selector.opt("Name")?);
    for field in selector.list::<Document>("FieldSelectors")? {
        let field = AdvancedFieldSelector::builder()
            .set_field(field.opt("Field")?)
            .set_equals(field.opt("Equals")?)
            .set_starts_with(field.opt("StartsWith")?)
            .set_ends_with(field.opt("EndsWith")?)
            .set_not_equals(field.opt("NotEquals")?)
            .set_not_starts_with(field.opt("NotStartsWith")?)
            .set_not_ends_with(field.opt("NotEndsWith")?);
        builder = builder.field_selectors(built(field.build())?);
    }
    built(builder.build())
}

/// The simple selectors as CloudTrail has them.
pub(super) fn simple(answer: &GetEventSelectorsOutput) -> Vec<Document> {
    let selectors = answer.event_selectors().iter().map(|selector| {
        let resources: Vec<Document> = selector
            .data_resources()
            .iter()
            .map(|resource| {
                Document::new().with("Type", resource.r#type.clone()).with("Values", resource.values.clone())
            })
            .collect();
        Document::new()
            .with("ReadWriteType", selector.read_write_type.as_ref().map_or("All", |kind| kind.as_str()))
            .with("IncludeManagementEvents", selector.include_management_events.unwrap_or(true))
            .with("DataResources", resources)
            .with("ExcludeManagementEventSources", selector.exclude_management_event_sources.clone())
    });
    selectors.collect()
}

/// The advanced selectors as CloudTrail has them.
pub(super) fn advanced(answer: &GetEventSelectorsOutput) -> Vec<Document> {
    let fields = |selector: &AdvancedEventSelector| -> Vec<Document> {
        let fields = selector.field_selectors.iter().map(|field| {
            Document::new()
                .with("Field", &field.field)
                .with("Equals", field.equals.clone())
                .with("StartsWith", field.starts_with.clone())
                .with("EndsWith", field.ends_with.clone())
                .with("NotEquals", field.not_equals.clone())
                .with("NotStartsWith", field.not_starts_with.clone())
                .with("NotEndsWith", field.not_ends_with.clone())
        });
        fields.collect()
    };
    let name = |selector: &AdvancedEventSelector| selector.name.clone().filter(|name| !name.is_empty());
    let selectors = answer.advanced_event_selectors().iter().map(|selector| {
        Document::new().with("Name", name(selector)).with("FieldSelectors", fields(selector))
    });
    selectors.collect()
}
