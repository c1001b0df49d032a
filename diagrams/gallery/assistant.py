"""An assistant that answers from your own documents."""

from diagrams.aws.analytics import AmazonOpensearchService
from diagrams.aws.database import Dynamodb
from diagrams.aws.ml import Bedrock
from diagrams.aws.network import APIGateway

from desenho import Diagram, Flow, Text
from desenho.aws import S3, Cloud, Lambda, Region, User

with Diagram(Text("Assistente com documentos próprios", en="Assistant with your own documents"), filename="assistant"):
    person = User(Text("Pessoa", en="Person"))
    with Cloud(id="cloud"), Region("us-east-1", id="region"):
        api = APIGateway("Amazon API Gateway")
        ask = Lambda(Text("Pergunta", en="Ask"))
        history = Dynamodb(Text("Conversas", en="Conversations"))
        index = AmazonOpensearchService(Text("Índice vetorial", en="Vector index"))
        model = Bedrock("Amazon Bedrock")
        documents = S3(Text("Documentos", en="Documents"))
        ingest = Lambda(Text("Indexa", en="Index"))

    person >> Flow(1, Text("pergunta", en="asks")) >> api
    api >> Flow(2) >> ask
    ask >> Flow(3, Text("trechos parecidos", en="similar passages")) >> index
    ask >> Flow(4, Text("pergunta e trechos", en="question and passages")) >> model
    ask >> Flow(5, Text("guarda", en="keeps")) >> history
    documents >> Flow(6, "s3:ObjectCreated") >> ingest
    ingest >> Flow(7, Text("vetores", en="vectors")) >> index
