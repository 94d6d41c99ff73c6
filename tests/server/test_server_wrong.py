"""A request that is not as described is told so in the reader's language, whatever the library that found it says."""

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen, MultipleOf
from pydantic import AnyUrl, StringConstraints, TypeAdapter, ValidationError
from starlette.testclient import TestClient

from goodword.server import words
from goodword.text import messages

Client = Callable[..., TestClient]


@pytest.mark.parametrize(
    ("kind", "given", "told"),
    [
        (str, 1, "文本"), (int, "x", "整数"), (int, 1.5, "整数"), (int, None, "整数"),
        (float, "x", "数字"), (bool, "perhaps", "true"),
        (list[int], 1, "列表"), (dict[str, int], 1, "对象"),
        (Literal["a"], "b", "“a”"), (Literal["a", "b"], "c", "只能是 'a' 或 'b'"),
        (Literal["a", "b", "c"], "d", "或 'c'"),
        (Annotated[str, MinLen(2)], "", "至少需要 2 个字符"), (Annotated[str, MaxLen(1)], "ab", "最多 1 个字符"),
        (Annotated[list[int], MinLen(2)], [1], "至少需要 2 项，实际为 1 项"),
        (Annotated[list[int], MaxLen(1)], [1, 2], "最多 1 项，实际为 2 项"),
        (Annotated[int, Ge(1)], 0, "不得小于 1"), (Annotated[int, Gt(1)], 1, "必须大于 1"),
        (Annotated[float, Le(1)], 2, "不得大于 1"), (Annotated[int, Lt(1)], 1, "必须小于 1"),
        (Annotated[int, MultipleOf(5)], 3, "5 的倍数"),
        (Annotated[str, StringConstraints(pattern="^[0-9]$")], "x", "[0-9]"),
        (AnyUrl, "x", "网址"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_chinese(kind: Any, given: Any, told: str) -> None:
    with pytest.raises(ValidationError) as found:
        TypeAdapter(kind).validate_python(given)
    message = words.lowered(found.value.errors()[0]["msg"])
    said = messages.put(message, "zh")
    assert said != message and told in said
    assert not re.search(r"[A-Za-z]{4,}", said.replace("true", "").replace("false", "")), said


def test_the_server_tells_it_in_the_language_of_who_asks(key_for: Client) -> None:
    program = key_for("viewer")
    for body, where, told in (
        ({}, "body.text", "必填"), ({"text": "x", "lang": "fr"}, "body.lang", "只能是 'en' 或 'zh'"),
        ({"text": 5}, "body.text", "应为文本"), ([], "body", "应为对象"),
        ({"text": "x", "colour": 1}, "body.colour", "此处不接受这一项"),
    ):  # fmt: skip
        chinese = program.post("/v1/check", json=body, headers={"Accept-Language": "zh"}).json()
        assert (chinese["status"], chinese["where"]) == (422, where) and told in chinese["detail"], chinese
        english = program.post("/v1/check", json=body).json()
        assert english["detail"].isascii()
    broken = program.post(
        "/v1/check", content=b"{", headers={"Accept-Language": "zh", "Content-Type": "application/json"}
    )
    assert broken.status_code == 400 and broken.json()["detail"] == "请求体不是 JSON"


def test_what_nobody_put_into_chinese_is_told_in_general_and_with_its_place(
    key_for: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = messages.put
    monkeypatch.setattr(messages, "put", lambda line, lang: line if line == "field required" else known(line, lang))
    told = key_for("viewer").post("/v1/check", json={}, headers={"Accept-Language": "zh"}).json()
    assert told["detail"] == "此处的值不符合要求" and told["where"] == "body.text"
