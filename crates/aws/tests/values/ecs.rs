use serde_json::{Value as Json, json};

use super::Subject;

fn container(change: &Json) -> Json {
    let mut container = json!({"Name": "app", "Image": "example.com/app:1", "Essential": true});
    for (name, json) in change.as_object().unwrap() {
        container[name] = json.clone();
    }
    json!({"ContainerDefinitions": [container]})
}

#[test]
fn a_task_definition() {
    let app = container(&json!({}))["ContainerDefinitions"].clone();
    let taken = json!({"ContainerDefinitions": app, "Family": "app", "Cpu": "256", "Memory": "512", "NetworkMode": "awsvpc",
        "RequiresCompatibilities": ["FARGATE"], "ExecutionRoleArn": "arn:aws:iam::123456789012:role/execution",
        "TaskRoleArn": "arn:aws:iam::123456789012:role/task"});
    Subject::new("AWS::ECS::TaskDefinition", taken)
        .takes(&container(&json!({"Memory": 512, "StopTimeout": 120})))
        .takes(&json!({"Cpu": "16384", "Memory": "122880"}))
        .refuses(
            &json!({"Memory": "16384"}),
            "`Memory` is 16384, and Fargate has 512, 1024 or 2048 MiB for 256 CPU units",
        )
        .refuses(
            &json!({"Memory": "1536"}),
            "`Memory` is 1536, and Fargate has 512, 1024 or 2048 MiB for 256 CPU units",
        )
        .refuses(
            &json!({"Cpu": "8192", "Memory": "17408"}),
            "`Memory` is 17408, and Fargate has 16384 to 61440 MiB in steps of 4096 for 8192 CPU units",
        )
        .refuses(
            &json!({"Cpu": "300"}),
            "`Cpu` is 300, and Fargate has 256, 512, 1024, 2048, 4096, 8192, 16384 units",
        )
        .refuses(
            &container(&json!({"Memory": 1024})),
            "`Memory` of the container `app` is 1024, and that of its task 512",
        )
        .refuses(
            &container(&json!({"HealthCheck": {"Command": ["CMD", "true"], "Interval": 2}})),
            "`ContainerDefinitions[0].HealthCheck.Interval` is `2`; 5 to 300 is allowed",
        )
        .refuses(
            &container(&json!({"PortMappings": [{"ContainerPort": 70_000}]})),
            "`ContainerDefinitions[0].PortMappings[0].ContainerPort` is `70000`; 1 to 65535 is allowed",
        );
}

#[test]
fn a_service() {
    Subject::new(
        "AWS::ECS::Service",
        json!({"DesiredCount": 2, "Cluster": "c", "TaskDefinition": "t", "NetworkConfiguration":
        {"AwsvpcConfiguration": {"Subnets": ["subnet-1"], "SecurityGroups": ["sg-1"]}}}),
    )
    .refuses(&json!({"DesiredCount": -4}), "`DesiredCount` is `-4`; at least 0 is allowed")
    .refuses(&json!({"DesiredCount": "many"}), r#"`DesiredCount` is `"many"`; a whole number is allowed"#);
}

fn task() -> Subject {
    let app = container(&json!({}))["ContainerDefinitions"].clone();
    Subject::new(
        "AWS::ECS::TaskDefinition",
        json!({"ContainerDefinitions": app, "Family": "app", "Cpu": "256", "Memory": "512",
            "ExecutionRoleArn": "arn:aws:iam::123456789012:role/execution",
            "TaskRoleArn": "arn:aws:iam::123456789012:role/task"}),
    )
}

#[test]
fn a_container() {
    let logs = |driver: &str, options: Json| {
        container(&json!({"LogConfiguration": {"LogDriver": driver, "Options": options}}))
    };
    let group = || json!({"awslogs-group": "a", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "a"});
    let mut odd = group();
    odd["mode"] = json!("fast");
    let mut unnamed = group();
    unnamed.as_object_mut().unwrap().remove("awslogs-stream-prefix");
    let port = |mapping: Json| {
        container(&json!({"PortMappings": [{"ContainerPort": 53, "Protocol": "udp"}, mapping]}))
    };
    let both = |environment: &str, secret: &str| {
        container(&json!({"Environment": [{"Name": environment, "Value": "1"}],
            "Secrets": [{"Name": secret, "ValueFrom": "arn:1"}]}))
    };
    let restart = |policy: Json| container(&json!({"RestartPolicy": policy}));
    let control = |name: &str| container(&json!({"SystemControls": [{"Namespace": name, "Value": "1"}]}));
    task()
        .takes(&logs("awslogs", group()))
        .takes(&logs("splunk", json!({})))
        .takes(&port(json!({"ContainerPort": 53, "Name": "dns-tcp"})))
        .takes(&both("A", "B"))
        .takes(&restart(json!({"Enabled": true, "RestartAttemptPeriod": 60})))
        .takes(&restart(json!({"Enabled": true, "RestartAttemptPeriod": 1_800, "IgnoredExitCodes": vec![1; 50]})))
        .takes(&control("net.core.somaxconn"))
        .takes(&control("kernel.shmmax"))
        .takes(&container(&json!({"StartTimeout": 2, "Cpu": 256, "Memory": 256, "MemoryReservation": 256})))
        .takes(&container(&json!({"HealthCheck": {"Command": ["CMD-SHELL", "true"]}})))
        .refuses(
            &logs("fluentd", json!({})),
            "`ContainerDefinitions[0].LogConfiguration.LogDriver` is `\"fluentd\"`; `awslogs`, `splunk` or \
             `awsfirelens` is allowed",
        )
        .refuses(
            &logs("awslogs", unnamed),
            "the container `app` logs to CloudWatch without `awslogs-stream-prefix`, which it needs on Fargate",
        )
        .refuses(
            &container(&json!({"LogConfiguration": {"LogDriver": "awslogs"}})),
            "the container `app` logs to CloudWatch without `awslogs-group`, which it needs on Fargate",
        )
        .refuses(
            &logs("awslogs", odd),
            "`mode` of the logs of the container `app` is `fast`; `blocking` or `non-blocking` is allowed",
        )
        .refuses(
            &port(json!({"ContainerPort": 53, "Protocol": "udp"})),
            "the container `app` maps the port 53 of udp twice: leave one out",
        )
        .refuses(
            &port(json!({"ContainerPort": 80, "Name": "Web"})),
            r#"`ContainerDefinitions[0].PortMappings[1].Name` is `"Web"`; it has to match `^[a-z0-9_][a-z0-9_-]*$`"#,
        )
        .refuses(
            &both("PASSWORD", "PASSWORD"),
            "the container `app` has the secret `PASSWORD`, and another variable of that name: rename one",
        )
        .refuses(
            &restart(json!({"Enabled": true, "RestartAttemptPeriod": 59})),
            "`ContainerDefinitions[0].RestartPolicy.RestartAttemptPeriod` is `59`; 60 to 1800 is allowed",
        )
        .refuses(
            &restart(json!({"Enabled": true, "IgnoredExitCodes": vec![1; 51]})),
            "`ContainerDefinitions[0].RestartPolicy.IgnoredExitCodes` has 51 items; at most 50 items are allowed",
        )
        .refuses(
            &control("vm.swappiness"),
            "`ContainerDefinitions[0].SystemControls[0].Namespace` is `\"vm.swappiness\"`; it has to match \
             `^(kernel\\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)|fs\\.mqueue\\..+|net\\..+)$`",
        )
        .refuses(
            &container(&json!({"StartTimeout": 1})),
            "`ContainerDefinitions[0].StartTimeout` is `1`; 2 to 120 is allowed",
        )
        .refuses(
            &container(&json!({"CredentialSpecs": ["credentialspec:1", "credentialspec:2"]})),
            "`ContainerDefinitions[0].CredentialSpecs` has 2 items; at most 1 item is allowed",
        )
        .refuses(
            &container(&json!({"LinuxParameters": {"Capabilities": {"Add": ["NET_ADMIN"]}}})),
            "`ContainerDefinitions[0].LinuxParameters.Capabilities.Add[0]` is `\"NET_ADMIN\"`; `SYS_PTRACE` is allowed",
        )
        .refuses(
            &container(&json!({"Memory": 255, "MemoryReservation": 256})),
            "`Memory` of the container `app` is 255, and `MemoryReservation` 256: raise it, or promise less",
        )
        .refuses(
            &container(&json!({"HealthCheck": {"Command": ["curl", "localhost"]}})),
            "the health check of the container `app` begins with `curl`, and not with `CMD` or `CMD-SHELL`",
        );
}

#[test]
fn containers_of_a_task() {
    let one = |name: &str, more: Json| {
        let mut one = json!({"Name": name, "Image": "example.com/app:1"});
        one.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        one
    };
    let two = |app: Json, init: Json| json!({"ContainerDefinitions": [one("app", app), one("init", init)]});
    let on =
        |name: &str, condition: &str| json!({"DependsOn": [{"ContainerName": name, "Condition": condition}]});
    let optional = || json!({"Essential": false});
    task()
        .takes(&two(on("init", "START"), json!({})))
        .takes(&two(on("init", "SUCCESS"), optional()))
        .takes(&two(on("init", "HEALTHY"), json!({"HealthCheck": {"Command": ["CMD", "true"]}})))
        .takes(&two(json!({"Cpu": 128}), json!({"Cpu": 128})))
        .refuses(
            &two(json!({"Cpu": 128}), json!({"Cpu": 129})),
            "the containers reserve 257 CPU units together, and `Cpu` is 256",
        )
        .refuses(
            &json!({"ContainerDefinitions": [one("app", json!({})), one("app", json!({}))]}),
            "two containers are called `app`: give one another name",
        )
        .refuses(
            &two(optional(), optional()),
            "none of the containers is essential, and a task stops with an essential one: let one be",
        )
        .refuses(
            &json!({"ContainerDefinitions": []}),
            "none of the containers is essential, and a task stops with an essential one: let one be",
        )
        .refuses(
            &two(on("first", "START"), json!({})),
            "the container `app` depends on `first`, and there is no such container",
        )
        .refuses(
            &two(on("app", "START"), json!({})),
            "the container `app` depends on itself: leave that out",
        )
        .refuses(
            &two(on("init", "COMPLETE"), json!({})),
            "the container `app` waits for `init` to end, and that is essential, so that the task would end with it",
        )
        .refuses(
            &two(on("init", "HEALTHY"), json!({})),
            "the container `app` waits for `init` to be healthy, and that has no `HealthCheck`: declare one",
        );
}

#[test]
fn volumes() {
    let mounting = |volumes: Json| {
        let mut task =
            container(&json!({"MountPoints": [{"SourceVolume": "work", "ContainerPath": "/work"}]}));
        task["Volumes"] = volumes;
        task
    };
    let shared = |configuration: Json| {
        let mut efs = json!({"FilesystemId": "fs-1"});
        efs.as_object_mut().unwrap().extend(configuration.as_object().unwrap().clone());
        json!({"Volumes": [{"Name": "work", "EFSVolumeConfiguration": efs}]})
    };
    let point = json!({"AccessPointId": "fsap-1"});
    task()
        .takes(&mounting(json!([{"Name": "work"}])))
        .takes(&json!({"EphemeralStorage": {"SizeInGiB": 21}}))
        .takes(&shared(json!({"RootDirectory": "/data"})))
        .takes(&shared(json!({"TransitEncryption": "ENABLED", "AuthorizationConfig": {"IAM": "ENABLED"}})))
        .takes(&shared(json!({"TransitEncryption": "ENABLED", "RootDirectory": "/", "AuthorizationConfig": point})))
        .refuses(
            &mounting(json!([{"Name": "data"}])),
            "the container `app` mounts `work`, and `Volumes` has no such volume: declare it there",
        )
        .refuses(
            &mounting(json!([{"Name": "work"}, {"Name": "work"}])),
            "two volumes are called `work`: give one another name",
        )
        .refuses(
            &json!({"Volumes": [{"Name": "a", "ConfiguredAtLaunch": true}, {"Name": "b", "ConfiguredAtLaunch": true}]}),
            "2 volumes are configured at launch, and a task definition may have one",
        )
        .refuses(
            &json!({"Volumes": [{"Name": "the work"}]}),
            r#"`Volumes[0].Name` is `"the work"`; it has to match `^[A-Za-z0-9_-]+$`"#,
        )
        .refuses(
            &shared(json!({"TransitEncryption": "ENABLED", "RootDirectory": "/data", "AuthorizationConfig": point})),
            "the volume `work` has the root directory `/data`, and its access point says where it begins: leave it out",
        )
        .refuses(
            &shared(json!({"AuthorizationConfig": {"IAM": "ENABLED"}})),
            "the volume `work` is reached through a role or an access point, and not encrypted: set `TransitEncryption` \
             to ENABLED",
        )
        .refuses(
            &json!({"EphemeralStorage": {"SizeInGiB": 20}}),
            "`EphemeralStorage.SizeInGiB` is `20`; 21 to 200 is allowed",
        );
}

#[test]
fn a_cluster() {
    let strategy = |items: Json| json!({"DefaultCapacityProviderStrategy": items});
    let sessions = |more: Json| json!({"Configuration": {"ExecuteCommandConfiguration": more}});
    Subject::new("AWS::ECS::Cluster", json!({"CapacityProviders": ["FARGATE", "FARGATE_SPOT"]}))
        .takes(&strategy(json!([{"CapacityProvider": "FARGATE", "Base": 1, "Weight": 1},
            {"CapacityProvider": "FARGATE_SPOT", "Base": 0}])))
        .takes(&sessions(json!({"Logging": "OVERRIDE", "LogConfiguration": {"CloudWatchLogGroupName": "a"}})))
        .takes(&json!({"ClusterSettings": [{"Name": "containerInsights", "Value": "enhanced"}]}))
        .refuses(
            &strategy(json!([{"CapacityProvider": "other", "Weight": 1}])),
            "`DefaultCapacityProviderStrategy` has other, and `CapacityProviders` doesn't: add it there",
        )
        .refuses(
            &strategy(json!([{"CapacityProvider": "FARGATE", "Base": 1}, {"CapacityProvider": "FARGATE_SPOT", "Base": 1}])),
            "2 providers of `DefaultCapacityProviderStrategy` have a `Base`, and one may: leave it out of the others",
        )
        .refuses(
            &sessions(json!({"Logging": "OVERRIDE"})),
            "`Configuration.ExecuteCommandConfiguration` overrides where sessions are logged, and has no \
             `LogConfiguration`: say where",
        )
        .refuses(
            &json!({"ClusterSettings": [{"Name": "containerInsights", "Value": "on"}]}),
            r#"`ClusterSettings[0].Value` is `"on"`; `enhanced`, `enabled` or `disabled` is allowed"#,
        )
        .refuses(
            &json!({"ServiceConnectDefaults": {"Namespace": "n".repeat(1_025)}}),
            "`ServiceConnectDefaults.Namespace` has 1025 characters; at most 1024 characters are allowed",
        );
}

fn service() -> Subject {
    let network = json!({"AwsvpcConfiguration": {"Subnets": ["subnet-1"], "SecurityGroups": ["sg-1"]}});
    Subject::new(
        "AWS::ECS::Service",
        json!({"Cluster": "c", "TaskDefinition": "t", "NetworkConfiguration": network}),
    )
}

#[test]
fn deployments_and_networks_of_a_service() {
    let deploying = |most: Json, least: Json| json!({"DeploymentConfiguration": {"MaximumPercent": most, "MinimumHealthyPercent": least}});
    let network = |subnets: usize, groups: usize| {
        json!({"NetworkConfiguration": {"AwsvpcConfiguration":
            {"Subnets": vec!["subnet-1"; subnets], "SecurityGroups": vec!["sg-1"; groups]}}})
    };
    let place = "NetworkConfiguration.AwsvpcConfiguration";
    let registry = |more: Json| json!({"ServiceRegistries": [more]});
    let balanced = |more: Json| json!({"LoadBalancers": [more]});
    service()
        .takes(&deploying(json!(100), json!(99)))
        .takes(&deploying(json!(101), json!(100)))
        .takes(&network(16, 5))
        .takes(&registry(json!({"RegistryArn": "arn:1", "ContainerName": "app", "ContainerPort": 80})))
        .takes(&balanced(json!({"TargetGroupArn": "arn:1", "ContainerName": "app", "ContainerPort": 65_535})))
        .refuses(
            &deploying(json!(100), json!(100)),
            "`DeploymentConfiguration` lets no task start beyond 100 percent and none stop below 100, so that no \
             deployment can begin: raise `MaximumPercent`, or lower `MinimumHealthyPercent`",
        )
        .refuses(
            &json!({"DeploymentConfiguration": {"MaximumPercent": 100}}),
            "`DeploymentConfiguration` lets no task start beyond 100 percent and none stop below 100, so that no \
             deployment can begin: raise `MaximumPercent`, or lower `MinimumHealthyPercent`",
        )
        .refuses(&network(0, 1), &format!("`{place}.Subnets` has 0 items; 1 to 16 items are allowed"))
        .refuses(&network(17, 1), &format!("`{place}.Subnets` has 17 items; 1 to 16 items are allowed"))
        .refuses(&network(1, 6), &format!("`{place}.SecurityGroups` has 6 items; at most 5 items are allowed"))
        .refuses(
            &json!({"NetworkConfiguration": {}}),
            "`NetworkConfiguration` lacks `AwsvpcConfiguration`; it can't be without",
        )
        .refuses(
            &json!({"NetworkConfiguration": {"AwsvpcConfiguration": {}}}),
            &format!("`{place}` lacks `Subnets`; it can't be without"),
        )
        .refuses(
            &registry(json!({"RegistryArn": "arn:1", "ContainerName": "app", "Port": 80})),
            "`ServiceRegistries` has a `Port`, and a container, too: leave one of them out",
        )
        .refuses(
            &json!({"ServiceRegistries": [{"RegistryArn": "arn:1"}, {"RegistryArn": "arn:2"}]}),
            "`ServiceRegistries` has 2 items; at most 1 item is allowed",
        )
        .refuses(
            &balanced(json!({"TargetGroupArn": "arn:1", "ContainerPort": 80})),
            "`LoadBalancers[0]` lacks `ContainerName`; it can't be without",
        )
        .refuses(
            &balanced(json!({"TargetGroupArn": "arn:1", "ContainerName": "app", "ContainerPort": 65_536})),
            "`LoadBalancers[0].ContainerPort` is `65536`; 1 to 65535 is allowed",
        );
}

#[test]
fn connections_and_volumes_of_a_service() {
    let connect =
        |services: Json| json!({"ServiceConnectConfiguration": {"Enabled": true, "Services": [services]}});
    let named = |name: &str| connect(json!({"PortName": "https", "DiscoveryName": name}));
    let alias =
        |name: &str| connect(json!({"PortName": "https", "ClientAliases": [{"Port": 80, "DnsName": name}]}));
    let place = "ServiceConnectConfiguration.Services[0]";
    let volume = |more: Json| {
        let mut managed = json!({"RoleArn": "arn:1", "SizeInGiB": 125});
        managed.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"VolumeConfigurations": [{"Name": "work", "ManagedEBSVolume": managed}]})
    };
    let unsized_volume = |more: Json| {
        let mut volume = volume(more);
        volume["VolumeConfigurations"][0]["ManagedEBSVolume"].as_object_mut().unwrap().remove("SizeInGiB");
        volume
    };
    let typed = |kind: &str, more: Json| {
        let mut managed = more;
        managed["VolumeType"] = json!(kind);
        volume(managed)
    };
    service()
        .takes(&named("ward_1-a"))
        .takes(&alias("ward.inside"))
        .takes(&typed("gp3", json!({"Iops": 3_000, "Throughput": 125, "SizeInGiB": 1})))
        .takes(&typed("io2", json!({"Iops": 100, "SizeInGiB": 4})))
        .takes(&typed("st1", json!({})))
        .takes(&unsized_volume(json!({"SnapshotId": "snap-1", "VolumeInitializationRate": 100})))
        .refuses(
            &named("Ward"),
            &format!(r#"`{place}.DiscoveryName` is `"Ward"`; it has to match `^[a-z0-9_][a-z0-9_-]*$`"#),
        )
        .refuses(
            &named(&"a".repeat(65)),
            &format!("`{place}.DiscoveryName` has 65 characters; 1 to 64 characters are allowed"),
        )
        .refuses(
            &alias("-ward"),
            &format!(r#"`{place}.ClientAliases[0].DnsName` is `"-ward"`; it has to match `^[a-z0-9_.][a-z0-9_.-]*$`"#),
        )
        .refuses(
            &connect(json!({"PortName": "https", "ClientAliases": [{"Port": 80}, {"Port": 81}]})),
            &format!("`{place}.ClientAliases` has 2 items; at most 1 item is allowed"),
        )
        .refuses(
            &json!({"ServiceConnectConfiguration": {"Enabled": true, "LogConfiguration": {"LogDriver": "syslog"}}}),
            "`ServiceConnectConfiguration.LogConfiguration.LogDriver` is `\"syslog\"`; `awslogs`, `splunk` or \
             `awsfirelens` is allowed",
        )
        .refuses(
            &json!({"ServiceConnectConfiguration": {"Enabled": true, "AccessLogConfiguration": {"Format": "JSON"}}}),
            "`ServiceConnectConfiguration` has an `AccessLogConfiguration`, and no `LogConfiguration` says where to: \
             declare one",
        )
        .refuses(
            &unsized_volume(json!({})),
            "the volume has neither a `SizeInGiB` nor a `SnapshotId`: declare one",
        )
        .refuses(
            &volume(json!({"VolumeInitializationRate": 100})),
            "the volume has a `VolumeInitializationRate`, and no `SnapshotId` that it is filled from: leave it out",
        )
        .refuses(
            &typed("standard", json!({})),
            "`VolumeConfigurations[0].ManagedEBSVolume.VolumeType` is `\"standard\"`; `gp2`, `gp3`, `io1`, `io2`, `sc1` \
             or `st1` is allowed",
        )
        .refuses(
            &typed("st1", json!({"SizeInGiB": 124})),
            "a volume of the type st1 has 125 GiB at least: raise `SizeInGiB`",
        )
        .refuses(
            &typed("gp2", json!({"Throughput": 125})),
            "`Throughput` is declared, and gp2 has none to choose: leave it out, or take gp3",
        )
        .refuses(
            &typed("sc1", json!({"Iops": 100})),
            "`Iops` is declared, and sc1 has none to choose: leave it out",
        )
        .refuses(&typed("io1", json!({})), "`Iops` isn't declared, and io1 can't be without")
        .refuses(
            &typed("gp3", json!({"Iops": 2_999})),
            "`Iops` is 2999, and gp3 has 3000 at least: raise it, or leave it out",
        )
        .refuses(
            &json!({"VolumeConfigurations": [{"Name": "a"}, {"Name": "b"}]}),
            "`VolumeConfigurations` has 2 items; at most 1 item is allowed",
        );
}
