"""Everything the code says to a person, read from its syntax: the messages of errors, of lines and of help pages.

A message is followed from the place where it is raised to the words it is made of: through a variable, a parameter
and its callers in the module, a table, a function that returns it. What cannot be followed is reported, so that a
test can demand a reason for it.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import typer
from typer.main import get_command

from goodword import types
from goodword.cli import pages
from goodword.cli.edge import app
from goodword.errors import MissingExtra
from goodword.server import access, problems
from goodword.store import desk
from goodword.text.messages import SLOT

SRC = Path(__file__).parents[2] / "src" / "goodword"
SAYING, BARS = {("talk", "say"), ("talk", "out"), ("talk", "put")}, {"bar", "progress"}
ERRORS = {"InputError", "UnknownPlugin", "DataError", "BackendError", "LedgerError",
          "Missing", "Refused", "Conflict", "Unsupported"}  # fmt: skip
# Where a sentence is kept as a value, to be shown later: names of variables and arguments that hold one.
KEPT = {"reason", "error"}
RETURNED = (("llm/weights.py", "verify"), ("catalogue/json_edit.py", "why"))  # functions whose result is shown
KEEPERS = ("store/chain", "store/ledger", "llm/", "guard/review")


@dataclass
class Said:
    """What was found: templates by where they stand, and expressions that could not be followed."""

    messages: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    slots: dict[str, list["Slot"]] = field(default_factory=dict)  # by template: what fills its slots
    unknown: dict[tuple[str, str], str] = field(default_factory=dict)  # (file, expression): line
    data: dict[str, str] = field(default_factory=dict)  # what goes out as it is


@dataclass(frozen=True)
class Slot:
    """The expression that fills a slot, in its scope."""

    expr: ast.expr
    scope: ast.AST
    module: "Module"


def plain(template: str) -> str:
    """A template of the catalogue as the code's look: slots without names."""
    return SLOT.sub(lambda s: "{!r}" if s[2] == "!r" else "{}", template).strip()


class Module:
    """One file, and what its names stand for."""

    def __init__(self, path: Path) -> None:
        self.name = path.relative_to(SRC).as_posix()
        self.tree = ast.parse(path.read_text("utf-8"))
        self.up = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}
        self.functions = {n.name: n for n in ast.walk(self.tree) if isinstance(n, ast.FunctionDef)}
        self.calls = [n for n in ast.walk(self.tree) if isinstance(n, ast.Call)]

    def scope(self, node: ast.AST) -> ast.AST:
        """The function a node stands in, else the module."""
        while node in self.up and not isinstance(node, ast.FunctionDef):
            node = self.up[node]
        return node

    def follow(
        self, expr: ast.expr | None, scope: ast.AST, been: frozenset[str] = frozenset()
    ) -> Iterator[tuple[ast.expr, ast.AST]]:
        """The strings and f-strings an expression may stand for; itself where it cannot be told."""
        if expr is None or (isinstance(expr, ast.Constant) and not expr.value) or ast.dump(expr) in been:
            return
        found = list(self._step(expr, scope))
        if isinstance(expr, ast.Constant | ast.JoinedStr) or not found:
            yield expr, scope
            return
        for inner, where in found:
            yield from self.follow(inner, where, been | {ast.dump(expr)})

    def _step(self, expr: ast.expr, scope: ast.AST) -> Iterator[tuple[ast.expr, ast.AST]]:
        match expr:
            case ast.IfExp():
                yield from ((expr.body, scope), (expr.orelse, scope))
            case ast.BinOp(op=ast.Add()):
                yield from ((expr.left, scope), (expr.right, scope))
            case ast.BoolOp():
                yield from ((v, scope) for v in expr.values)
            case ast.Subscript(value=ast.JoinedStr()):
                yield expr.value, scope
            case ast.Subscript(value=ast.Dict() as table):
                yield from ((v, scope) for v in table.values)
            case ast.Call(func=ast.Attribute(value=ast.Dict() as table, attr="get"), args=[_, other]):
                yield from ((v, scope) for v in (*table.values, other))
            case ast.Call(func=ast.Attribute(value=ast.Name(id="talk"), attr="put" | "told")):
                yield ast.Constant(""), scope
            case ast.Call(func=ast.Name(id=name)) if name in self.functions:
                function = self.functions[name]
                yield from ((r.value, function) for r in ast.walk(function) if isinstance(r, ast.Return) and r.value)
            case ast.Name(id=name):
                yield from self._named(name, scope)

    def _named(self, name: str, scope: ast.AST) -> Iterator[tuple[ast.expr, ast.AST]]:
        for node in ast.walk(scope) if scope is not self.tree else self.tree.body:
            if isinstance(node, ast.Assign):
                yield from self._bound(node.targets[0], node.value, name, scope)
            elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value:
                yield from self._bound(node.target, node.value, name, scope)
            elif isinstance(node, ast.For | ast.comprehension) and name in _names(node.target):
                for row in self._rows(node.iter):
                    yield from self._bound(node.target, row, name, scope)
        if isinstance(scope, ast.FunctionDef):
            arguments = [a.arg for a in (*scope.args.posonlyargs, *scope.args.args)]
            if name in arguments or name in [a.arg for a in scope.args.kwonlyargs]:
                place = arguments.index(name) - (arguments[:1] == ["self"]) if name in arguments else 99
                for call in self.calls:
                    if getattr(call.func, "id", getattr(call.func, "attr", "")) == scope.name:
                        given = [*call.args[place : place + 1], *(k.value for k in call.keywords if k.arg == name)]
                        yield from ((value, self.scope(call)) for value in given)
            yield from self._named(name, self.tree)

    def _rows(self, iterated: ast.expr) -> list[ast.expr]:
        if isinstance(iterated, ast.Name):
            found = [v for v, _ in self._named(iterated.id, self.tree)]
            iterated = found[0] if found else iterated
        if isinstance(iterated, ast.Call) and getattr(iterated.func, "attr", "") == "items":
            named = iterated.func.value  # type: ignore[attr-defined]
            tables = [v for v, _ in self._named(named.id, self.scope(iterated))] if isinstance(named, ast.Name) else []
            return [
                ast.Tuple([k, v])
                for t in tables
                if isinstance(t, ast.Dict)
                for k, v in zip(t.keys, t.values, strict=True)
                if k
            ]
        if isinstance(iterated, ast.Call) and getattr(iterated.func, "id", "") in self.functions:
            body = ast.walk(self.functions[iterated.func.id])  # type: ignore[attr-defined]
            return [node.value for node in body if isinstance(node, ast.Yield) and node.value]
        return iterated.elts if isinstance(iterated, ast.Tuple | ast.List) else []

    def _bound(self, target: ast.expr, value: ast.expr, name: str, scope: ast.AST) -> Iterator[Any]:
        if isinstance(target, ast.Name) and target.id == name:
            yield value, scope
        elif isinstance(target, ast.Tuple):
            for n, part in enumerate(target.elts):
                if isinstance(part, ast.Name) and part.id == name:
                    yield from ((t.elts[n], s) for t, s in self._tuples(value, scope) if n < len(t.elts))

    def _tuples(self, value: ast.expr, scope: ast.AST) -> Iterator[tuple[ast.Tuple, ast.AST]]:
        """The tuples a value may be; of a function's, those it returns or keeps in a table to return."""
        if isinstance(value, ast.Tuple):
            yield value, scope
        elif isinstance(value, ast.IfExp):
            yield from (t for side in (value.body, value.orelse) for t in self._tuples(side, scope))
        elif isinstance(value, ast.Call) and getattr(value.func, "id", "") in self.functions:
            function = self.functions[value.func.id]  # type: ignore[attr-defined]
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and node.value:
                    found = self.follow(node.value, function)
                    yield from ((t, s) for t, s in found if isinstance(t, ast.Tuple))


def _names(target: ast.expr) -> set[str]:
    return {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}


def template(expr: ast.expr, scope: ast.AST, module: Module) -> tuple[str, list[Slot]] | None:
    """A string or f-string with its slots."""
    if isinstance(expr, ast.Constant) and isinstance(expr.value, str):
        return expr.value.strip(), []
    if not isinstance(expr, ast.JoinedStr):
        return None
    text, slots = "", []
    for part in expr.values:
        if isinstance(part, ast.FormattedValue):
            text += "{!r}" if part.conversion == ord("r") else "{}"
            slots.append(Slot(part.value, scope, module))
        else:
            text += str(getattr(part, "value", ""))
    return text.strip(), slots


def _take(said: Said, into: dict[str, str], expr: ast.expr | None, module: Module, at: ast.AST) -> None:
    for found, scope in module.follow(expr, module.scope(at)):
        where = f"{module.name}:{getattr(at, 'lineno', 0)}"
        if (made := template(found, scope, module)) is None:
            if into is said.messages:  # a place that is no sentence is the name of a file
                said.unknown[module.name, ast.unparse(found)] = where
        elif any(c.isalpha() for c in made[0].replace("{!r}", "")):
            into.setdefault(made[0], where)
            said.slots.setdefault(made[0], []).extend(made[1] if not said.slots.get(made[0]) else [])


_PUT = re.compile(r"""\b_\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")


def pages_of_the_console(said: Said) -> None:
    """What templates put into the reader's language with `_("…")`."""
    for path in sorted((SRC / "server" / "templates").rglob("*.html")):
        for found in _PUT.finditer(path.read_text("utf-8")):
            said.messages.setdefault(plain((found[1] or found[2]).strip()), f"templates/{path.name}")


def _server(said: Said, call: ast.Call, module: Module) -> None:
    """Names of pages, problems, and what code of the server puts itself."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    keys = {k.arg: k.value for k in call.keywords}
    given: list[ast.expr | None] = []
    if name == "Nav":
        given = [keys.get("label", call.args[2] if len(call.args) > 2 else None)]
    elif name == "Problem":
        given = [call.args[1] if len(call.args) > 1 else None, keys.get("what"), keys.get("cure")]
    elif name == "put" and call.args and isinstance(call.args[0], ast.Constant):
        said.messages.setdefault(plain(str(call.args[0].value).strip()), f"{module.name}:{call.lineno}")
    for expr in given:
        if isinstance(expr, ast.Constant | ast.JoinedStr):
            _take(said, said.messages, expr, module, call)


def _call(said: Said, call: ast.Call, module: Module) -> None:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    owner = getattr(getattr(call.func, "value", None), "id", "")
    keys = {k.arg: k.value for k in call.keywords}
    first = call.args[0] if call.args else None
    if name in ERRORS:
        _take(said, said.messages, first, module, call)
        _take(said, said.messages, keys.get("cure"), module, call)
        _take(said, said.places, keys.get("where"), module, call)
    elif name in {"MissingExtra", "storable"}:
        _take(said, said.messages, call.args[1], module, call)
    elif (owner, name) in SAYING or name == "_failed" or (name in BARS and module.name.startswith("cli/")):
        _take(said, said.messages, first, module, call)
    elif (owner, name) in {("typer", "echo"), ("talk", "show"), ("talk", "pair")}:
        _take(said, said.data, first, module, call)
    if module.name.startswith(KEEPERS):
        for key in KEPT & set(keys):
            _take(said, said.messages, keys[key], module, call)


def _comments(said: Said, module: Module) -> None:
    """The comments of a mapping file, and of one there is none of."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and not isinstance(module.up[node], ast.JoinedStr):
            made = template(node, module.tree, module)
            if made and made[0].startswith("# "):
                said.messages[made[0]] = module.name


def _kept(said: Said, node: ast.AST, module: Module) -> None:
    target = node.targets[0] if isinstance(node, ast.Assign) else None
    if isinstance(target, ast.Name) and target.id in KEPT and isinstance(node, ast.Assign):
        _take(said, said.messages, node.value, module, node)


def harvest() -> Said:
    """All of it."""
    said = Said()
    for path in sorted(SRC.rglob("*.py")):
        module = Module(path)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and module.name != "errors.py":
                _call(said, node, module)
                if module.name.startswith("server/"):
                    _server(said, node, module)
            elif module.name.startswith(KEEPERS):
                _kept(said, node, module)
        if module.name in {"catalogue/mapping.py", "cli/catalogue.py"}:
            _comments(said, module)
        for function in (f for file, f in RETURNED if file == module.name):
            for node in (n for n in ast.walk(module.functions[function]) if isinstance(n, ast.Return)):
                _take(said, said.messages, node.value, module, node)
    extra = MissingExtra("EXTRA", "PURPOSE")
    said.messages[extra.what.replace("PURPOSE", "{}")] = said.messages[extra.cure.replace("EXTRA", "{}")] = "errors.py"
    for words in (types.Outcome, types.Severity, types.Label, desk.State):
        said.messages |= dict.fromkeys(get_args(words), "types")
    for file in sorted((SRC / "data" / "models").glob("*.toml")):
        table = tomllib.loads(file.read_text("utf-8"))
        rows = [table, *(t for t in table.values() if isinstance(t, dict))]
        said.messages |= {r[k]: f"data/models/{file.name}" for r in rows for k in ("use", "basis") if k in r}
    said.messages |= dict.fromkeys(helps(), "help page")
    said.messages |= dict.fromkeys((*problems.SAID.values(), *get_args(access.Role)), "server")
    pages_of_the_console(said)
    return said


def helps() -> Iterator[str]:
    """What help pages say: ours, and the words typer puts around them."""
    yield from (word.strip() for word in (*pages.titles().values(), *pages.USAGE))
    group = get_command(app)
    todo: list[Any] = [group]
    while todo:
        one = todo.pop()
        todo += getattr(one, "commands", {}).values()
        texts = (one.help, *(p.help for p in one.get_params(typer.Context(one))))
        yield from (t.strip().replace("[default: {}]", "") for t in texts if t)


def others() -> set[str]:
    """The messages that others say, and values: not found in our code as sentences."""
    rooms = [tomllib.loads(f.read_text("utf-8")) for f in sorted((SRC / "data" / "messages" / "zh").glob("*.toml"))]
    return {english for room in rooms for table in ("others", "value") for english in room.get(table, {})}
