"""The description of the interface: OpenAPI 3.1, an example for every request, and what it promises is kept.

Schemathesis draws requests from it, good and bad, for every operation, and holds each answer against it.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from goodword.app import Goodword
from goodword.server import people
from goodword.server.api.meta import described
from goodword.server.app import create_app

_EXAMPLES = 4  # good ones and as many bad ones of each operation: all of them in well under a minute
CHECKED = [not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
           response_schema_conformance]  # fmt: skip


def test_every_operation_says_what_it_takes_gives_and_may_refuse(app: FastAPI) -> None:
    found = described(app)
    assert found["openapi"].startswith("3.1")
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            at = f"{method} {path}"
            assert operation.get("description"), at
            assert {"4XX", "5XX"} <= set(operation["responses"]), at
            good = [r for code, r in operation["responses"].items() if code.startswith("2")]
            assert good and all(r.get("content") for r in good), at


def test_every_json_request_has_an_example(app: FastAPI) -> None:
    found = described(app)
    for path, methods in found["paths"].items():
        for operation in methods.values():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if body is not None:
                name = body["schema"]["$ref"].rsplit("/", 1)[-1]
                schema = found["components"]["schemas"][name]
                assert schema.get("examples"), (path, name)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FastAPI, str]]:
    """A shop with texts, and a key that may all."""
    folder = tmp_path_factory.mktemp("schema")
    shop = folder / "shop.csv"
    shop.write_text("sku,title,Material\nA1,Cotton T-shirt,100% cotton\nA2,Steel Flask,steel\n", "utf-8")
    with Goodword(store=str(folder / "shop.db"), recommender=str(folder / "recommender")) as goodword:
        list(goodword.describe(shop))
        token = people.make_key(goodword.store, "all", roles=("admin",), scopes=("*",), actor="test")
        yield create_app(goodword), token


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the libraries that draw and send the requests
def test_no_request_breaks_it_and_every_answer_is_as_described(served: tuple[FastAPI, str]) -> None:
    app, token = served
    schema = schemathesis.openapi.from_dict(described(app))
    schema.app = app
    seen = []
    for result in schema.get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]  # an invalid schema fails here
        if operation.path.endswith("/events"):  # a stream that ends with its task: see test_api_served.py
            continue
        seen.append(operation.label)
        for mode in GenerationMode:
            _try(operation, mode, token)
    assert len(seen) > 40, seen


def _try(operation: Any, mode: GenerationMode, token: str) -> None:
    @settings(max_examples=_EXAMPLES, deadline=None, database=None, derandomize=True,
              phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def once(case: Any) -> None:
        case.headers = {k: v for k, v in (case.headers or {}).items() if k != "Idempotency-Key"}
        case.headers["Authorization"] = f"Bearer {token}"
        response = case.call()
        assert response.status_code < 500, (case.as_curl_command(), response.text)
        case.validate_response(response, checks=CHECKED)

    try:
        once()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, operation.label  # nothing one could get wrong
