"""Account names: WeChat in all its evasive spellings, QQ, Taobao, and the western networks."""

import re
from collections.abc import Iterator
from functools import cache

from goodword.guard.personal.reading import Reading
from goodword.guard.personal.spans import Span
from goodword.guard.personal.words import never, table

# Between the name of the network and that of the account: marks, hearts and little words. An account has no blank in it.  # noqa: E501
_BETWEEN = r"(?:[^\w\n。！？，,@-]|[号號码]|搜索?|查找?|是|为|就是|帐号|账号|账户|昵称|[ ]?(?:id|is|me|my|on|handle|username|name|at|it's|as)(?=[ :：])){0,8}"  # noqa: E501
_BACK = r"[ ,，]{0,2}(?:这个|就)?(?:是|为)?(?:我|本人)?的?(?:{cue})"


def find(reading: Reading) -> Iterator[Span]:
    """Account names of a text."""
    for forward, backward in _patterns():
        for match in forward.finditer(reading.lower):
            yield from _found(reading, match)
        if backward:
            for match in backward.finditer(reading.lower):
                yield from _found(reading, match)


def _found(reading: Reading, match: re.Match[str]) -> Iterator[Span]:
    start, end = match.span("value")
    if reading.digits[end : end + 1].isdigit() or never(reading, match.start(), "code"):
        return
    yield Span(start=start, end=end, type="HANDLE", score=0.92)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], re.Pattern[str] | None], ...]:
    out = []
    for kind in table("handles")["kind"]:
        cue, value = kind["cue"], kind["value"]
        forward = re.compile(rf"(?:{cue}){_BETWEEN}(?P<value>{value})(?![a-z0-9_])")
        numbers = (kind["name"] in {"qq", "wechat"} and "微" in cue) or kind["name"] == "qq"
        back = _BACK.replace("{cue}", cue)
        backward = (
            re.compile(rf"(?<![a-z0-9_])(?P<value>[1-9][0-9]{{4,10}}|[a-z][a-z0-9_-]{{5,19}}){back}")
            if numbers
            else None
        )
        out.append((forward, backward))
    return tuple(out)
