"""`goodword mcp`: the shop's tools for agents, on standard input and output."""

from typing import Annotated

import typer

from goodword.app import Goodword
from goodword.cli import talk
from goodword.cli.options import Store
from goodword.server.agents import make_server


def mcp(
    store: Store = None,
    actor: Annotated[str, typer.Option("--as", help="who the ledger names as having asked")] = "agent",
) -> None:
    """Serve agents by the Model Context Protocol on stdin and stdout: search, check, ask, describe."""
    with Goodword(store=store, actor=actor) as goodword:
        server = make_server(goodword, actor=actor, lang=talk.lang())
        talk.say("Waiting for an agent on standard input. Ctrl-C ends it.")
        server.run("stdio")
