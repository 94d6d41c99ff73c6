"""`goodword serve`: the API, the console and the widget in one process."""

from typing import Annotated, Any

import typer

from goodword.app import Goodword
from goodword.cli import talk
from goodword.cli.options import Store
from goodword.errors import MissingExtra


def serve(
    store: Store = None,
    host: Annotated[str | None, typer.Option("--host", help="address to listen at")] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help="port to listen at; 0: any")] = None,
) -> None:
    """Serve the API, the console and the widget until stopped."""
    changes: dict[str, Any] = {k: v for k, v in {"host": host, "port": port}.items() if v is not None}
    with Goodword(store=store, **({"server": changes} if changes else {})) as goodword:
        run(goodword)


def run(goodword: Goodword) -> None:
    """Serve until stopped; the first start tells a link for the first administrator.

    Raises:
        MissingExtra: the libraries of the server are not installed.
    """
    try:
        import uvicorn

        from goodword.server import people
        from goodword.server.app import create_app
    except ModuleNotFoundError as error:
        raise MissingExtra("server", "The server") from error
    s = goodword.settings.server
    app = create_app(goodword)
    address = s.url.rstrip("/") or f"http://{s.host}:{s.port}"
    talk.say(f"Goodword is at {address}")
    token = people.first_admin(goodword.store)
    if token:
        talk.say("There is no administrator yet. Open this link once, within two days:")
        talk.show(f"{address}/welcome?token={token}")
    uvicorn.run(app, host=s.host, port=s.port, log_level="warning", access_log=False, server_header=False)
