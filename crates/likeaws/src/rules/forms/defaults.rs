//! What AWS fills in where a request said nothing.

use ironward_emulators::xml;

use super::{Change, Form, each, in_json};

pub(super) const FORMS: &[Form] = &[
    Form {
        name: "defaults-of-containers",
        service: "ecs",
        operations: &["RegisterTaskDefinition", "DescribeTaskDefinition"],
        source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html",
        change: Change::AddAt(&[
            ("taskDefinition.containerDefinitions.*", "cpu", "0"),
            ("taskDefinition.containerDefinitions.*", "essential", "true"),
            ("taskDefinition.containerDefinitions.*", "environment", "[]"),
            ("taskDefinition.containerDefinitions.*", "mountPoints", "[]"),
            ("taskDefinition.containerDefinitions.*", "volumesFrom", "[]"),
            ("taskDefinition.containerDefinitions.*", "systemControls", "[]"),
            ("taskDefinition.containerDefinitions.*", "portMappings", "[]"),
            ("taskDefinition.containerDefinitions.*.portMappings.*", "protocol", "tcp"),
            ("taskDefinition", "volumes", "[]"),
            ("taskDefinition", "placementConstraints", "[]"),
            ("taskDefinition", "compatibilities", r#"["EC2","FARGATE"]"#),
        ]),
        before: r#"{"taskDefinition":{"volumes":[],"placementConstraints":[],"compatibilities":[],"containerDefinitions":[{"cpu":1,"portMappings":[{"containerPort":1}]}]}}"#,
        after: r#"{"taskDefinition":{"volumes":[],"placementConstraints":[],"compatibilities":[],"containerDefinitions":[{"cpu":1,"portMappings":[{"containerPort":1,"protocol":"tcp"}],"essential":true,"environment":[],"mountPoints":[],"volumesFrom":[],"systemControls":[]}]}}"#,
    },
    Form {
        name: "ports-of-containers",
        service: "ecs",
        operations: &["RegisterTaskDefinition", "DescribeTaskDefinition"],
        source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html",
        change: Change::That(host_ports),
        before: r#"{"taskDefinition":{"containerDefinitions":[{"portMappings":[{"containerPort":8080}]}]}}"#,
        after: r#"{"taskDefinition":{"containerDefinitions":[{"portMappings":[{"containerPort":8080,"hostPort":8080}]}]}}"#,
    },
    Form {
        name: "defaults-of-services",
        service: "ecs",
        operations: &["CreateService", "DescribeServices"],
        source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html",
        change: Change::AddAt(&[
            ("services.*", "schedulingStrategy", "REPLICA"),
            ("services.*", "placementConstraints", "[]"),
            ("services.*", "placementStrategy", "[]"),
            ("services.*", "serviceRegistries", "[]"),
            ("services.*", "deploymentController", r#"{"type":"ECS"}"#),
            ("services.*", "availabilityZoneRebalancing", "ENABLED"),
            ("services.*.deploymentConfiguration", "strategy", "ROLLING"),
            ("services.*.deploymentConfiguration", "bakeTimeInMinutes", "0"),
        ]),
        before: r#"{"services":[{"schedulingStrategy":"DAEMON","deploymentConfiguration":{}}]}"#,
        after: r#"{"services":[{"schedulingStrategy":"DAEMON","deploymentConfiguration":{"strategy":"ROLLING","bakeTimeInMinutes":0},"placementConstraints":[],"placementStrategy":[],"serviceRegistries":[],"deploymentController":{"type":"ECS"},"availabilityZoneRebalancing":"ENABLED"}]}"#,
    },
    Form {
        name: "defaults-of-clusters",
        service: "ecs",
        operations: &["CreateCluster", "DescribeClusters"],
        source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Cluster.html",
        change: Change::AddAt(&[
            ("clusters.*", "capacityProviders", "[]"),
            ("clusters.*", "defaultCapacityProviderStrategy", "[]"),
            ("clusters.*", "settings", r#"[{"name":"containerInsights","value":"disabled"}]"#),
            ("clusters.*", "statistics", "[]"),
        ]),
        before: r#"{"clusters":[{"settings":[]}]}"#,
        after: r#"{"clusters":[{"settings":[],"capacityProviders":[],"defaultCapacityProviderStrategy":[],"statistics":[]}]}"#,
    },
    Form {
        name: "defaults-of-log-groups",
        service: "logs",
        operations: &["DescribeLogGroups"],
        source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html",
        change: Change::AddAt(&[
            ("logGroups.*", "logGroupClass", "STANDARD"),
            ("logGroups.*", "metricFilterCount", "0"),
            ("logGroups.*", "inheritedProperties", "[]"),
            ("logGroups.*", "deletionProtectionEnabled", "false"),
        ]),
        before: r#"{"logGroups":[{"metricFilterCount":1}]}"#,
        after: r#"{"logGroups":[{"metricFilterCount":1,"logGroupClass":"STANDARD","inheritedProperties":[],"deletionProtectionEnabled":false}]}"#,
    },
    Form {
        name: "defaults-of-rotation",
        service: "kms",
        operations: &["GetKeyRotationStatus"],
        source: "https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html",
        change: Change::AddAt(&[("", "RotationPeriodInDays", "365")]),
        before: r#"{"KeyRotationEnabled":true}"#,
        after: r#"{"KeyRotationEnabled":true,"RotationPeriodInDays":365}"#,
    },
    Form {
        name: "defaults-of-keys",
        service: "kms",
        operations: &["DescribeKey"],
        source: "https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html",
        change: Change::AddAt(&[
            ("KeyMetadata", "MultiRegion", "false"),
            ("KeyMetadata", "CurrentKeyMaterialId", r#""a1b2""#),
        ]),
        before: r#"{"KeyMetadata":{"MultiRegion":true}}"#,
        after: r#"{"KeyMetadata":{"MultiRegion":true,"CurrentKeyMaterialId":"a1b2"}}"#,
    },
    Form {
        name: "defaults-of-backup-rules",
        service: "backup",
        operations: &["GET /backup/plans/*"],
        source: "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRule.html",
        change: Change::AddAt(&[
            ("BackupPlan.Rules.*", "StartWindowMinutes", "480"),
            ("BackupPlan.Rules.*", "CompletionWindowMinutes", "10080"),
            ("BackupPlan.Rules.*", "ScheduleExpressionTimezone", "Etc/UTC"),
            ("BackupPlan.Rules.*", "EnableContinuousBackup", "false"),
            ("BackupPlan.Rules.*", "RecoveryPointTags", "{}"),
            ("BackupPlan.Rules.*", "CopyActions", "[]"),
        ]),
        before: r#"{"BackupPlan":{"Rules":[{"StartWindowMinutes":60}]}}"#,
        after: r#"{"BackupPlan":{"Rules":[{"StartWindowMinutes":60,"CompletionWindowMinutes":10080,"ScheduleExpressionTimezone":"Etc/UTC","EnableContinuousBackup":false,"RecoveryPointTags":{},"CopyActions":[]}]}}"#,
    },
    Form {
        name: "defaults-of-selections",
        service: "backup",
        operations: &["GET /backup/plans/*/selections/*"],
        source: "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupSelection.html",
        change: Change::AddAt(&[
            ("BackupSelection", "ListOfTags", "[]"),
            ("BackupSelection", "NotResources", "[]"),
            (
                "BackupSelection",
                "Conditions",
                r#"{"StringEquals":[],"StringNotEquals":[],"StringLike":[],"StringNotLike":[]}"#,
            ),
        ]),
        before: r#"{"BackupSelection":{"Conditions":{}}}"#,
        after: r#"{"BackupSelection":{"Conditions":{},"ListOfTags":[],"NotResources":[]}}"#,
    },
    Form {
        name: "defaults-of-certificates",
        service: "acm",
        operations: &["DescribeCertificate"],
        source: "https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateOptions.html",
        change: Change::AddAt(&[
            ("Certificate", "Options", r#"{"CertificateTransparencyLoggingPreference":"ENABLED"}"#),
            ("Certificate.Options", "Export", "DISABLED"),
            ("Certificate", "InUseBy", "[]"),
            ("Certificate", "RenewalEligibility", "INELIGIBLE"),
        ]),
        before: r#"{"Certificate":{"InUseBy":[],"RenewalEligibility":"ELIGIBLE"}}"#,
        after: r#"{"Certificate":{"InUseBy":[],"RenewalEligibility":"ELIGIBLE","Options":{"CertificateTransparencyLoggingPreference":"ENABLED","Export":"DISABLED"}}}"#,
    },
    // A request takes RSA_2048, and the answer says RSA-2048.
    Form {
        name: "algorithms-of-certificates",
        service: "acm",
        operations: &["DescribeCertificate"],
        source: "https://docs.aws.amazon.com/acm/latest/userguide/acm-certificate-characteristics.html",
        change: Change::That(|answer| Some(answer.replace("\"RSA_", "\"RSA-"))),
        before: r#"{"Certificate":{"KeyAlgorithm":"RSA_2048"}}"#,
        after: r#"{"Certificate":{"KeyAlgorithm":"RSA-2048"}}"#,
    },
    Form {
        name: "defaults-of-trails",
        service: "cloudtrail",
        operations: &["GetTrail"],
        source: "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Trail.html",
        change: Change::AddAt(&[
            ("Trail", "HasCustomEventSelectors", "false"),
            ("Trail", "HasInsightSelectors", "false"),
            ("Trail", "IsOrganizationTrail", "false"),
        ]),
        before: r#"{"Trail":{"HasCustomEventSelectors":true}}"#,
        after: r#"{"Trail":{"HasCustomEventSelectors":true,"HasInsightSelectors":false,"IsOrganizationTrail":false}}"#,
    },
    Form {
        name: "defaults-of-route-tables",
        service: "ec2",
        operations: &["DescribeRouteTables"],
        source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RouteTable.html",
        change: Change::Add(&[("routeTableSet", "item", "propagatingVgwSet", "")]),
        before: "<R><routeTableSet><item><vpcId>v</vpcId></item></routeTableSet></R>",
        after: "<R><routeTableSet><item><vpcId>v</vpcId><propagatingVgwSet></propagatingVgwSet></item></routeTableSet></R>",
    },
    Form {
        name: "defaults-of-flow-logs",
        service: "ec2",
        operations: &["DescribeFlowLogs"],
        source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_FlowLog.html",
        change: Change::Add(&[
            ("flowLogSet", "item", "maxAggregationInterval", "600"),
            ("flowLogSet", "item", "logFormat", FLOW),
            ("flowLogSet", "item", "deliverLogsStatus", "SUCCESS"),
        ]),
        before: "<F><flowLogSet><item><maxAggregationInterval>60</maxAggregationInterval><logFormat>x</logFormat></item></flowLogSet></F>",
        after: "<F><flowLogSet><item><maxAggregationInterval>60</maxAggregationInterval><logFormat>x</logFormat><deliverLogsStatus>SUCCESS</deliverLogsStatus></item></flowLogSet></F>",
    },
    Form {
        name: "defaults-of-subnets",
        service: "ec2",
        operations: &["DescribeSubnets"],
        source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Subnet.html",
        change: Change::Add(&[
            ("subnetSet", "item", "enableDns64", "false"),
            ("subnetSet", "item", "ipv6Native", "false"),
            ("subnetSet", "item", "ipv6CidrBlockAssociationSet", ""),
            (
                "subnetSet",
                "item",
                "privateDnsNameOptionsOnLaunch",
                "<hostnameType>ip-name</hostnameType><enableResourceNameDnsARecord>false</enableResourceNameDnsARecord>\
                 <enableResourceNameDnsAAAARecord>false</enableResourceNameDnsAAAARecord>",
            ),
        ]),
        before: "<S><subnetSet><item><enableDns64>true</enableDns64><ipv6CidrBlockAssociationSet/><privateDnsNameOptionsOnLaunch/></item></subnetSet></S>",
        after: "<S><subnetSet><item><enableDns64>true</enableDns64><ipv6CidrBlockAssociationSet/><privateDnsNameOptionsOnLaunch/><ipv6Native>false</ipv6Native></item></subnetSet></S>",
    },
    Form {
        name: "defaults-of-target-groups",
        service: "elasticloadbalancing",
        operations: &["DescribeTargetGroups"],
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroup.html",
        change: Change::Add(&[
            ("TargetGroups", "member", "IpAddressType", "ipv4"),
            ("TargetGroups", "member", "Matcher", "<HttpCode>200</HttpCode>"),
            ("TargetGroups", "member", "ProtocolVersion", "HTTP1"),
        ]),
        before: "<T><TargetGroups><member><Matcher><HttpCode>204</HttpCode></Matcher><ProtocolVersion>HTTP1</ProtocolVersion></member></TargetGroups></T>",
        after: "<T><TargetGroups><member><Matcher><HttpCode>204</HttpCode></Matcher><ProtocolVersion>HTTP1</ProtocolVersion><IpAddressType>ipv4</IpAddressType></member></TargetGroups></T>",
    },
    Form {
        name: "defaults-of-balancers",
        service: "elasticloadbalancing",
        operations: &["DescribeLoadBalancers"],
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancer.html",
        change: Change::Add(&[
            ("LoadBalancers", "member", "IpAddressType", "ipv4"),
            ("LoadBalancers", "member", "EnablePrefixForIpv6SourceNat", "off"),
        ]),
        before: "<L><LoadBalancers><member><IpAddressType>dualstack</IpAddressType></member></LoadBalancers></L>",
        after: "<L><LoadBalancers><member><IpAddressType>dualstack</IpAddressType><EnablePrefixForIpv6SourceNat>off</EnablePrefixForIpv6SourceNat></member></LoadBalancers></L>",
    },
    Form {
        name: "defaults-of-databases",
        service: "rds",
        operations: &["DescribeDBInstances"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html",
        change: Change::Add(&[
            ("DBInstances", "DBInstance", "CACertificateIdentifier", "rds-ca-rsa2048-g1"),
            ("DBInstances", "DBInstance", "NetworkType", "IPV4"),
            ("DBInstances", "DBInstance", "BackupTarget", "region"),
            ("DBInstances", "DBInstance", "DatabaseInsightsMode", "standard"),
            ("DBInstances", "DBInstance", "DedicatedLogVolume", "false"),
            ("DBInstances", "DBInstance", "CustomerOwnedIpEnabled", "false"),
            ("DBInstances", "DBInstance", "EngineLifecycleSupport", "open-source-rds-extended-support"),
        ]),
        before: "<R><DBInstances><DBInstance><CACertificateIdentifier>c</CACertificateIdentifier><NetworkType>IPV4</NetworkType><BackupTarget>region</BackupTarget><DatabaseInsightsMode>advanced</DatabaseInsightsMode><DedicatedLogVolume>false</DedicatedLogVolume><CustomerOwnedIpEnabled>false</CustomerOwnedIpEnabled></DBInstance></DBInstances></R>",
        after: "<R><DBInstances><DBInstance><CACertificateIdentifier>c</CACertificateIdentifier><NetworkType>IPV4</NetworkType><BackupTarget>region</BackupTarget><DatabaseInsightsMode>advanced</DatabaseInsightsMode><DedicatedLogVolume>false</DedicatedLogVolume><CustomerOwnedIpEnabled>false</CustomerOwnedIpEnabled><EngineLifecycleSupport>open-source-rds-extended-support</EngineLifecycleSupport></DBInstance></DBInstances></R>",
    },
    // "gp3 storage volumes always include a baseline performance of 3,000 IOPS and 125 MiBps", and RDS names it.
    Form {
        name: "baseline-of-gp3",
        service: "rds",
        operations: &["DescribeDBInstances"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html",
        change: Change::That(baseline),
        before: "<D><DBInstance><StorageType>gp3</StorageType><AllocatedStorage>400</AllocatedStorage></DBInstance></D>",
        after: "<D><DBInstance><StorageType>gp3</StorageType><AllocatedStorage>400</AllocatedStorage><Iops>12000</Iops><StorageThroughput>500</StorageThroughput></DBInstance></D>",
    },
    // Elastic Load Balancing writes one target group in both ways.
    Form {
        name: "forwards-in-both-ways",
        service: "elasticloadbalancing",
        operations: &["DescribeListeners", "DescribeRules"],
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html",
        change: Change::That(forwards),
        before: "<L><DefaultActions><member><Type>forward</Type><TargetGroupArn>t</TargetGroupArn></member></DefaultActions></L>",
        after: "<L><DefaultActions><member><Type>forward</Type><TargetGroupArn>t</TargetGroupArn><ForwardConfig><TargetGroups><member><TargetGroupArn>t</TargetGroupArn><Weight>1</Weight></member></TargetGroups><TargetGroupStickinessConfig><Enabled>false</Enabled></TargetGroupStickinessConfig></ForwardConfig></member></DefaultActions></L>",
    },
    Form {
        name: "peers-without-certificates",
        service: "elasticloadbalancing",
        operations: &["DescribeListeners"],
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Listener.html",
        change: Change::That(mutual_authentication),
        before: "<L><Listeners><member><Protocol>HTTPS</Protocol></member><member><Protocol>HTTP</Protocol></member></Listeners></L>",
        after: "<L><Listeners><member><Protocol>HTTPS</Protocol><MutualAuthentication><Mode>off</Mode></MutualAuthentication></member><member><Protocol>HTTP</Protocol></member></Listeners></L>",
    },
];

/// https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
const FLOW: &str = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} \
                    ${packets} ${bytes} ${start} ${end} ${action} ${log-status}";

/// In the network mode `awsvpc`, the port of the host is that of the container.
fn host_ports(answer: &str) -> Option<String> {
    in_json(answer, |value| {
        each(value, "taskDefinition.containerDefinitions.*.portMappings.*", &mut |port| {
            let container = port["containerPort"].clone();
            if let (Some(port), false) = (port.as_object_mut(), container.is_null()) {
                port.entry("hostPort").or_insert(container);
            }
        });
    })
}

/// Below the size at which it is striped, and above.
fn baseline(answer: &str) -> Option<String> {
    Some(xml::edit_each(answer, "DBInstance", |instance| {
        let is_gp3 = xml::text(instance, "StorageType")?.trim() == "gp3";
        let size: u32 = xml::text(instance, "AllocatedStorage")?.trim().parse().ok()?;
        let (operations, throughput) = if size < 400 { (3_000, 125) } else { (12_000, 500) };
        let mut told = instance.to_owned();
        for (name, value) in [("Iops", operations), ("StorageThroughput", throughput)] {
            match xml::text(&told, name) {
                None => told.push_str(&format!("<{name}>{value}</{name}>")),
                Some(text) if text.trim().is_empty() => {
                    told = xml::edit_each(&told, name, |_| Some(value.to_string()));
                }
                Some(_) => {}
            }
        }
        is_gp3.then_some(told)
    }))
}

fn forwards(answer: &str) -> Option<String> {
    Some(["DefaultActions", "Actions"].iter().fold(answer.to_owned(), |text, list| {
        xml::edit_each(&text, list, |actions| {
            Some(xml::edit_each(actions, "member", |action| {
                let group = xml::text(action, "TargetGroupArn")?.trim().to_owned();
                (!xml::has(action, "ForwardConfig")).then(|| {
                    format!(
                        "{action}<ForwardConfig><TargetGroups><member><TargetGroupArn>{group}</TargetGroupArn><Weight>1\
                         </Weight></member></TargetGroups><TargetGroupStickinessConfig><Enabled>false</Enabled>\
                         </TargetGroupStickinessConfig></ForwardConfig>"
                    )
                })
            }))
        })
    }))
}

fn mutual_authentication(answer: &str) -> Option<String> {
    Some(xml::edit_each(answer, "Listeners", |listeners| {
        Some(xml::edit_each(listeners, "member", |listener| {
            let is_https = xml::text(listener, "Protocol")?.trim() == "HTTPS";
            (is_https && !xml::has(listener, "MutualAuthentication"))
                .then(|| format!("{listener}<MutualAuthentication><Mode>off</Mode></MutualAuthentication>"))
        }))
    }))
}
