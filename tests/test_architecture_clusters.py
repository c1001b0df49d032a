"""What a cluster's words say it is."""

from __future__ import annotations

import pytest

from architecture.clusters import kind_of, other_cloud
from architecture.model import GroupKind
from architecture.text import Text

TAKEN = {
    GroupKind.CLOUD: ["AWS", "AWS Cloud", "Nuvem AWS", "nuvem da AWS", "Amazon Web Services", "Cloud"],
    GroupKind.ACCOUNT: ["AWS account", "Production account", "Account log archive", "Conta AWS", "Conta de produção",
                        "account 123456789012", "Account", "AWS account: web shop", "Conta AWS da loja"],
    GroupKind.REGION: ["Region", "Region us-east-1", "us-east-1", "AWS us-gov-west-1", "Região São Paulo",
                       "sa-east-1 Region",
                       "ap-southeast-2"],
    GroupKind.AVAILABILITY_ZONE: ["Availability Zone a", "AZ-1", "AZ b", "Zona de disponibilidade 1", "us-east-1a",
                                  "First AZ"],
    GroupKind.VPC: ["VPC", "VPC 10.0.0.0/16", "prod-vpc", "Production VPC", "VPC in Region us-east-1", "vpc_main",
                    "Virtual Private Cloud"],
    GroupKind.PUBLIC_SUBNET: ["Public subnet", "Public Subnet 10.0.1.0/24", "subnet (public)", "Sub-rede pública",
                              "Sub-redes públicas",
                              "subrede publica a", "public_subnet_1", "DMZ subnet"],
    GroupKind.PRIVATE_SUBNET: ["Private subnet", "Sub-rede privada", "App subnet a", "Data subnets", "Subnet"],
    GroupKind.SECURITY_GROUP: ["Security group", "web security-group", "Grupo de segurança", "SG web", "sg-0123abcd"],
    GroupKind.AUTO_SCALING_GROUP: ["Auto Scaling group", "Autoscaling", "ASG", "Grupo de autoescalabilidade"],
    GroupKind.CORPORATE_DATA_CENTER: ["Corporate data center", "On-premises", "On-Premise", "Datacenter",
                                      "Centro de dados"],
    GroupKind.STEP_FUNCTIONS_WORKFLOW: ["Step Functions workflow"],
    GroupKind.ELASTIC_BEANSTALK: ["Elastic Beanstalk"],
    GroupKind.SPOT_FLEET: ["Spot Fleet"],
    GroupKind.IOT_GREENGRASS: ["IoT Greengrass"],
    GroupKind.IOT_GREENGRASS_DEPLOYMENT: ["Greengrass deployment"],
    GroupKind.EC2_INSTANCE_CONTENTS: ["EC2 instance contents"],
    GroupKind.SERVER_CONTENTS: ["Server contents"],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "label"), [(kind, label) for kind, labels in TAKEN.items() for label in labels])
def test_words_that_say_what_it_is(kind: GroupKind, label: str) -> None:
    assert kind_of(label) == kind


def test_every_kind_has_its_words() -> None:
    assert set(TAKEN) == set(GroupKind) - {GroupKind.GENERIC}


@pytest.mark.parametrize(
    "label",
    ["Service cluster", "Event Flows", "DB subnet group", "VPC endpoints", "VPC peering", "Account service",
    "Regional sales",
     "Bank account", "Account logistics", "Google Cloud", "Cloudy", "Contabilidade", "Sessions HA", "", "Azure"],
)  # fmt: skip
def test_words_that_say_nothing(label: str) -> None:
    assert kind_of(label) is None


def test_any_language_will_do() -> None:
    assert kind_of(Text("Rede da firma", en="VPC")) == GroupKind.VPC


def test_in_another_cloud_the_words_mean_other_things() -> None:
    assert other_cloud(["gcp.compute.Functions", "onprem.client.User"])
    assert not other_cloud(["gcp.compute.Functions", "aws.compute.EC2"])
    assert not other_cloud(["onprem.client.User", "k8s.compute.Pod"])
    assert not other_cloud([])
