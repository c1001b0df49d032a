"""Accounts and organizational units with many small boxes and few lines: an organization chart more than a flow."""

from diagrams import Cluster, Diagram, Edge
from diagrams.aws.compute import EC2, Lambda
from diagrams.aws.cost import Budgets, CostExplorer
from diagrams.aws.general import User
from diagrams.aws.management import Cloudtrail, Config, ControlTower, Organizations, ServiceCatalog
from diagrams.aws.network import NetworkFirewall, Route53, TransitGateway
from diagrams.aws.security import Guardduty, SecurityHub, SingleSignOn
from diagrams.aws.storage import S3, Backup

with Diagram("Landing zone", filename="landing_zone", show=False):
    admin = User("Platform team")
    with Cluster("Management account"):
        tower, organisation = ControlTower("Control Tower"), Organizations("Organizations")
        login, billing = SingleSignOn("Identity Center"), CostExplorer("billing")
    with Cluster("Organizational unit security"):
        with Cluster("Account log archive"):
            logs = S3("logs")
        with Cluster("Account audit"):
            hub, guard = SecurityHub("Security Hub"), Guardduty("GuardDuty")
    with Cluster("Organizational unit infrastructure"):
        with Cluster("Account network"):
            transit, firewall, dns = TransitGateway("transit"), NetworkFirewall("firewall"), Route53("DNS")
        with Cluster("Account shared services"):
            catalogue, backup = ServiceCatalog("catalogue"), Backup("backup vault")
    with Cluster("Organizational unit workloads"):
        workloads = []
        for name in ("development", "test", "production"):
            with Cluster(f"Account {name}"):
                trail, config = Cloudtrail(f"trail {name}"), Config(f"config {name}")
                with Cluster(f"VPC {name}"):
                    app = EC2(f"app {name}")
                budget = Budgets(f"budget {name}")
            workloads.append((trail, config, app, budget))
    vending = Lambda("account vending")

    admin >> Edge(label="sign in") >> login
    admin >> Edge(label="request") >> catalogue >> vending >> Edge(label="create") >> tower
    tower >> organisation
    for trail, config, app, budget in workloads:
        trail >> logs
        config >> Edge(style="dashed") >> hub
        app - transit
        budget >> Edge(style="dotted") >> billing
    transit >> firewall
    guard >> hub
