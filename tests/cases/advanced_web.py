"""A service in a data centre of its own: sessions, database, metrics and logs, with coloured and labelled lines."""

from diagrams import Cluster, Diagram, Edge
from diagrams.onprem.aggregator import Fluentd
from diagrams.onprem.analytics import Spark
from diagrams.onprem.compute import Server
from diagrams.onprem.database import PostgreSQL
from diagrams.onprem.inmemory import Redis
from diagrams.onprem.monitoring import Grafana, Prometheus
from diagrams.onprem.network import Nginx
from diagrams.onprem.queue import Kafka

with Diagram("Library catalogue on premises", filename="advanced_web", show=False):
    entrance = Nginx("reverse proxy")

    metrics = Prometheus("metrics")
    metrics << Edge(color="firebrick", style="dashed") << Grafana("dashboards")

    with Cluster("Catalogue servers"):
        servers = [Server("catalogue 1"), Server("catalogue 2"), Server("catalogue 3")]

    with Cluster("Sessions, highly available"):
        sessions = Redis("sessions")
        sessions - Edge(color="brown", style="dashed") - Redis("sessions copy") << Edge(label="scrape") << metrics
        servers >> Edge(color="brown") >> sessions

    with Cluster("Loans, highly available"):
        loans = PostgreSQL("loans")
        loans - Edge(color="brown", style="dotted") - PostgreSQL("loans copy") << Edge(label="scrape") << metrics
        servers >> Edge(color="black") >> loans

    logs = Fluentd("log shipper")
    logs >> Edge(label="parsed lines") >> Kafka("log stream") >> Edge(style="bold") >> Spark("usage reports")

    entrance >> Edge(color="darkgreen") << servers >> Edge(color="darkorange") >> logs
