"""The guard proxy on a real port, a model's server behind it, and the official client before it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI
from running import running  # type: ignore[import-not-found]  # beside the conftest above

from goodword.app import Goodword
from goodword.server import people
from goodword.server.app import create_app

Client = Callable[..., OpenAI]


@pytest.fixture
def shop(server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Goodword]:
    """A shop whose proxy asks the tests' chat server."""
    monkeypatch.chdir(tmp_path)
    proxy = {"base_url": server.url, "retries": 0, "timeout": 20.0}
    with Goodword(store=str(tmp_path / "shop.db"), proxy=proxy) as made:
        yield made


@pytest.fixture
def address(shop: Goodword) -> Iterator[str]:
    """Where the proxy listens."""
    with running(create_app(shop)) as url:
        yield url


@pytest.fixture
def client(shop: Goodword, address: str) -> Iterator[Client]:
    """`client(policy="hold")`: the official client with a key of these terms."""
    made: list[OpenAI] = []

    def open_client(**policy: Any) -> OpenAI:
        key = people.make_key(shop.store, f"program {len(made)}", roles=("writer",), scopes=("proxy",),
                              policy=policy, actor="test")  # fmt: skip
        made.append(OpenAI(base_url=f"{address}/openai/v1", api_key=key, max_retries=0, timeout=60))
        return made[-1]

    yield open_client
    for one in made:
        one.close()
