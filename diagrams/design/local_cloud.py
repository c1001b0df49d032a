"""What the local cloud is made of: one process on loopback that answers as AWS does."""

from diagrams import Edge, Node

from desenho import Diagram, Text
from desenho.aws import Group

with Diagram(Text("A nuvem local", en="The local cloud"), filename="local_cloud"):
    with Group(Text("Quem pergunta", en="Who asks"), id="clients"):
        command = Node("desenho deploy --local")
        others = Node("aws cli, boto3, cdk")
    with Group(Text("Um processo em 127.0.0.1", en="One process on 127.0.0.1"), id="process"):
        front = Node(Text("porta: separa por serviço", en="front: sorts by service"))
        formation = Node(Text("CloudFormation próprio, estrito", en="own CloudFormation, strict"))
        gaps = Node(Text("o que falta no moto", en="what moto lacks"))
        moto = Node("moto")
        objects = Node(Text("objetos dos buckets", en="objects of the buckets"))
    state = Node(Text("uma pasta de estado", en="one folder of state"), shape="cylinder")

    command >> front
    others >> front
    front >> formation >> Edge(label=Text("as mesmas APIs", en="the same APIs")) >> moto
    front >> gaps >> moto
    front >> objects >> state
    formation >> Edge(label=Text("diário", en="journal")) >> state
