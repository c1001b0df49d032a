"""What the local cloud is made of: one process on loopback that answers as AWS does, and the programs that it runs."""

from diagrams import Edge, Node

from desenho import Diagram, Text
from desenho.aws import Group

RUNS = {"style": "filled,rounded", "fillcolor": "#FFE8CC"}

with Diagram(Text("A nuvem local", en="The local cloud"), filename="local_cloud"):
    with Group(Text("Quem pergunta", en="Who asks"), id="clients"):
        command = Node("desenho deploy --local")
        others = Node("aws cli, boto3, cdk")
    with Group(Text("Um processo em 127.0.0.1", en="One process on 127.0.0.1"), id="process"):
        front = Node(Text("porta: separa por serviço", en="front: sorts by service"))
        formation = Node(Text("CloudFormation próprio", en="own CloudFormation"))
        moto = Node(Text("moto, e o que lhe falta", en="moto, and what it lacks"))
        invoker = Node(Text("Lambda: eventos e tentativas", en="Lambda: events and retries"))
        agent = Node(Text("EC2: liga e desliga", en="EC2: starts and stops"))
        proxy = Node(Text("VPC: grupos de segurança", en="VPC: security groups"))
    with Group(Text("O que ele faz rodar", en="What it runs"), id="programs"):
        function = Node(Text("função: um processo", en="function: a process"), **RUNS)
        app = Node(Text("aplicação: um processo", en="app: a process"), **RUNS)
    with Group(Text("Uma pasta de estado", en="One folder of state"), id="state"):
        journal = Node(Text("diário das pilhas", en="journal of stacks"), shape="cylinder")
        objects = Node(Text("objetos e mensagens", en="objects, messages"), shape="cylinder")
        volume = Node(Text("volumes e snapshots", en="volumes, snapshots"), shape="cylinder")

    command >> front
    others >> front
    front >> formation >> Edge(label=Text("as mesmas APIs", en="the same APIs")) >> moto
    front >> moto
    moto >> Edge(label=Text("evento", en="event")) >> invoker >> function
    moto >> agent >> app
    function >> Edge(constraint="false") >> proxy >> Edge(label=Text("HTTP, se deixam", en="HTTP, if allowed")) >> app
    formation >> journal
    moto >> objects
    app >> volume
