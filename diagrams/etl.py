"""ETL: reports in CSV become typed Parquet, kept for the data lake and for SQL over all dates."""

from desenho import Diagram, Flow, Text
from desenho.aws import EBS, EC2, S3, VPC, Cloud, Lambda, PrivateSubnet, Region, User

with Diagram(Text("ETL simplificado", en="Simple ETL"), filename="etl"):
    analyst = User(Text("Analista", en="Analyst"))
    with Cloud(id="cloud"), Region("sa-east-1", id="region"):
        reports = S3(Text("Amazon S3\nrelatórios", en="Amazon S3\nreports"))
        function = Lambda(
            "AWS Lambda", workload="etl", memory_mb=2048, timeout_s=300, storage_mb=2048, max_object_mb=256
        )
        tables = S3(Text("Amazon S3\ntabelas", en="Amazon S3\ntables"))
        with (
            VPC("VPC", cidr="10.0.0.0/16") as vpc,
            PrivateSubnet(Text("Sub-rede privada", en="Private subnet"), id="subnet"),
        ):
            server = EC2("Amazon EC2", workload="etl", instance_type="t4g.small")
            volume = EBS("Amazon EBS", size_gb=50)

    analyst >> Flow(1, Text("envia CSV", en="uploads CSV")) >> reports >> Flow(2, "s3:ObjectCreated") >> function
    function >> Flow(3, Text("grava Parquet", en="writes Parquet")) >> tables
    function >> Flow(4, Text("avisa o que há de novo", en="tells what is new")) >> server
    server - Flow(5, Text("partições por data", en="partitions by date")) - volume
