"""How a script becomes files: one model in the middle, one geometry for all formats."""

from diagrams import Edge, Node

from desenho import Diagram, Text
from desenho.aws import Group

with Diagram(
    Text("Do script aos arquivos", en="From script to files"), filename="from_script_to_files", direction="TB"
):
    with Group("architecture", id="meaning", direction="LR"):
        capture = Node(Text("capture: o script roda", en="capture: the script runs"))
        model = Node("Architecture", style="filled,rounded", fillcolor="#FFE8CC")
        words = Node("words")
    with Group("export", id="geometry", direction="LR"):
        compose = Node(Text("compose: formas e letras", en="compose: shapes and letters"))
        layout = Node("layout")
        drawing = Node("Drawing", style="filled,rounded", fillcolor="#FFE8CC")
        svg = Node("svg")
        png = Node("png")
        drawio = Node("drawio")

    capture >> model
    model >> compose
    model >> words >> compose
    compose >> Edge(label=Text("tamanhos", en="sizes")) >> layout
    layout >> Edge(label=Text("posições", en="places")) >> drawing
    drawing >> svg >> png
    drawing >> drawio
