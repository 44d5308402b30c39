//! What RDS answers and no emulator does: a parameter that is set to what the engine has anyway isn't
//! among those that somebody set, and a version is told in full.
//!
//! Source: the comment in hashicorp/terraform-provider-aws, `internal/service/rds/parameter_group.go`, and
//! its issue 593; Amazon RDS API Reference, `DescribeDBEngineVersions`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use ironward_aws::rds::{
    BackupRetention, DbInstance, DbInstanceClass, DbParameterGroup, Engine, MasterUserSecret,
};
use ironward_core::plan::Action;
use ironward_core::program::Program;
use ironward_core::stack::{Hipaa, Stack};

use super::{Network, key};
use crate::cloud::Cloud;
use crate::suite::apply_once;
use crate::wire::{operation_of, unescaped};

/// What the engine has where nobody set anything.
const DEFAULTS: [(&str, &str); 3] =
    [("log_min_messages", "warning"), ("max_connections", "100"), ("rds.force_ssl", "1")];

/// Of these, what the engine can't change while it runs.
const STATIC: [&str; 1] = ["max_connections"];

/// What RDS makes of a version.
const VERSIONS: [(&str, &str); 3] =
    [("19", "19.0.0.0.ru-2024-04.rur-2024-04.r1"), ("15.00", "15.00.4375.4.v1"), ("8.0", "8.0.39")];

/// By the names of parameters.
type Texts = Arc<Mutex<BTreeMap<String, String>>>;

/// What answers as RDS does.
#[derive(Debug)]
struct AsRds {
    inner: SharedHttpConnector,
    set: Texts,
    /// How each parameter was last asked to be applied.
    methods: Texts,
}

impl HttpConnector for AsRds {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let operation = operation_of(&request);
        let body = request.body().bytes().map(String::from_utf8_lossy).unwrap_or_default().into_owned();
        let body = unescaped(&body);
        let set = Arc::clone(&self.set);
        self.methods.lock().unwrap().extend(members(&body, "ApplyMethod"));
        let answer = self.inner.call(request);
        HttpConnectorFuture::new(async move {
            let mut answer = answer.await?;
            let changed = match operation.as_str() {
                "ModifyDBParameterGroup" => {
                    set.lock().unwrap().extend(parameters(&body));
                    return Ok(answer);
                }
                "ResetDBParameterGroup" => {
                    let gone: BTreeMap<_, _> = parameters(&body).into_iter().collect();
                    set.lock().unwrap().retain(|name, _| !gone.contains_key(name));
                    return Ok(answer);
                }
                "DescribeDBParameters" => listed(&set.lock().unwrap(), body.contains("Source=user")),
                "DescribeDBInstances" => {
                    let text = answer.body().bytes().map(String::from_utf8_lossy).unwrap_or_default();
                    VERSIONS.iter().fold(text.into_owned(), |text, (asked, told)| {
                        let element = |version: &str| format!("<EngineVersion>{version}</EngineVersion>");
                        text.replace(&element(asked), &element(told))
                    })
                }
                _ => return Ok(answer),
            };
            answer.headers_mut().remove("content-length");
            *answer.body_mut() = SdkBody::from(changed);
            Ok(answer)
        })
    }
}

/// The parameters of a request, in the order of their numbers.
fn parameters(body: &str) -> Vec<(String, String)> {
    members(body, "ParameterValue")
}

/// A member of each parameter of a request, by the parameter's name.
fn members(body: &str, of: &str) -> Vec<(String, String)> {
    let member = |index: usize, name: &str| {
        let key = format!("Parameters.Parameter.{index}.{name}=");
        body.split('&').find_map(|pair| pair.strip_prefix(&key)).map(str::to_owned)
    };
    (1..)
        .map_while(|index| Some((member(index, "ParameterName")?, member(index, of).unwrap_or_default())))
        .collect()
}

fn listed(set: &BTreeMap<String, String>, only_set: bool) -> String {
    let mut shown: BTreeMap<&str, &str> = DEFAULTS.into_iter().filter(|_| !only_set).collect();
    let same = |name: &str, value: &str| DEFAULTS.contains(&(name, value));
    shown.extend(
        set.iter()
            .filter(|(name, value)| !same(name, value))
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    let one = |(name, value): (&str, &str)| {
        let kind = if STATIC.contains(&name) { "static" } else { "dynamic" };
        format!(
            "<Parameter><ParameterName>{name}</ParameterName><ParameterValue>{value}</ParameterValue>\
             <ApplyType>{kind}</ApplyType></Parameter>"
        )
    };
    let all: String = shown.into_iter().map(one).collect();
    format!(
        "<DescribeDBParametersResponse xmlns=\"http://rds.amazonaws.com/doc/2014-10-31/\">\
         <DescribeDBParametersResult><Parameters>{all}</Parameters></DescribeDBParametersResult>\
         <ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></DescribeDBParametersResponse>"
    )
}

/// A cloud whose RDS answers as RDS does, and puts down how parameters are asked to be applied.
async fn cloud(methods: Texts) -> Cloud {
    let set = Texts::default();
    let as_rds = |inner: SharedHttpClient| {
        http_client_fn(move |settings, components| {
            let inner = inner.http_connector(settings, components);
            SharedHttpConnector::new(AsRds { inner, set: Arc::clone(&set), methods: Arc::clone(&methods) })
        })
    };
    Cloud::behind(as_rds).await
}

async fn settled(cloud: &Cloud, program: &Program) {
    apply_once(cloud, program).await;
    let planned = cloud.engine.plan(program).await.unwrap();
    for change in &planned.plan.changes {
        assert!(change.action == Action::Noop && change.drift.is_empty(), "{change:#?}");
    }
}

fn group(parameters: &[(&str, &str)]) -> Program {
    let mut stack = Stack::<Hipaa>::new("conformance");
    let parameters = parameters.iter().map(|(name, value)| (*name, (*value).to_owned()));
    stack.add("group", DbParameterGroup::new("postgres16", "TLS").parameters(parameters)).unwrap();
    stack.program()
}

#[tokio::test]
async fn a_parameter_may_be_set_to_what_the_engine_has_anyway() {
    let cloud = cloud(Texts::default()).await;
    settled(&cloud, &group(&[("rds.force_ssl", "1"), ("log_statement", "ddl")])).await;
    settled(&cloud, &group(&[("rds.force_ssl", "0"), ("log_statement", "ddl")])).await;
    settled(&cloud, &group(&[("rds.force_ssl", "1"), ("log_statement", "ddl")])).await;
    settled(&cloud, &group(&[("log_statement", "ddl")])).await;
    settled(&cloud, &group(&[("Log_Statement", "ddl"), ("log_min_messages", "warning")])).await;
    settled(&cloud, &group(&[])).await;
}

#[tokio::test]
async fn what_the_engine_can_change_while_it_runs_goes_out_at_once() {
    let seen = Texts::default();
    let cloud = cloud(Arc::clone(&seen)).await;
    let declared = [("RDS.Force_SSL", "0"), ("log_min_messages", "error"), ("max_connections", "200")];
    apply_once(&cloud, &group(&declared)).await;
    let asked = |name: &str| seen.lock().unwrap().get(name).cloned().unwrap_or_default();
    assert_eq!(asked("log_min_messages"), "immediate");
    assert_eq!(asked("RDS.Force_SSL"), "immediate");
    assert_eq!(asked("max_connections"), "pending-reboot");
}

fn instance(network: &Network, engine: Engine, version: &str) -> Program {
    let mut stack = Stack::<Hipaa>::new("conformance");
    let declared = key(&mut stack).unwrap();
    let key = stack.add("key", declared).unwrap().customer_key();
    let placement = network.placement(&mut stack).unwrap();
    let instance = DbInstance::new(
        key.clone(),
        placement,
        engine,
        DbInstanceClass::new("db.r6g.large"),
        100,
        "ward",
        BackupRetention::days::<7>(),
        MasterUserSecret::new(key),
    );
    stack.add("subject", instance.engine_version(version).skip_final_snapshot(true)).unwrap();
    stack.program()
}

#[tokio::test]
async fn a_version_may_be_the_beginning_of_what_runs() {
    for (engine, version) in
        [(Engine::OracleStandard2, "19"), (Engine::SqlServerStandard, "15.00"), (Engine::MySql, "8.0")]
    {
        let cloud = cloud(Texts::default()).await;
        let network = Network::make(&cloud).await;
        settled(&cloud, &instance(&network, engine, version)).await;
    }
}
