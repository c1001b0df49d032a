"""From a commit to production: build, keep, deploy, watch."""

from diagrams.aws.compute import ECR, ECS
from diagrams.aws.devtools import Codebuild, Codedeploy, Codepipeline
from diagrams.aws.management import Cloudwatch

from desenho import Diagram, Flow, Text
from desenho.aws import VPC, Cloud, PrivateSubnet, Region, User

with Diagram(Text("Do commit à produção", en="From commit to production"), filename="delivery_pipeline"):
    developer = User(Text("Pessoa que programa", en="Developer"))
    with Cloud(id="cloud"), Region("sa-east-1", id="region"):
        pipeline = Codepipeline("AWS CodePipeline")
        build = Codebuild("AWS CodeBuild")
        images = ECR("Amazon ECR")
        deploy = Codedeploy("AWS CodeDeploy")
        alarms = Cloudwatch("Amazon CloudWatch")
        with VPC("VPC", cidr="10.0.0.0/16", id="vpc"):
            with PrivateSubnet(Text("Sub-rede privada", en="Private subnet"), id="subnet"):
                service = ECS("Amazon ECS")

    developer >> Flow(1, "git push") >> pipeline
    pipeline >> Flow(2, Text("testa e constrói", en="tests and builds")) >> build
    build >> Flow(3, Text("imagem", en="image")) >> images
    pipeline >> Flow(4, Text("libera", en="releases")) >> deploy
    deploy >> Flow(5, Text("aos poucos", en="bit by bit")) >> service
    alarms >> Flow(6, Text("volta atrás", en="rolls back")) >> deploy
