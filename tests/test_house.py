"""The house rules. If this file fails, move the code, not the rule."""

import ast
import graphlib
from collections.abc import Iterator
from pathlib import Path

SRC = Path(__file__).parents[1] / "src" / "goodword"
LAYERS = """
quiet types errors
text settings plugins
store catalogue knowledge llm writing models search rankers opinions
guard train
jobs
app
evaluate
server
cli
__main__
"""
FLOOR = {room: n for n, line in enumerate(LAYERS.split("\n")) for room in line.split()}
HEAVY = {"torch", "tensorflow", "keras", "transformers", "ray", "xllamacpp"}
HEAVY_MAY_ENTER = ("models", "train", "llm.backends", "rankers.sequence_train")
LONGEST_FILE, LONGEST_FUNCTION = 400, 60


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(SRC).with_suffix("").parts)


def room(module: str) -> str:
    return module.split(".")[0]


TREES = {dotted(p): ast.parse(p.read_text("utf-8")) for p in SRC.rglob("*.py") if p.name != "__init__.py"}


def imported(tree: ast.Module) -> Iterator[str]:
    """Every module named in an import, at any depth; relative and façade imports are banned."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module not in {None, "goodword"}, (
                f"line {node.lineno}: import from its home"
            )
            yield str(node.module)
        elif isinstance(node, ast.Import):
            yield from (a.name for a in node.names)


OURS = {m: {n.removeprefix("goodword.") for n in imported(t) if n.startswith("goodword.")} for m, t in TREES.items()}


def test_imports_point_down_and_never_round() -> None:
    up = [(m, i) for m, deps in OURS.items() for i in deps if room(m) != room(i) and FLOOR[room(i)] >= FLOOR[room(m)]]
    assert not up, up
    graphlib.TopologicalSorter(OURS).prepare()  # raises CycleError


def test_settings_and_heavy_libraries_stay_in_their_rooms() -> None:
    assert {room(m) for m, deps in OURS.items() if "settings" in deps} <= {"app", "server", "cli"}
    heavy = [m for m, t in TREES.items() if HEAVY & {room(n) for n in imported(t)}]
    assert all(m.startswith(HEAVY_MAY_ENTER) for m in heavy), heavy


def test_nothing_is_too_big() -> None:
    big = [m for m, t in TREES.items() if t.body and (t.body[-1].end_lineno or 0) > LONGEST_FILE]
    big += [
        f"{m}.{f.name}"
        for m, t in TREES.items()
        for f in ast.walk(t)
        if isinstance(f, ast.FunctionDef | ast.AsyncFunctionDef) and (f.end_lineno or 0) - f.lineno >= LONGEST_FUNCTION
    ]
    big += [str(p) for p in SRC.rglob("*/__init__.py") if p.parent != SRC and p.read_text("utf-8").strip()]
    assert not big, big


def test_only_the_release_door_makes_statements() -> None:
    makers = {
        m
        for m, t in TREES.items()
        for n in ast.walk(t)
        if isinstance(n, ast.Call) and "Statement" in {getattr(n.func, "id", ""), getattr(n.func, "attr", "")}
    }
    assert makers <= {"jobs.release"}, makers


def test_every_module_says_what_it_is_for() -> None:
    silent = [m for m, t in TREES.items() if t.body and not ast.get_docstring(t)]
    assert not silent, silent


def test_no_shipped_model_tells_the_machine_it_was_made_on() -> None:
    told = [
        p.name
        for p in (SRC / "data" / "models").rglob("*")
        if p.suffix in {".onnx", ".npz", ".bin", ".model"}
        if any(mark in p.read_bytes() for mark in (b"site-packages", b"/home/", b"/root/", b"/tmp/", b"stack_trace"))
    ]
    assert not told, told
