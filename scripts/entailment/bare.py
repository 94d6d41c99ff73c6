"""Take out of an ONNX file what its maker's machine left in it: stack traces and comments. The numbers stay."""

from pathlib import Path
from typing import Any

import onnx


def bare(path: Path) -> None:
    """Rewrite the file without traces."""
    model = onnx.load(path)
    _strip(model.graph)
    model.doc_string = ""
    del model.metadata_props[:]
    for function in model.functions:
        _strip(function)
    path.write_bytes(model.SerializeToString(deterministic=True))


def _strip(graph: Any) -> None:
    named = [getattr(graph, part, ()) for part in ("value_info", "input", "output", "initializer")]
    told = [v for part in named for v in part if not isinstance(v, str)]
    for thing in (graph, *graph.node, *told):
        thing.doc_string = ""
        del thing.metadata_props[:]
    for node in graph.node:
        for attribute in node.attribute:
            for inner in (*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs):
                _strip(inner)
