"""The AI label of a text: words a reader sees, and one metadata object a machine reads.

Source: 人工智能生成合成内容标识办法 (in force 2025-09-01) arts. 4-5, GB 45438-2025 §5.1, §6.1 and annex E;
Regulation (EU) 2024/1689 Art. 50(2); IPTC digital source type vocabulary. docs/design/labels.md: when there is none.
"""

import hashlib
import json
import re
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any

from goodword.errors import InputError
from goodword.jobs.authorship import PERSON
from goodword.types import Draft, Mark

IPTC_GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
IPTC_PERSON = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation"
_ASCII = re.compile(r"[^\x21-\x7e]")


@cache
def _wordings() -> dict[str, Any]:
    return loads(files("goodword.data").joinpath("labels/labels.toml").read_text("utf-8"))


def wording(draft: Draft, *, reviewer: str = "", date: str = "") -> str:
    """The visible label for this text's language, market and channel; names the reviewer if a person approved it.

    '' of a text that a person wrote anew: it is no generated content.
    """
    words, edited = _wordings(), draft.made_by.edited
    if draft.made_by.backend == PERSON:
        return ""
    if draft.channel in {"title", "social"}:
        return str(words["short_edited" if edited else "short"][draft.lang])
    if reviewer:
        template = str(words["edited_reviewed" if edited else "reviewed"][draft.lang][draft.market])
        before, rest = template.split("{who}")
        middle, after = rest.split("{date}")
        return f"{before}{reviewer}{middle}{date}{after}"
    return str(words["edited" if edited else "generated"][draft.lang][draft.market])


def metadata(draft: Draft, *, producer: str, produce_id: str) -> str:
    """One JSON object holding exactly one AIGC label (GB 45438-2025 annex E) and the IPTC source type.

    Values of the AIGC fields are printable ASCII; ReservedCode1 is the SHA-256 of the labelled text. Of a text that a
    person wrote anew it holds the source type alone.

    Raises:
        InputError: the producer code is not printable ASCII.
    """
    if not producer or _ASCII.search(producer):
        raise InputError(f"producer code {producer!r} is not printable ASCII", cure="Set `producer` to a short code")
    if draft.made_by.backend == PERSON:
        return json.dumps({"digitalSourceType": IPTC_PERSON})
    aigc = {
        "Label": "1",
        "ContentProducer": producer,
        "ProduceID": _ASCII.sub("-", produce_id),
        "ReservedCode1": hashlib.sha256(draft.text.encode()).hexdigest(),
        "ContentPropagator": "",
        "PropagateID": "",
        "ReservedCode2": "",
    }
    return json.dumps({"AIGC": aigc, "digitalSourceType": IPTC_GENERATED}, ensure_ascii=True)


def mark(draft: Draft, *, producer: str, produce_id: str, reviewer: str = "", date: str = "") -> Mark:
    """Both halves of the label."""
    return Mark(
        text=wording(draft, reviewer=reviewer, date=date),
        metadata=metadata(draft, producer=producer, produce_id=produce_id),
    )
