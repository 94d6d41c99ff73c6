"""`goodword serve`: the API, the console and the widget in one process."""

import signal
import socket
import sys
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from goodword.app import Goodword
from goodword.cli import talk
from goodword.cli.options import Store
from goodword.errors import InputError, MissingExtra

if TYPE_CHECKING:
    import uvicorn

GRACE = 20  # seconds that requests have to end once the server is asked to stop
_IDLE = 30  # seconds after which a silent connection is closed
_QUEUE = 2048  # connections that wait to be taken


def serve(
    store: Store = None,
    host: Annotated[str | None, typer.Option("--host", help="address to listen at")] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help="port to listen at; 0: any")] = None,
    log: Annotated[
        bool | None, typer.Option("--log/--no-log", help="a line of JSON for each request on stderr")
    ] = None,
) -> None:
    """Serve the API, the console and the widget until stopped."""
    changes: dict[str, Any] = {k: v for k, v in {"host": host, "port": port}.items() if v is not None}
    with Goodword(store=store, **({"server": changes} if changes else {})) as goodword:
        run(goodword, log=log)


def run(goodword: Goodword, *, log: bool | None = None, path: str = "") -> None:
    """Serve until stopped; the first start tells a link for the first administrator.

    Args:
        log: whether requests are logged; None: where stderr is no terminal.
        path: what is told to be opened.

    Raises:
        InputError: the address cannot be listened at.
        MissingExtra: the libraries of the server are not installed.
    """
    server = _server(goodword, log=log)
    from goodword.server import people

    s = goodword.settings.server
    with _listening(s.host, s.port) as listener:
        address = s.url.rstrip("/") or f"http://{s.host}:{listener.getsockname()[1]}"
        talk.say(f"Goodword is at {address}{path}")
        token = people.first_admin(goodword.store)
        if token:
            talk.say("There is no administrator yet. Open this link once, within two days:")
            talk.err.print(f"{address}/welcome?token={token}", markup=False)
        talk.say("Stop it with Ctrl-C; what is at work goes on at the next start.")
        # uvicorn raises the signal again when all has ended: that is no error, and the store is closed after it.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
    talk.say("Stopped.")


def _server(goodword: Goodword, *, log: bool | None) -> "uvicorn.Server":
    try:
        import uvicorn

        from goodword.server import watch
        from goodword.server.app import create_app
    except ModuleNotFoundError as error:
        raise MissingExtra("server", "The server") from error
    if log or (log is None and not sys.stderr.isatty()):
        watch.log_to(sys.stderr)
    app = create_app(goodword)

    class Server(uvicorn.Server):
        """Ends what would never end by itself as soon as it is told to stop."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            """A signal has come."""
            app.state.work.leave()
            super().handle_exit(sig, frame)

    return Server(
        uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, lifespan="on", proxy_headers=False,
            timeout_graceful_shutdown=GRACE, timeout_keep_alive=_IDLE, backlog=_QUEUE,
        )
    )  # fmt: skip


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens there."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except (OSError, OverflowError, UnicodeError) as error:
        why = getattr(error, "strerror", "") or str(error)
        raise InputError(f"cannot listen here: {why}", where=f"{host}:{port}", cure="Give another --port") from None
    return listener
