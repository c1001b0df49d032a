"""How an architecture becomes a stack: a pure template, and CloudFormation does the rest."""

from diagrams import Edge, Node

from desenho import Diagram, Text
from desenho.aws import Group

with Diagram(Text("Do modelo à pilha", en="From template to stack"), filename="from_template_to_stack"):
    model = Node("Architecture", style="filled,rounded", fillcolor="#FFE8CC")
    with Group("deploy", id="deploy"):
        lookup = Node(Text("lookup: o que se pergunta à AWS", en="lookup: what AWS is asked"))
        environment = Node("Environment")
        blueprint = Node(Text("blueprint: o que significa", en="blueprint: what it means"))
        checks = Node(Text("checks: o que não se constrói", en="checks: what cannot be built"))
        template = Node("template", style="filled,rounded", fillcolor="#FFE8CC")
        preflight = Node(Text("preflight: o que a conta recusa", en="preflight: what the account refuses"))
        plan = Node("plan")
    with Group(Text("AWS, ou a nuvem local", en="AWS, or the local cloud"), id="cloud"):
        changes = Node("change set")
        stack = Node("CloudFormation")
        outputs = Node("outputs")

    model >> blueprint >> checks >> template
    lookup >> environment >> checks
    template >> preflight >> changes
    changes >> Edge(label=Text("o que mudaria", en="what would change")) >> plan
    plan >> Edge(label=Text("depois do sim", en="after a yes")) >> stack >> outputs
