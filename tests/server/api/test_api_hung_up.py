"""Whoever hangs up in the middle of a request disturbs nobody and leaves no error in the log."""

import logging
import socket
import time
from urllib.parse import urlsplit

import httpx2
import pytest
from running import running  # type: ignore[import-not-found]

from goodword.app import Goodword
from goodword.server import people
from goodword.server.app import create_app


@pytest.mark.slow
def test_half_a_request_is_forgotten(goodword: Goodword, caplog: pytest.LogCaptureFixture) -> None:
    key = people.make_key(goodword.store, "program", roles=("writer",), scopes=("*",), actor="test")
    head = (
        "POST /v1/check HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {key}\r\nContent-Length: 5000\r\n\r\n"
    )
    with caplog.at_level(logging.ERROR), running(create_app(goodword)) as address:
        at = urlsplit(address)
        for _ in range(5):
            with socket.create_connection((str(at.hostname), int(at.port or 0))) as line:
                line.sendall(head.encode() + b'{"text": "half')
                time.sleep(0.05)
        body = {"text": "Made of linen.", "facts": {"material": "linen"}}
        reply = httpx2.post(f"{address}/v1/check", json=body, headers={"Authorization": f"Bearer {key}"}, timeout=60)
    assert reply.status_code == 200
    assert not [r for r in caplog.records if "unforeseen" in r.getMessage()]
