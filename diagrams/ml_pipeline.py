"""A machine learning pipeline: raw data becomes features, which start a GPU instance that trains and then stops."""

from desenho import Diagram, Flow, Text
from desenho.aws import EBS, EC2, S3, VPC, Cloud, Lambda, PrivateSubnet, Region, User

with Diagram(Text("Pipeline de machine learning", en="Machine learning pipeline"), filename="ml_pipeline"):
    scientist = User(Text("Cientista de dados", en="Data scientist"))
    with Cloud(id="cloud"), Region("sa-east-1", id="region"):
        raw = S3(Text("Amazon S3\ndados brutos", en="Amazon S3\nraw data"))
        function = Lambda("AWS Lambda", workload="ml_pipeline", memory_mb=2048, timeout_s=300)
        models = S3(Text("Amazon S3\natributos e modelos", en="Amazon S3\nfeatures and models"))
        with (
            VPC("VPC", cidr="10.0.0.0/16") as vpc,
            PrivateSubnet(Text("Sub-rede privada", en="Private subnet"), id="subnet"),
        ):
            trainer = EC2("Amazon EC2 (GPU)", workload="ml_pipeline", instance_type="g4dn.xlarge")
            volume = EBS("Amazon EBS", size_gb=100)

    scientist >> Flow(1, Text("envia dados", en="uploads data")) >> raw >> Flow(2, "s3:ObjectCreated") >> function
    function >> Flow(3, Text("grava atributos", en="writes features")) >> models
    function >> Flow(4, Text("liga a instância", en="starts the instance")) >> trainer
    trainer - Flow(5, Text("pontos de retomada", en="checkpoints")) - volume
    trainer >> Flow(6, Text("publica o modelo", en="publishes the model")) >> models
