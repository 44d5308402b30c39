//! What a stack left in the cloud, found by SDK clients that know nothing of its state.

use std::collections::BTreeMap;

use aws_types::SdkConfig;

/// Where to look and what for.
pub(crate) struct Search<'a> {
    /// The cloud.
    pub(crate) sdk: &'a SdkConfig,
    /// Where AWS Backup answers.
    pub(crate) backup: &'a SdkConfig,
    /// The stack's lineage, as its tags say it.
    pub(crate) lineage: &'a str,
    /// What every generated name begins with.
    pub(crate) prefix: &'a str,
}

impl Search<'_> {
    fn named(&self, name: Option<&str>) -> bool {
        name.is_some_and(|name| name.starts_with(self.prefix))
    }

    /// Everything of the stack that is there, as words; keys only when they aren't on their way out.
    pub(crate) async fn all(&self) -> Vec<String> {
        let mut found = self.network().await;
        found.extend(self.keys().await);
        found.extend(self.buckets().await);
        found.extend(self.service().await);
        found.extend(self.logs_and_trails().await);
        found.extend(self.roles().await);
        found.extend(self.databases().await);
        found.extend(self.backups().await);
        found
    }

    async fn network(&self) -> Vec<String> {
        let ec2 = aws_sdk_ec2::Client::new(self.sdk);
        let mut found = Vec::new();
        let tagged =
            |tags: &[aws_sdk_ec2::types::Tag]| tags.iter().any(|tag| tag.value() == Some(self.lineage));
        let vpcs = ec2.describe_vpcs().send().await.unwrap();
        found.extend(
            vpcs.vpcs().iter().filter(|x| tagged(x.tags())).map(|x| ("VPC", x.vpc_id().unwrap())).map(said),
        );
        let subnets = ec2.describe_subnets().send().await.unwrap();
        let ours = subnets.subnets().iter().filter(|x| tagged(x.tags()));
        found.extend(ours.map(|x| ("subnet", x.subnet_id().unwrap())).map(said));
        let gateways = ec2.describe_internet_gateways().send().await.unwrap();
        let ours = gateways.internet_gateways().iter().filter(|x| tagged(x.tags()));
        found.extend(ours.map(|x| ("internet gateway", x.internet_gateway_id().unwrap())).map(said));
        let nats = ec2.describe_nat_gateways().send().await.unwrap();
        let living = nats
            .nat_gateways()
            .iter()
            .filter(|x| tagged(x.tags()) && x.state().is_some_and(|state| state.as_str() != "deleted"));
        found.extend(living.map(|x| ("NAT gateway", x.nat_gateway_id().unwrap())).map(said));
        let addresses = ec2.describe_addresses().send().await.unwrap();
        let ours = addresses.addresses().iter().filter(|x| tagged(x.tags()));
        found.extend(ours.map(|x| ("address", x.allocation_id().unwrap())).map(said));
        let tables = ec2.describe_route_tables().send().await.unwrap();
        let ours = tables.route_tables().iter().filter(|x| tagged(x.tags()));
        found.extend(ours.map(|x| ("route table", x.route_table_id().unwrap())).map(said));
        let groups = ec2.describe_security_groups().send().await.unwrap();
        let ours = groups.security_groups().iter().filter(|x| tagged(x.tags()));
        found.extend(ours.map(|x| ("security group", x.group_id().unwrap())).map(said));
        let endpoints = ec2.describe_vpc_endpoints().send().await.unwrap();
        let living = endpoints
            .vpc_endpoints()
            .iter()
            .filter(|x| tagged(x.tags()) && x.state().is_none_or(|state| state.as_str() != "deleted"));
        found.extend(living.map(|x| ("VPC endpoint", x.vpc_endpoint_id().unwrap())).map(said));
        let flows = ec2.describe_flow_logs().send().await.unwrap();
        let ours = flows.flow_logs().iter().filter(|x| tagged(x.tags()));
        found.extend(ours.map(|x| ("flow log", x.flow_log_id().unwrap())).map(said));
        found
    }

    async fn keys(&self) -> Vec<String> {
        let kms = aws_sdk_kms::Client::new(self.sdk);
        let mut found = Vec::new();
        for key in kms.list_keys().send().await.unwrap().keys() {
            let id = key.key_id().unwrap();
            let tags = kms.list_resource_tags().key_id(id).send().await;
            let ours = tags.is_ok_and(|tags| tags.tags().iter().any(|tag| tag.tag_value() == self.lineage));
            let about = kms.describe_key().key_id(id).send().await.unwrap();
            let state = about.key_metadata().unwrap().key_state().unwrap().as_str().to_owned();
            if ours && state != "PendingDeletion" {
                found.push(format!("key {id} {state}"));
            }
        }
        let aliases = kms.list_aliases().send().await.unwrap();
        let ours =
            |name: &&str| name.strip_prefix("alias/").is_some_and(|name| name.starts_with(self.prefix));
        found.extend(
            aliases.aliases().iter().filter_map(|x| x.alias_name()).filter(ours).map(|x| said(("alias", x))),
        );
        found
    }

    async fn buckets(&self) -> Vec<String> {
        let s3 = s3(self.sdk);
        let buckets = s3.list_buckets().send().await.unwrap();
        let ours = buckets.buckets().iter().filter(|bucket| self.named(bucket.name()));
        ours.map(|bucket| ("bucket", bucket.name().unwrap())).map(said).collect()
    }

    async fn service(&self) -> Vec<String> {
        let balancing = aws_sdk_elasticloadbalancingv2::Client::new(self.sdk);
        let mut found = Vec::new();
        let balancers = balancing.describe_load_balancers().send().await.unwrap();
        let names = balancers.load_balancers().iter().map(|x| x.load_balancer_name());
        found.extend(names.filter(|name| self.named(*name)).flatten().map(|x| said(("load balancer", x))));
        let groups = balancing.describe_target_groups().send().await.unwrap();
        let names = groups.target_groups().iter().map(|x| x.target_group_name());
        found.extend(names.filter(|name| self.named(*name)).flatten().map(|x| said(("target group", x))));
        let ecs = aws_sdk_ecs::Client::new(self.sdk);
        let arns = ecs.list_clusters().send().await.unwrap().cluster_arns().to_vec();
        if !arns.is_empty() {
            let clusters = ecs.describe_clusters().set_clusters(Some(arns)).send().await.unwrap();
            let living = clusters.clusters().iter().filter(|x| x.status() != Some("INACTIVE"));
            let ours = living.filter(|x| self.named(x.cluster_name()));
            found.extend(ours.map(|x| ("cluster", x.cluster_name().unwrap())).map(said));
        }
        let tasks = ecs.list_task_definitions().send().await.unwrap();
        let family = format!(":task-definition/{}", self.prefix);
        found.extend(
            tasks
                .task_definition_arns()
                .iter()
                .filter(|arn| arn.contains(&family))
                .map(|x| said(("task", x))),
        );
        found
    }

    async fn logs_and_trails(&self) -> Vec<String> {
        let logs = aws_sdk_cloudwatchlogs::Client::new(self.sdk);
        let mut found = Vec::new();
        let mut pages = logs.describe_log_groups().into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.unwrap();
            let names = page.log_groups().iter().filter_map(|group| group.log_group_name());
            let ours = names.filter(|name| name.split('/').any(|part| part.starts_with(self.prefix)));
            found.extend(ours.map(|x| said(("log group", x))));
        }
        let trails = aws_sdk_cloudtrail::Client::new(self.sdk).describe_trails().send().await.unwrap();
        let names = trails.trail_list().iter().map(|x| x.name()).filter(|name| self.named(*name));
        found.extend(names.flatten().map(|x| said(("trail", x))));
        found
    }

    async fn roles(&self) -> Vec<String> {
        let iam = aws_sdk_iam::Client::new(self.sdk);
        let roles = iam.list_roles().send().await.unwrap();
        let ours = roles.roles().iter().filter(|role| self.named(Some(role.role_name())));
        ours.map(|role| ("role", role.role_name())).map(said).collect()
    }

    async fn databases(&self) -> Vec<String> {
        let rds = aws_sdk_rds::Client::new(self.sdk);
        let mut found = Vec::new();
        let databases = rds.describe_db_instances().send().await.unwrap();
        let names = databases.db_instances().iter().map(|x| x.db_instance_identifier());
        found.extend(names.filter(|name| self.named(*name)).flatten().map(|x| said(("database", x))));
        let groups = rds.describe_db_subnet_groups().send().await.unwrap();
        let names = groups.db_subnet_groups().iter().map(|x| x.db_subnet_group_name());
        found.extend(names.filter(|name| self.named(*name)).flatten().map(|x| said(("subnet group", x))));
        let groups = rds.describe_db_parameter_groups().send().await.unwrap();
        let names = groups.db_parameter_groups().iter().map(|x| x.db_parameter_group_name());
        found.extend(names.filter(|name| self.named(*name)).flatten().map(|x| said(("parameter group", x))));
        found
    }

    async fn backups(&self) -> Vec<String> {
        let backup = aws_sdk_backup::Client::new(self.backup);
        let mut found = Vec::new();
        let vaults = backup.list_backup_vaults().send().await.unwrap();
        let names = vaults.backup_vault_list().iter().map(|x| x.backup_vault_name());
        found.extend(names.filter(|name| self.named(*name)).flatten().map(|x| said(("vault", x))));
        let plans = backup.list_backup_plans().send().await.unwrap();
        let names = plans.backup_plans_list().iter().map(|x| x.backup_plan_name());
        found.extend(names.filter(|name| self.named(*name)).flatten().map(|x| said(("backup plan", x))));
        found
    }
}

fn said((kind, name): (&str, &str)) -> String {
    format!("{kind} {name}")
}

/// How many of what kind there is; for a message that can be read.
pub(crate) fn by_kind(found: &[String]) -> BTreeMap<&str, usize> {
    let mut kinds = BTreeMap::new();
    for what in found {
        *kinds.entry(what.rsplit_once(' ').map_or(what.as_str(), |(kind, _)| kind)).or_default() += 1;
    }
    kinds
}

/// A client for S3 that finds buckets at an emulator.
pub(crate) fn s3(sdk: &SdkConfig) -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::config::Builder::from(sdk);
    aws_sdk_s3::Client::from_conf(config.force_path_style(sdk.endpoint_url().is_some()).build())
}
