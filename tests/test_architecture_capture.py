"""Scripts of the library, run as they are."""

from __future__ import annotations

import os
import signal
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import diagrams
import pytest

from architecture.capture import capture
from architecture.errors import ScriptError, SpecError
from architecture.model import GroupKind
from architecture.recording import running
from architecture.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from architecture.model import Architecture

    Draw = Callable[..., Architecture]

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
HEAD = """
from diagrams import Cluster, Diagram, Edge, Node
from diagrams.aws.compute import EC2, Lambda
from diagrams.aws.storage import S3
"""


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Write a script; what stands in it is the text after the usual imports."""
    monkeypatch.chdir(tmp_path)

    def write(body: str, name: str = "script.py", head: str = HEAD) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(head + textwrap.dedent(body), encoding="utf-8")
        return path

    return write


@pytest.fixture
def draw(write: Callable[..., Path]) -> Draw:
    """Capture the one diagram of a script."""

    def draw(body: str, **options: str) -> Architecture:
        (architecture,) = capture(write(body, **options))
        return architecture

    return draw


def codes(architecture: Architecture) -> set[str]:
    return {note.code for note in architecture.notes} - {"unsteady-ids", "kinds-by-words"}


def lines(architecture: Architecture) -> list[tuple[str, str, str]]:
    return [(e.source, e.arrow, e.target) for e in architecture.edges]


# What is read


def test_nodes_groups_and_lines_in_script_order(draw: Draw) -> None:
    read = draw("""
        with Diagram("My web", direction="TB"):
            web = EC2("Web", fontcolor="red", width="2")
            with Cluster("Outer") as outer, Cluster("Inner", direction="TB") as inner:
                store = S3("Store")
            web >> Edge(label="PUT", color="blue", style="dashed") >> store
        """)
    assert (read.title, read.filename, read.direction, read.lang) == ("My web", "my_web", "TB", "en")
    assert [(n.id, n.kind, n.parent) for n in read.nodes] == [
        ("web", "aws.compute.EC2", None),
        ("store", "aws.storage.SimpleStorageServiceS3", "inner"),
    ]
    assert read.nodes[0].attrs == {"fontcolor": "red", "width": "2"}
    assert read.nodes[0].icon == "lib:aws/compute/ec2.png"
    assert [(g.id, g.label, g.parent, g.direction) for g in read.groups] == [
        ("outer", "Outer", None, None),
        ("inner", "Inner", "outer", "TB"),
    ]
    (edge,) = read.edges
    assert (edge.id, edge.label, edge.attrs) == ("web--store", "PUT", {"color": "blue", "style": "dashed"})
    assert not read.notes


def test_all_operators_with_nodes_lists_and_edges(draw: Draw) -> None:
    read = draw("""
        with Diagram("d"):
            a, b, c, d = EC2("a"), EC2("b"), EC2("c"), EC2("d")
            a >> b
            a << b
            a - b
            a >> [c, d]
            [c, d] << b
            a << Edge() << b
            a >> Edge() << b
            [a, b] >> Edge(label="x") >> c
            a - Edge() - [c, d]
        """)
    assert lines(read) == [
        ("a", "forward", "b"),
        ("a", "back", "b"),
        ("a", "none", "b"),
        ("a", "forward", "c"),
        ("a", "forward", "d"),
        ("c", "back", "b"),
        ("d", "back", "b"),
        ("a", "back", "b"),
        ("a", "both", "b"),
        ("a", "forward", "c"),
        ("b", "forward", "c"),
        ("a", "none", "c"),
        ("a", "none", "d"),
    ]
    assert [e.label for e in read.edges[9:11]] == ["x", "x"]


def test_the_trap_of_precedence_is_drawn_as_python_reads_it_and_said(draw: Draw) -> None:
    read = draw("""
        with Diagram("d"):
            a, b, c = EC2("a"), EC2("b"), EC2("c")
            n = 8 >> 4 - 1
            (a >> b) - c
            a >> (b - c)
            a >> (
                b - c
            )
            a >> Edge(label="1") \\
              >> b - Edge(label="2") - c
        """)
    assert [(e.source, e.target) for e in read.edges][-2:] == [("b", "c"), ("a", "c")]
    (note,) = read.notes
    assert (note.code, note.where) == ("minus-first", "line 14")


def test_one_edge_object_serves_many_lines(draw: Draw) -> None:
    read = draw("""
        with Diagram("d"):
            a, b, c = EC2("a"), EC2("b"), EC2("c")
            red = Edge(color="red", label="x")
            a >> red >> b
            red.attrs["color"]
            red._attrs["label"] = "y"
            b >> red >> c
        """)
    assert [(e.source, e.target, e.label) for e in read.edges] == [("a", "b", "x"), ("b", "c", "y")]


def test_attributes_of_the_diagram_reach_what_they_are_for(draw: Draw) -> None:
    read = draw("""
        with Diagram("d", graph_attr={"bgcolor": "transparent", "rankdir": "RL"}, node_attr={"fontsize": "20"},
                     edge_attr={"minlen": "3", "color": "red"}) as diagram:
            a, b = EC2("a", fontsize="9"), EC2("b")
            a >> Edge(color="blue") >> b
            diagram.dot.graph_attr["label"] = "late"
        """)
    assert read.direction == "RL"
    assert read.attrs == {"bgcolor": "transparent"}
    assert [n.attrs for n in read.nodes] == [{"fontsize": "9"}, {"fontsize": "20"}]
    assert read.edges[0].attrs == {"minlen": "3", "color": "blue"}


def test_a_line_that_does_not_order_its_ends(draw: Draw) -> None:
    read = draw("""
        with Diagram("d"):
            a, b = EC2("a"), EC2("b")
            a >> Edge(constraint="false") >> b
            a >> Edge(constraint="true", xlabel="x") >> b
        """)
    assert [(e.ranked, e.label, e.attrs) for e in read.edges] == [(False, "", {}), (True, "x", {})]


def test_subclasses_aliases_and_early_imports(draw: Draw) -> None:
    read = draw(
        """
        import diagrams.aws.storage as storage
        from diagrams.aws.compute import ECS
        from diagrams import Diagram as Board

        class Web(EC2):
            _icon = "no-such.png"
            def __init__(self, label):
                super().__init__(label.upper(), fontsize="9")

        class Zone(Cluster):
            def __init__(self, label):
                super().__init__(f"Zone {label}", graph_attr={"bgcolor": "red"})

        class Wide(Board):
            def __init__(self, name):
                super().__init__(name, direction="TB", show=True)

        with Wide("d"):
            with Zone("a") as zone:
                web = Web("web")
            bucket = storage.S3("s3")
            service = ECS("ecs")
            assert isinstance(web, EC2) and isinstance(zone, Cluster)
        """
    )
    assert [(n.id, n.kind, n.label) for n in read.nodes] == [
        ("web", "aws.compute.EC2", "WEB"),
        ("bucket", "aws.storage.SimpleStorageServiceS3", "s3"),
        ("service", "aws.compute.ElasticContainerService", "ecs"),
    ]
    assert (read.groups[0].id, read.groups[0].label, read.groups[0].attrs) == ("zone", "Zone a", {"bgcolor": "red"})
    assert read.direction == "TB"
    assert codes(read) == {"missing-icon"}


@pytest.mark.parametrize("line", ["user >> server", "server >> user", "user - [server]", "[user] >> server"])
def test_a_line_to_another_diagram_is_left_out_and_said(write: Callable[..., Path], line: str) -> None:
    one, two = capture(
        write(f"""
        with Diagram("one"):
            user, app = EC2("user"), EC2("app")
            user >> app
        with Diagram("two"):
            server, volume = EC2("server"), EC2("volume")
            server >> volume
            {line}
        """)
    )
    assert (lines(one), codes(one)) == ([("user", "forward", "app")], set())
    assert (lines(two), codes(two)) == ([("server", "forward", "volume")], {"foreign-end"})


def test_several_diagrams_of_one_script(write: Callable[..., Path]) -> None:
    first, second, third = capture(
        write("""
        def board(name):
            with Diagram(name):
                web = EC2("web")
                web >> S3("store")
        board("One")
        board("Two")
        from diagrams import setdiagram
        hand = Diagram("Three")
        setdiagram(hand)
        alone = EC2("alone")
        setdiagram(None)
        hand.render()
        """)
    )
    assert [a.name for a in (first, second, third)] == ["one", "two", "three"]
    assert [[n.id for n in a.nodes] for a in (first, second)] == [["web", "SimpleStorageServiceS3-1"]] * 2
    assert [n.id for n in third.nodes] == ["alone"]


def test_c4(draw: Draw) -> None:
    read = draw("""
        from diagrams.c4 import Container, Database, Person, Relationship, System, SystemBoundary
        with Diagram("Bank"):
            customer = Person("Customer", "Has an account", external=True)
            with SystemBoundary("Online & mobile") as online:
                app = Container("App", "Java", "Does " + "things " * 10)
                store = Database("Store", "Oracle")
            mail = System("Mail")
            customer >> Relationship("Uses [HTTPS]") >> app
            app >> Relationship("reads") >> store
        """)
    assert [(n.id, n.kind, n.label.split("\n")[0]) for n in read.nodes] == [
        ("customer", "c4.Person", "Customer"),
        ("app", "c4.Container", "App"),
        ("store", "c4.Database", "Store"),
        ("mail", "c4.System", "Mail"),
    ]
    assert read.nodes[1].label.split("\n")[1] == "[Container: Java]"
    assert read.nodes[0].attrs["fillcolor"] == "gray60"
    assert (read.groups[0].id, read.groups[0].label) == ("online", "Online & mobile")
    assert [e.label for e in read.edges] == ["Uses [HTTPS]", "reads"]


def test_custom_icons_are_carried_along(draw: Draw, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.png").write_bytes(PNG)
    (tmp_path / "beside.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    (tmp_path / "words.png").write_text("no picture", encoding="utf-8")
    read = draw(f"""
        from diagrams.custom import Custom
        with Diagram("d", filename="out/d"):
            found = Custom("found", "./mine.png")
            absolute = Custom("absolute", {str(tmp_path / "out" / "mine.png")!r})
            elsewhere = Custom("elsewhere", "beside.svg")
            wrong = Custom("wrong", "words.png")
            missing = Custom("missing", "missing.png")
        """)
    icons = {n.id: n.icon for n in read.nodes}
    assert icons["found"] == icons["absolute"] == "data:image/png;base64,iVBORw0KGgoAAAAAAAAAAAAAAAAAAAAAAAAAAA=="
    assert str(icons["elsewhere"]).startswith("data:image/svg+xml;base64,")
    assert icons["wrong"] is icons["missing"] is None
    assert {n.kind for n in read.nodes} == {"custom.Custom"}
    assert [(n.code, n.where) for n in read.notes] == [
        ("icon-elsewhere", "elsewhere"),
        ("missing-icon", "wrong"),
        ("missing-icon", "missing"),
    ]


def test_labels_are_read_to_plain_words(draw: Draw) -> None:
    read = draw(r"""
        with Diagram("<<b>T</b>itle>"):
            a = EC2("<<i>web</i><br/>server>")
            b = Node(r"raw\nlines", shape="plaintext")
            with Cluster("R &amp; D"):
                c = EC2('<λ> & "quotes"')
            a >> Edge(label="<<b>x</b>>") >> b
        """)
    assert read.title == "Title"
    assert [n.label for n in read.nodes] == ["web\nserver", "raw\nlines", '<λ> & "quotes"']
    assert (read.nodes[1].kind, read.nodes[1].icon) == ("Node", None)
    assert (read.groups[0].label, read.edges[0].label) == ("R & D", "x")


def test_words_in_two_languages(draw: Draw) -> None:
    read = draw("""
        from architecture.text import Text
        with Diagram(Text("Título", en="Title"), autolabel=True):
            with Cluster(Text("Grupo", en="Group")):
                a = EC2(Text("servidor", en="server"))
        """)
    assert read.lang == "pt"
    assert read.filename == "título"
    assert read.title == Text("Título", en="Title")
    assert read.nodes[0].label == Text("EC2\nservidor", en="EC2\nserver")
    assert read.groups[0].label == Text("Grupo", en="Group")


def test_steps_of_plain_labels(draw: Draw) -> None:
    body = """
        with Diagram("d"):
            a, b, c = EC2("a"), EC2("b"), EC2("c")
            a >> Edge(label="{0}") >> b >> Edge(label="2. event") >> c
        """
    steps = draw(body.format("1 upload"))
    assert [(e.step, e.label) for e in steps.edges] == [(1, "upload"), (2, "event")]
    assert not codes(steps)
    words = draw(body.format("443 TLS"))
    assert [(e.step, e.label) for e in words.edges] == [(None, "443 TLS"), (None, "2. event")]
    assert codes(words) == {"not-steps"}


def test_kinds_of_groups_by_their_words(draw: Draw) -> None:
    read = draw("""
        from diagrams.gcp.compute import Functions
        with Diagram("d"):
            with Cluster("AWS Cloud"), Cluster("VPC 10.0.0.0/16"), Cluster("Sub-rede privada"):
                a = EC2("a")
            with Cluster("Google"), Cluster("VPC"):
                b = Functions("b")
        """)
    kinds = [g.kind for g in read.groups]
    assert kinds == [GroupKind.CLOUD, GroupKind.VPC, GroupKind.PRIVATE_SUBNET, GroupKind.GENERIC, GroupKind.GENERIC]
    (note,) = [n for n in read.notes if n.code == "kinds-by-words"]
    assert "'VPC 10.0.0.0/16' as vpc, 'Sub-rede privada' as private subnet" in note.text


# What the library does in silence


def test_a_line_to_a_cluster_is_drawn_and_said(draw: Draw) -> None:
    read = draw("""
        with Diagram("d"):
            a = EC2("a")
            with Cluster("c") as c:
                b = EC2("b")
            a >> c
            a << c
            a - c
            a >> [c]
        """)
    assert lines(read) == [("a", "forward", "c"), ("a", "back", "c"), ("a", "none", "c"), ("a", "forward", "c")]
    assert codes(read) == {"edge-to-cluster"}


def test_lhead_and_ltail_name_the_group(draw: Draw) -> None:
    read = draw("""
        with Diagram("d", graph_attr={"compound": "true"}):
            with Cluster("one") as one:
                a = EC2("a")
            with Cluster("inner") as wrong:
                c = EC2("c")
            with Cluster("two"), Cluster("inner") as right:
                b = EC2("b")
            a >> Edge(ltail="cluster_one", lhead="cluster_inner") >> b
            a >> Edge(lhead="cluster_none") >> b
        """)
    assert lines(read) == [("one", "forward", "right"), ("a", "forward", "b")]
    assert codes(read) == {"merged-clusters", "lost-end"}
    assert not any("lhead" in e.attrs or "ltail" in e.attrs for e in read.edges)


def test_clusters_of_one_label_stay_apart(draw: Draw) -> None:
    read = draw("""
        with Diagram("d"):
            for zone in "ab":
                with Cluster("Zone"):
                    web = EC2(zone)
        """)
    assert [n.parent for n in read.nodes] == ["Cluster-1", "Cluster-2"]
    assert [n.id for n in read.nodes] == ["web", "web-2"]
    assert [(n.code, n.where) for n in read.notes if n.code == "merged-clusters"] == [("merged-clusters", "Cluster-1")]


def test_empty_unused_and_reopened_clusters(draw: Draw) -> None:
    read = draw("""
        with Diagram("d"):
            with Cluster("empty") as empty:
                pass
            unused = Cluster("unused")
            with Cluster("twice") as twice:
                a = EC2("a")
            with twice:
                b = EC2("b")
        """)
    assert [g.id for g in read.groups] == ["empty", "twice"]
    assert [n.parent for n in read.nodes] == ["twice", "twice"]
    assert codes(read) == {"unused-cluster"}


def test_what_is_written_to_graphviz_directly_is_left_out_and_said(draw: Draw) -> None:
    read = draw("""
        with Diagram("d") as d:
            with Cluster("c") as c:
                a = EC2("a")
                c.dot.node("raw", "Raw")
            b = EC2("b")
            a >> b
            d.dot.edge("raw", "x")
            with d.dot.subgraph() as same:
                same.attr(rank="same")
        """)
    assert [n.id for n in read.nodes] == ["a", "b"]
    assert lines(read) == [("a", "forward", "b")]
    (note,) = [n for n in read.notes if n.code == "raw-graphviz"]
    assert "(5)" in note.text
    assert "raw -> x" in note.text
    assert "raw [label=Raw]" in note.text


def test_invisible_lines_are_left_out_and_strict_diagrams_merge(draw: Draw) -> None:
    read = draw("""
        with Diagram("d", strict=True):
            a, b, c = EC2("a"), EC2("b"), EC2("c")
            a >> Edge(style="invis") >> c
            a >> Edge(label="x") >> b
            a >> b
            b >> a
        """)
    assert [(e.source, e.target, e.label) for e in read.edges] == [("a", "b", "x"), ("b", "a", "")]
    assert codes(read) == {"invisible-edges"}


# Ids


def test_ids_are_what_the_script_says_then_variables_then_classes(draw: Draw) -> None:
    read = draw("""
        with Diagram("d"):
            a = EC2("x", nodeid="web")
            web = EC2("y")
            EC2("z")
            (b := S3("v")) >> EC2("0", nodeid="0")
        """)
    assert [n.id for n in read.nodes] == ["web", "web-2", "EC2-3", "b", "_0"]
    (note,) = read.notes
    assert (note.code, note.where) == ("unsteady-ids", "web-2, EC2-3")


def test_ids_stay_when_words_groups_and_neighbours_change(draw: Draw) -> None:
    before = draw("""
        with Diagram("d"):
            with Cluster("c") as c:
                a = EC2("a")
            b = EC2("b")
            a >> b
        """)
    after = draw("""
        # A line above, another title, language and group.
        with Diagram("Outro"):
            n = S3("new")
            b = EC2("Servidor")
            with Cluster("outro") as x, Cluster("C") as c:
                a = \\
                    EC2(
                        "A",
                    )
            n >> a >> Edge(label="1 x") >> b
        """)
    assert {n.id for n in before.nodes} < {n.id for n in after.nodes}
    assert {g.id for g in before.groups} < {g.id for g in after.groups}
    assert {e.id for e in before.edges} < {e.id for e in after.edges}


# The process


def test_nothing_is_written_rendered_or_opened(write: Callable[..., Path], tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("subprocess.run", lambda *_a, **_k: pytest.fail("a program was started"))
    monkeypatch.setattr("subprocess.Popen", lambda *_a, **_k: pytest.fail("a program was started"))
    script = write("""
        with Diagram("d", show=True, outformat=["png", "dot"]) as d:
            a = EC2("a")
            d.dot.render("elsewhere")
            d.dot.save("elsewhere")
        d.dot.view()
        d.render()
        """)
    capture(script)
    assert sorted(tmp_path.iterdir()) == [script]


def test_the_script_runs_as_python_runs_it(write: Callable[..., Path], tmp_path: Path) -> None:
    write("SIZE = 3", "neighbour.py", head="")
    script = write(
        """
        import os, sys, neighbour
        assert __name__ == "__main__"
        assert sys.argv == [__file__, "--big", "2"], sys.argv
        assert sys.path[0] == os.path.dirname(__file__)
        assert sys.modules["__main__"].__dict__ is globals()
        with Diagram("d"):
            a = EC2(str(neighbour.SIZE))
        """,
        "scripts/script.py",
    )
    (tmp_path / "neighbour.py").rename(tmp_path / "scripts" / "neighbour.py")
    (read,) = capture(script, args=["--big", "2"])
    assert read.nodes[0].label == "3"


def test_the_process_is_afterwards_what_it_was(write: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("value = 1", encoding="utf-8")
    script = write("""
        import os, sys, helper
        os.chdir("/")
        os.environ["NEW"] = "1"
        del os.environ["PATH"]
        sys.argv.append("x")
        sys.path.append("/nowhere")
        with Diagram("d"):
            with Cluster("c"):
                a = EC2("a")
                raise SystemError("inside")
        """)
    names = ("__init__", "__exit__", "render", "connect")
    methods = {name: getattr(diagrams.Diagram, name) for name in names}
    before = (Path.cwd(), dict(os.environ), list(sys.argv), list(sys.path), sys.modules["__main__"])
    with pytest.raises(ScriptError, match="SystemError: inside"):
        capture(script)
    assert (Path.cwd(), dict(os.environ), list(sys.argv), list(sys.path), sys.modules["__main__"]) == before
    assert {name: getattr(diagrams.Diagram, name) for name in names} == methods
    assert diagrams.getdiagram() is None
    assert diagrams.getcluster() is None
    assert "helper" not in sys.modules
    assert running() is None


def test_each_script_has_neighbours_of_its_own(write: Callable[..., Path]) -> None:
    modules = [f"m{number}" for number in range(8)]
    for size in (1, 2):
        for module in modules:
            write(f"SIZE = {size}", f"{size}/parts/{module}.py", head="")
        imports = "\n".join(f"from parts.{module} import SIZE as {module}" for module in modules)
        body = 'with Diagram("d"):\n    ' + "\n    ".join(f'EC2(f"{{{m}}}", nodeid="{m}")' for m in modules)
        (read,) = capture(write(f"{imports}\nimport colorsys\n{body}", f"{size}/script.py"))
        assert {node.label for node in read.nodes} == {str(size)}
    assert not [name for name in sys.modules if name.partition(".")[0] == "parts"]
    assert "colorsys" in sys.modules


def test_modules_of_the_process_stay(write: Callable[..., Path], tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "a_plugin.py").write_text("value = 1", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    try:
        capture(write('import a_plugin\nwith Diagram("d"):\n    a = EC2("a")'))
        assert "a_plugin" in sys.modules
    finally:
        sys.modules.pop("a_plugin", None)


def test_what_stops_it_from_outside_passes_through(write: Callable[..., Path]) -> None:
    class Late(BaseException):
        pass

    def ring(*_args: object) -> None:
        raise Late

    script = write("""
        with Diagram("d"):
            a = EC2("a")
            try:
                while True:
                    pass
            except Exception:
                pass
        """)
    usual = diagrams.Node.__init__
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(Late):
            capture(script)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert diagrams.Node.__init__ is usual
    assert running() is None


# Bad input


def refused(script: Path) -> ScriptError:
    with pytest.raises(ScriptError) as caught:
        capture(script)
    return caught.value


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "none.py").what
    assert "cannot be read" in refused(tmp_path).what


def test_a_script_that_is_not_python(write: Callable[..., Path], tmp_path: Path) -> None:
    error = refused(write("x = = 1", head=""))
    assert error.where.endswith("script.py:1")
    assert "invalid syntax" in error.what
    assert "x = = 1" in error.what
    (tmp_path / "binary.py").write_bytes(b"\x00\xff\xfe")
    assert "is not Python" in refused(tmp_path / "binary.py").what


def test_a_script_that_raises_shows_its_own_lines_only(write: Callable[..., Path], tmp_path: Path) -> None:
    write("""
        def board():
            with Diagram("d"):
                EC2("a") >> "b"
        board()
        """)
    error = refused(Path("script.py"))
    lines = (tmp_path / "script.py").read_text(encoding="utf-8").splitlines()
    inner, outer = lines.index('        EC2("a") >> "b"') + 1, lines.index("board()") + 1
    assert str(error).splitlines() == [
        f"script.py:{inner}: AttributeError: 'str' object has no attribute 'forward'",
        f"  script.py:{outer}, in <module>",
        "    board()",
        f"  script.py:{inner}, in board",
        '    EC2("a") >> "b"',
        "  a line joins nodes and lists of nodes, and this is a str",
    ]


def test_a_node_outside_of_a_diagram_is_the_librarys_own_error(write: Callable[..., Path]) -> None:
    error = refused(write('EC2("a")'))
    assert "Global diagrams context not set up" in error.what
    assert "`with Diagram(...):`" in error.hint
    assert "Global diagrams context not set up" in refused(write('Cluster("a")')).what


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ('[EC2("a")] >> EC2("b") - [EC2("c")]', "two lists are not joined: loop over one of them"),
        ('Cluster("c") >> EC2("a")', "no line begins at a cluster"),
        ('EC2("a") >> (EC2("b"), EC2("c"))', "and this is a tuple"),
        ("from diagrams.aws.compute import Lamda", "did you mean Lambda?"),
        ("from diagrams.aws.compute import RDS", "the library has RDS in diagrams.aws.database"),
        ("from diagrams.aws.compute import Zzzz", ""),
        ("import diagrams.aws.comput", "did you mean diagrams.aws.compute"),
        ("import no_such_module", ""),
        ("[] + 1", ""),
    ],
)
def test_common_slips_are_answered_with_what_to_do(write: Callable[..., Path], line: str, hint: str) -> None:
    error = refused(write(f'with Diagram("d"):\n    {line}'))
    assert hint in error.hint
    assert bool(error.hint) == bool(hint)


@pytest.mark.parametrize("code", ["", "0", "3", "'stop'"])
def test_a_script_that_exits(write: Callable[..., Path], code: str) -> None:
    error = refused(write(f'import sys\nwith Diagram("d"):\n    EC2("a")\nsys.exit({code})'))
    assert f"the script calls sys.exit({code or None})" in error.what
    assert error.where.endswith("script.py:8")


def test_a_script_that_draws_nothing(write: Callable[..., Path]) -> None:
    assert "draws nothing" in refused(write("x = 1")).what
    assert "the diagram 'd' is empty" in refused(write('with Diagram("d"):\n    pass')).what


def test_a_filename_that_names_no_file(write: Callable[..., Path]) -> None:
    error = refused(write('with Diagram("d", filename=".."):\n    EC2("a")'))
    assert "'..' names no file" in error.what
    assert error.where.endswith("script.py:5")


def test_a_diagram_whose_body_raised_is_not_kept(write: Callable[..., Path]) -> None:
    (kept,) = capture(
        write("""
        try:
            with Diagram("lost"):
                with Cluster("c"):
                    EC2("a")
                    raise KeyError("x")
        except KeyError:
            pass
        with Diagram("kept"):
            a = EC2("a")
        """)
    )
    assert kept.name == "kept"
    assert kept.nodes[0].parent is None


def test_a_wrong_property_is_told_with_its_line(write: Callable[..., Path]) -> None:
    script = write("""
        from desenho.aws import Lambda as Function
        with Diagram("d"):
            f = Function("f", memory_mb=1)
        """)
    with pytest.raises(SpecError) as caught:
        capture(script)
    assert caught.value.where.endswith("script.py:8: Function")
    assert "memory_mb is 1" in caught.value.what
    assert "from 128 to 10240" in caught.value.hint
