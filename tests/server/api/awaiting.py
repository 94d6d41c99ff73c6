"""Waiting for a task."""

import time
from typing import Any

from starlette.testclient import TestClient


def ended(client: TestClient, task: str, seconds: float = 20) -> dict[str, Any]:
    """A task when it has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found: dict[str, Any] = client.get(f"/v1/tasks/{task}").json()
        if found["state"] in {"done", "failed", "cancelled"}:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not ended: {found}")
