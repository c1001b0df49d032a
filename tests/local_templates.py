"""Templates that the tests of the local cloud apply: between them every property of every supported type."""

from __future__ import annotations

import json
from typing import Any

POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}],
}
HANDLER = "def main(event, context):\n    return event\n"


def trust(service: str) -> dict[str, Any]:
    """The policy by which a service may take a role."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def tags(**more: str) -> list[dict[str, str]]:
    return [{"Key": k, "Value": v} for k, v in {"Name": "x", **more}.items()]


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def att(name: str, attribute: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [name, attribute]}


def zone(index: int) -> dict[str, Any]:
    return {"Fn::Select": [index, {"Fn::GetAZs": ""}]}


def resource(kind: str, properties: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", **({"Properties": properties} if properties is not None else {}), **more}


NETWORK: dict[str, Any] = {
    "Vpc": resource(
        "EC2::VPC",
        {
            "CidrBlock": "10.1.0.0/16",
            "EnableDnsHostnames": True,
            "EnableDnsSupport": "false",
            "InstanceTenancy": "default",
            "Tags": tags(),
        },
    ),
    "Subnet": resource(
        "EC2::Subnet",
        {
            "VpcId": ref("Vpc"),
            "CidrBlock": "10.1.0.0/24",
            "AvailabilityZone": zone(0),
            "MapPublicIpOnLaunch": True,
            "Tags": tags(),
        },
    ),
    "Other": resource("EC2::Subnet", {"VpcId": ref("Vpc"), "CidrBlock": "10.1.1.0/24", "AvailabilityZone": zone(1)}),
    "Routes": resource("EC2::RouteTable", {"VpcId": ref("Vpc"), "Tags": tags()}),
    "RoutesOfSubnet": resource(
        "EC2::SubnetRouteTableAssociation", {"SubnetId": ref("Subnet"), "RouteTableId": ref("Routes")}
    ),
    "Gateway": resource("EC2::InternetGateway", {"Tags": tags()}),
    "GatewayOfVpc": resource("EC2::VPCGatewayAttachment", {"VpcId": ref("Vpc"), "InternetGatewayId": ref("Gateway")}),
    "Out": resource(
        "EC2::Route",
        {"RouteTableId": ref("Routes"), "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": ref("Gateway")},
        DependsOn="GatewayOfVpc",
    ),
    "Address": resource("EC2::EIP", {"Domain": "vpc", "Tags": tags()}, DependsOn=["GatewayOfVpc"]),
    "Nat": resource(
        "EC2::NatGateway",
        {
            "SubnetId": ref("Subnet"),
            "AllocationId": att("Address", "AllocationId"),
            "ConnectivityType": "public",
            "Tags": tags(),
        },
    ),
    "S3Endpoint": resource(
        "EC2::VPCEndpoint",
        {
            "VpcEndpointType": "Gateway",
            "VpcId": ref("Vpc"),
            "ServiceName": {"Fn::Sub": "com.amazonaws.${AWS::Region}.s3"},
            "RouteTableIds": [ref("Routes")],
            "PolicyDocument": POLICY,
            "Tags": tags(),
        },
    ),
    "SqsEndpoint": resource(
        "EC2::VPCEndpoint",
        {
            "VpcEndpointType": "Interface",
            "VpcId": ref("Vpc"),
            "ServiceName": {"Fn::Sub": "com.amazonaws.${AWS::Region}.sqs"},
            "SubnetIds": [ref("Subnet")],
            "SecurityGroupIds": [att("Group", "GroupId")],
            "PrivateDnsEnabled": True,
        },
    ),
    "Group": resource(
        "EC2::SecurityGroup",
        {
            "GroupDescription": "in and out",
            "GroupName": "named",
            "VpcId": ref("Vpc"),
            "SecurityGroupIngress": [
                {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 81, "CidrIp": "10.0.0.0/8", "Description": "web"},
                {"IpProtocol": "tcp", "FromPort": "443", "ToPort": "443", "CidrIpv6": "::/0"},
                {
                    "IpProtocol": "udp",
                    "FromPort": 53,
                    "ToPort": 53,
                    "SourceSecurityGroupId": att("Far", "GroupId"),
                    "Description": "names",
                },
            ],
            "SecurityGroupEgress": [{"IpProtocol": "-1", "CidrIp": "127.0.0.1/32", "Description": "nothing"}],
            "Tags": tags(),
        },
    ),
    "Far": resource("EC2::SecurityGroup", {"GroupDescription": "far", "VpcId": ref("Vpc")}),
    "FarIn": resource(
        "EC2::SecurityGroupIngress",
        {
            "GroupId": att("Far", "GroupId"),
            "IpProtocol": "tcp",
            "FromPort": 22,
            "ToPort": 22,
            "SourceSecurityGroupId": att("Group", "GroupId"),
            "Description": "from the group",
        },
    ),
    "FarOut": resource(
        "EC2::SecurityGroupEgress",
        {
            "GroupId": att("Far", "GroupId"),
            "IpProtocol": "tcp",
            "FromPort": 8080,
            "ToPort": 8080,
            "DestinationSecurityGroupId": att("Group", "GroupId"),
            "Description": "to the group",
        },
    ),
    "FarOutList": resource(
        "EC2::SecurityGroupEgress",
        {
            "GroupId": att("Far", "GroupId"),
            "IpProtocol": "tcp",
            "FromPort": 443,
            "ToPort": 443,
            "DestinationPrefixListId": ref("PrefixList"),
            "Description": "to S3",
        },
    ),
    "Connect": resource(
        "EC2::InstanceConnectEndpoint",
        {
            "SubnetId": ref("Subnet"),
            "SecurityGroupIds": [att("Far", "GroupId")],
            "PreserveClientIp": True,
            "Tags": tags(),
        },
    ),
}

COMPUTE: dict[str, Any] = {
    **{n: NETWORK[n] for n in ("Vpc", "Subnet", "Far")},
    "Role": resource("IAM::Role", {"AssumeRolePolicyDocument": trust("ec2.amazonaws.com")}),
    "Profile": resource("IAM::InstanceProfile", {"Roles": [ref("Role")], "Path": "/p/", "InstanceProfileName": "prof"}),
    "Instance": resource(
        "EC2::Instance",
        {
            "ImageId": ref("ImageId"),
            "InstanceType": "t4g.micro",
            "KeyName": "key",
            "IamInstanceProfile": ref("Profile"),
            "SubnetId": ref("Subnet"),
            "AvailabilityZone": zone(0),
            "PrivateIpAddress": "10.1.0.10",
            "SecurityGroupIds": [att("Far", "GroupId")],
            "UserData": {"Fn::Base64": "#!/bin/sh\necho olá\n"},
            "MetadataOptions": {
                "HttpTokens": "required",
                "HttpEndpoint": "enabled",
                "HttpPutResponseHopLimit": 2,
                "InstanceMetadataTags": "enabled",
            },
            "BlockDeviceMappings": [
                {
                    "DeviceName": "/dev/xvda",
                    "Ebs": {"VolumeType": "gp3", "VolumeSize": 9, "Encrypted": True, "DeleteOnTermination": True},
                }
            ],
            "EbsOptimized": True,
            "Monitoring": True,
            "SourceDestCheck": False,
            "InstanceInitiatedShutdownBehavior": "terminate",
            "DisableApiTermination": False,
            "Tenancy": "default",
            "PropagateTagsToVolumeOnCreation": True,
            "Tags": tags(),
        },
    ),
    "Data": resource(
        "EC2::Volume",
        {
            "AvailabilityZone": att("Subnet", "AvailabilityZone"),
            "Size": 11,
            "VolumeType": "gp3",
            "Iops": 3100,
            "Throughput": 130,
            "Encrypted": True,
            "MultiAttachEnabled": False,
            "Tags": tags(),
        },
    ),
    "Attached": resource(
        "EC2::VolumeAttachment",
        {"InstanceId": ref("Instance"), "VolumeId": ref("Data"), "Device": "/dev/sdf"},
    ),
    "Public": resource(
        "EC2::Instance",
        {
            "ImageId": ref("ImageId"),
            "InstanceType": "t4g.nano",
            "NetworkInterfaces": [
                {
                    "DeviceIndex": "0",
                    "SubnetId": ref("Subnet"),
                    "GroupSet": [att("Far", "GroupId")],
                    "AssociatePublicIpAddress": True,
                    "DeleteOnTermination": True,
                }
            ],
        },
    ),
    "Template": resource(
        "EC2::LaunchTemplate",
        {
            "LaunchTemplateName": "lt",
            "LaunchTemplateData": {
                "ImageId": ref("ImageId"),
                "InstanceType": "t4g.small",
                "MetadataOptions": {"HttpTokens": "required"},
            },
            "VersionDescription": "first",
            "TagSpecifications": [{"ResourceType": "launch-template", "Tags": tags()}],
        },
    ),
}

STORAGE: dict[str, Any] = {
    "Bucket": resource(
        "S3::Bucket",
        {
            "BucketName": "full-bucket",
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": "true",
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": False,
            },
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [
                    {"BucketKeyEnabled": True, "ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
                ]
            },
            "VersioningConfiguration": {"Status": "Enabled"},
            "LifecycleConfiguration": {
                "Rules": [
                    {
                        "Id": "uploads",
                        "Status": "Enabled",
                        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": "2"},
                    },
                    {
                        "Id": "versions",
                        "Status": "Enabled",
                        "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
                        "ExpiredObjectDeleteMarker": True,
                    },
                    {
                        "Id": "old",
                        "Status": "Disabled",
                        "Prefix": "logs/",
                        "ExpirationInDays": 90,
                        "Transitions": [{"StorageClass": "STANDARD_IA", "TransitionInDays": 30}],
                    },
                ]
            },
            "CorsConfiguration": {
                "CorsRules": [
                    {
                        "Id": "pages",
                        "AllowedOrigins": ["https://example.com"],
                        "AllowedMethods": ["PUT", "POST"],
                        "AllowedHeaders": ["*"],
                        "ExposedHeaders": ["ETag"],
                        "MaxAge": 3000,
                    }
                ]
            },
            "WebsiteConfiguration": {"IndexDocument": "index.html", "ErrorDocument": "error.html"},
            "NotificationConfiguration": {
                "QueueConfigurations": [
                    {
                        "Event": "s3:ObjectRemoved:*",
                        "Queue": att("Queue", "Arn"),
                        "Filter": {"S3Key": {"Rules": [{"Name": "suffix", "Value": ".txt"}]}},
                    }
                ],
                "TopicConfigurations": [{"Event": "s3:ObjectRestore:*", "Topic": ref("Topic")}],
                "LambdaConfigurations": [
                    {
                        "Event": "s3:ObjectCreated:*",
                        "Function": att("Function", "Arn"),
                        "Filter": {"S3Key": {"Rules": [{"Name": "prefix", "Value": "in/"}]}},
                    }
                ],
                "EventBridgeConfiguration": {"EventBridgeEnabled": True},
            },
            "Tags": tags(),
        },
        DependsOn=["Permission", "QueuePolicy"],
    ),
    "BucketPolicy": resource(
        "S3::BucketPolicy",
        {
            "Bucket": ref("Bucket"),
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "TlsOnly",
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "s3:*",
                        "Resource": [att("Bucket", "Arn"), {"Fn::Sub": "${Bucket.Arn}/*"}],
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    }
                ],
            },
        },
    ),
    "Redirect": resource(
        "S3::Bucket",
        {"WebsiteConfiguration": {"RedirectAllRequestsTo": {"HostName": "example.com", "Protocol": "https"}}},
    ),
    "Dead": resource("SQS::Queue", {"QueueName": "dead"}),
    "Queue": resource(
        "SQS::Queue",
        {
            "QueueName": "full",
            "DelaySeconds": 3,
            "MaximumMessageSize": 2048,
            "MessageRetentionPeriod": 1209600,
            "ReceiveMessageWaitTimeSeconds": 5,
            "VisibilityTimeout": 60,
            "SqsManagedSseEnabled": True,
            "RedrivePolicy": {"deadLetterTargetArn": att("Dead", "Arn"), "maxReceiveCount": 4},
            "RedriveAllowPolicy": {"redrivePermission": "denyAll"},
            "Tags": tags(),
        },
    ),
    "Fifo": resource(
        "SQS::Queue",
        {
            "QueueName": "line.fifo",
            "FifoQueue": True,
            "ContentBasedDeduplication": True,
            "KmsMasterKeyId": "alias/aws/sqs",
            "KmsDataKeyReusePeriodSeconds": 600,
        },
    ),
    "QueuePolicy": resource(
        "SQS::QueuePolicy",
        {
            "Queues": [ref("Queue")],
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "s3.amazonaws.com"},
                        "Action": "sqs:SendMessage",
                        "Resource": att("Queue", "Arn"),
                    }
                ],
            },
        },
    ),
    "Topic": resource(
        "SNS::Topic",
        {
            "TopicName": "news",
            "DisplayName": "News",
            "KmsMasterKeyId": "alias/aws/sns",
            "Subscription": [{"Protocol": "email", "Endpoint": "a@example.com"}],
            "Tags": tags(),
        },
    ),
    "TopicPolicy": resource(
        "SNS::TopicPolicy",
        {
            "Topics": [ref("Topic")],
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "s3",
                        "Effect": "Allow",
                        "Principal": {"Service": "s3.amazonaws.com"},
                        "Action": "sns:Publish",
                        "Resource": ref("Topic"),
                    }
                ],
            },
        },
    ),
    "Subscription": resource(
        "SNS::Subscription",
        {
            "TopicArn": ref("Topic"),
            "Protocol": "sqs",
            "Endpoint": att("Queue", "Arn"),
            "RawMessageDelivery": True,
            "FilterPolicy": {"kind": ["a"]},
            "FilterPolicyScope": "MessageAttributes",
            "RedrivePolicy": {"deadLetterTargetArn": att("Dead", "Arn")},
        },
    ),
    "FunctionRole": resource("IAM::Role", {"AssumeRolePolicyDocument": trust("lambda.amazonaws.com")}),
    "Function": resource(
        "Lambda::Function",
        {
            "FunctionName": "small",
            "Runtime": "python3.13",
            "Handler": "index.main",
            "Role": att("FunctionRole", "Arn"),
            "Code": {"ZipFile": HANDLER},
        },
    ),
    "Permission": resource(
        "Lambda::Permission",
        {
            "FunctionName": att("Function", "Arn"),
            "Action": "lambda:InvokeFunction",
            "Principal": "s3.amazonaws.com",
            "SourceAccount": ref("AWS::AccountId"),
            "SourceArn": "arn:aws:s3:::full-bucket",
        },
    ),
}

FUNCTIONS: dict[str, Any] = {
    **{n: NETWORK[n] for n in ("Vpc", "Subnet", "Far")},
    **{n: STORAGE[n] for n in ("Dead", "Queue", "FunctionRole")},
    "Logs": resource(
        "Logs::LogGroup",
        {"LogGroupName": "/own/logs", "RetentionInDays": 14, "LogGroupClass": "STANDARD", "Tags": tags()},
    ),
    "Layer": resource(
        "Lambda::LayerVersion",
        {
            "LayerName": "libraries",
            "Content": {"S3Bucket": "artifacts", "S3Key": "code.zip"},
            "CompatibleRuntimes": ["python3.13"],
            "CompatibleArchitectures": ["arm64"],
            "Description": "libraries",
            "LicenseInfo": "MIT",
        },
    ),
    "Function": resource(
        "Lambda::Function",
        {
            "FunctionName": "full",
            "Code": {"S3Bucket": "artifacts", "S3Key": "code.zip"},
            "Role": att("FunctionRole", "Arn"),
            "Runtime": "python3.13",
            "Handler": "handler.main",
            "Architectures": ["arm64"],
            "Description": "does all",
            "MemorySize": "512",
            "Timeout": 60,
            "EphemeralStorage": {"Size": 1024},
            "ReservedConcurrentExecutions": 3,
            "LoggingConfig": {
                "LogFormat": "JSON",
                "LogGroup": ref("Logs"),
                "ApplicationLogLevel": "DEBUG",
                "SystemLogLevel": "WARN",
            },
            "TracingConfig": {"Mode": "Active"},
            "VpcConfig": {"SubnetIds": [ref("Subnet")], "SecurityGroupIds": [att("Far", "GroupId")]},
            "Environment": {"Variables": {"A": "1", "B": True}},
            "DeadLetterConfig": {"TargetArn": att("Dead", "Arn")},
            "Layers": [ref("Layer")],
            "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/1",
            "PackageType": "Zip",
            "Tags": tags(),
        },
    ),
    "Async": resource(
        "Lambda::EventInvokeConfig",
        {
            "FunctionName": ref("Function"),
            "Qualifier": "$LATEST",
            "MaximumRetryAttempts": 1,
            "MaximumEventAgeInSeconds": 3600,
            "DestinationConfig": {"OnFailure": {"Destination": att("Dead", "Arn")}},
        },
    ),
    "Version": resource("Lambda::Version", {"FunctionName": ref("Function"), "Description": "one"}),
    "Alias": resource(
        "Lambda::Alias",
        {
            "FunctionName": ref("Function"),
            "Name": "live",
            "FunctionVersion": att("Version", "Version"),
            "Description": "the live one",
        },
    ),
    "Mapping": resource(
        "Lambda::EventSourceMapping",
        {
            "FunctionName": ref("Function"),
            "EventSourceArn": att("Queue", "Arn"),
            "BatchSize": 5,
            "MaximumBatchingWindowInSeconds": 2,
            "Enabled": True,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "ScalingConfig": {"MaximumConcurrency": 4},
            "FilterCriteria": {"Filters": [{"Pattern": json.dumps({"body": {"kind": ["a"]}})}]},
        },
    ),
    "Anyone": resource(
        "Lambda::Permission",
        {
            "FunctionName": ref("Function"),
            "Action": "lambda:InvokeFunction",
            "Principal": "*",
            "PrincipalOrgID": "o-a1b2c3d4e5",
        },
    ),
}

IDENTITY: dict[str, Any] = {
    "Boundary": resource(
        "IAM::ManagedPolicy",
        {
            "ManagedPolicyName": "boundary",
            "Description": "the limit",
            "Path": "/limits/",
            "PolicyDocument": POLICY,
            "Roles": [ref("Plain")],
        },
    ),
    "Plain": resource("IAM::Role", {"AssumeRolePolicyDocument": trust("ec2.amazonaws.com")}),
    "Role": resource(
        "IAM::Role",
        {
            "RoleName": "full",
            "AssumeRolePolicyDocument": trust("lambda.amazonaws.com"),
            "Description": "does all",
            "MaxSessionDuration": 7200,
            "Path": "/service/",
            "PermissionsBoundary": ref("Boundary"),
            "ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
            "Policies": [{"PolicyName": "inline", "PolicyDocument": POLICY}],
            "Tags": tags(),
        },
    ),
    "Policy": resource(
        "IAM::Policy", {"PolicyName": "apart", "PolicyDocument": POLICY, "Roles": [ref("Role"), ref("Plain")]}
    ),
    "Profile": resource("IAM::InstanceProfile", {"Roles": [ref("Plain")]}),
}

OBSERVATION: dict[str, Any] = {
    "Logs": FUNCTIONS["Logs"],
    "Alarm": resource(
        "CloudWatch::Alarm",
        {
            "AlarmName": "full",
            "AlarmDescription": "something",
            "ActionsEnabled": False,
            "OKActions": [ref("Topic")],
            "AlarmActions": [ref("Topic")],
            "InsufficientDataActions": [ref("Topic")],
            "MetricName": "Errors",
            "Namespace": "AWS/Lambda",
            "Statistic": "Sum",
            "Dimensions": [{"Name": "FunctionName", "Value": "full"}],
            "Period": "300",
            "Unit": "Count",
            "EvaluationPeriods": 3,
            "DatapointsToAlarm": 2,
            "Threshold": 1.5,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching",
            "Tags": tags(),
        },
    ),
    "Slow": resource(
        "CloudWatch::Alarm",
        {
            "MetricName": "Duration",
            "Namespace": "AWS/Lambda",
            "ExtendedStatistic": "p99",
            "EvaluateLowSampleCountPercentile": "ignore",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": "1000",
            "ComparisonOperator": "GreaterThanThreshold",
        },
    ),
    "Topic": resource("SNS::Topic", {}),
    "Parameter": resource(
        "SSM::Parameter",
        {
            "Name": "/app/limit",
            "Type": "String",
            "Value": "10",
            "Description": "the limit",
            "AllowedPattern": "[0-9]+",
            "DataType": "text",
            "Tier": "Standard",
            "Tags": {"Name": "x"},
        },
    ),
    "Table": resource(
        "DynamoDB::Table",
        {
            "TableName": "rows",
            "AttributeDefinitions": [
                {"AttributeName": "id", "AttributeType": "S"},
                {"AttributeName": "at", "AttributeType": "N"},
            ],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "by-time",
                    "KeySchema": [{"AttributeName": "at", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            "BillingMode": "PAY_PER_REQUEST",
            "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
            "TimeToLiveSpecification": {"AttributeName": "gone", "Enabled": True},
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
            "DeletionProtectionEnabled": False,
            "Tags": tags(),
        },
    ),
    "Steady": resource(
        "DynamoDB::Table",
        {
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 1},
        },
    ),
}

# The other way to say something, where there are two.
VARIANTS: dict[str, Any] = {
    **{n: NETWORK[n] for n in ("Vpc", "Subnet", "Far", "Routes")},
    **{n: STORAGE[n] for n in ("Dead", "FunctionRole")},
    "Group": resource(
        "EC2::SecurityGroup",
        {
            "GroupDescription": "other ends",
            "VpcId": ref("Vpc"),
            "SecurityGroupIngress": [
                {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "SourcePrefixListId": ref("PrefixList")}
            ],
            "SecurityGroupEgress": [
                {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "CidrIpv6": "::/0"},
                {
                    "IpProtocol": "tcp",
                    "FromPort": 3,
                    "ToPort": 3,
                    "DestinationPrefixListId": ref("PrefixList"),
                    "Description": "list",
                },
                {"IpProtocol": "tcp", "FromPort": 4, "ToPort": 4, "DestinationSecurityGroupId": att("Far", "GroupId")},
            ],
        },
    ),
    **{
        f"In{i}": resource(
            "EC2::SecurityGroupIngress",
            {"GroupId": att("Far", "GroupId"), "IpProtocol": "tcp", "FromPort": 7, "ToPort": 7, **end},
        )
        for i, end in enumerate(
            ({"CidrIp": "10.0.0.0/8"}, {"CidrIpv6": "::/0"}, {"SourcePrefixListId": ref("PrefixList")})
        )
    },
    **{
        f"Out{i}": resource(
            "EC2::SecurityGroupEgress",
            {"GroupId": att("Far", "GroupId"), "IpProtocol": "tcp", "FromPort": 7, "ToPort": 7, **end},
        )
        for i, end in enumerate(({"CidrIp": "10.0.0.0/8"}, {"CidrIpv6": "::/0"}))
    },
    "Template": resource(
        "EC2::LaunchTemplate",
        {"LaunchTemplateData": {"ImageId": ref("ImageId"), "InstanceType": "t4g.small"}},
    ),
    "ById": resource(
        "EC2::Instance",
        {
            "SubnetId": ref("Subnet"),
            "LaunchTemplate": {
                "LaunchTemplateId": ref("Template"),
                "Version": att("Template", "LatestVersionNumber"),
            },
            "BlockDeviceMappings": [
                {
                    "DeviceName": "/dev/xvda",
                    "Ebs": {
                        "VolumeType": "gp2",
                        "VolumeSize": 10,
                        "Encrypted": True,
                        "KmsKeyId": "alias/key",
                        "DeleteOnTermination": True,
                    },
                }
            ],
        },
    ),
    "ByInterface": resource(
        "EC2::Instance",
        {
            "ImageId": ref("ImageId"),
            "InstanceType": "t4g.nano",
            "NetworkInterfaces": [
                {
                    "DeviceIndex": 0,
                    "SubnetId": ref("Subnet"),
                    "PrivateIpAddress": "10.1.0.77",
                }
            ],
        },
    ),
    "AddressOfInstance": resource("EC2::EIP", {"InstanceId": ref("ByInterface")}, DependsOn="ByInterface"),
    "ThroughInstance": resource(
        "EC2::Route",
        {"RouteTableId": ref("Routes"), "DestinationCidrBlock": "10.9.0.0/16", "InstanceId": ref("ByInterface")},
    ),
    "Nat": resource("EC2::NatGateway", {"SubnetId": ref("Subnet"), "ConnectivityType": "private"}),
    "ThroughNat": resource(
        "EC2::Route",
        {"RouteTableId": ref("Routes"), "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": ref("Nat")},
    ),
    "Keyed": resource(
        "EC2::Volume",
        {
            "AvailabilityZone": att("Subnet", "AvailabilityZone"),
            "Size": 4,
            "VolumeType": "gp2",
            "Encrypted": True,
            "KmsKeyId": "alias/key",
        },
    ),
    "FifoTopic": resource(
        "SNS::Topic", {"TopicName": "line.fifo", "FifoTopic": True, "ContentBasedDeduplication": True}
    ),
    "Topic": resource("SNS::Topic", {}),
    "Bucket": resource(
        "S3::Bucket",
        {
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [
                    {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/key"}}
                ]
            },
            "NotificationConfiguration": {
                "TopicConfigurations": [
                    {
                        "Event": "s3:ObjectCreated:*",
                        "Topic": ref("Topic"),
                        "Filter": {"S3Key": {"Rules": [{"Name": "prefix", "Value": "a/"}]}},
                    }
                ]
            },
        },
    ),
    "Keys": resource("Logs::LogGroup", {"KmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/1"}),
    "Layer": resource(
        "Lambda::LayerVersion",
        {"Content": {"S3Bucket": "artifacts", "S3Key": "code.zip", "S3ObjectVersion": ref("CodeVersion")}},
    ),
    "Function": resource(
        "Lambda::Function",
        {
            "Runtime": "python3.13",
            "Handler": "handler.main",
            "Role": att("FunctionRole", "Arn"),
            "Code": {"S3Bucket": "artifacts", "S3Key": "code.zip", "S3ObjectVersion": ref("CodeVersion")},
        },
    ),
    "Async": resource(
        "Lambda::EventInvokeConfig",
        {
            "FunctionName": ref("Function"),
            "Qualifier": "$LATEST",
            "DestinationConfig": {"OnSuccess": {"Destination": att("Dead", "Arn")}},
        },
    ),
    "Version": resource("Lambda::Version", {"FunctionName": ref("Function"), "CodeSha256": ref("CodeSha256")}),
    "Table": resource(
        "DynamoDB::Table",
        {
            "AttributeDefinitions": [
                {"AttributeName": "id", "AttributeType": "S"},
                {"AttributeName": "at", "AttributeType": "N"},
            ],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 1},
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "by-time",
                    "KeySchema": [{"AttributeName": "at", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["name"]},
                    "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4},
                }
            ],
        },
    ),
}

FULL: dict[str, dict[str, Any]] = {
    "compute": COMPUTE,
    "functions": FUNCTIONS,
    "identity": IDENTITY,
    "network": NETWORK,
    "observation": OBSERVATION,
    "storage": STORAGE,
    "variants": VARIANTS,
}
"""Resources by topic; together they use every property that the property tables have."""

PARAMETERS: dict[str, Any] = {
    "ImageId": {"Type": "String"},
    "PrefixList": {"Type": "String"},
    "CodeVersion": {"Type": "String"},
    "CodeSha256": {"Type": "String"},
}


def template(resources: dict[str, Any], **sections: Any) -> str:
    """Return a template with these resources as JSON, and the parameters they use."""
    return json.dumps({"Parameters": PARAMETERS, "Resources": resources, **sections})
