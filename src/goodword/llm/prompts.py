"""Prompts are data: Markdown per job and language, with named slots that are filled once.

A template opens with TOML between `+++` lines and goes on in turns headed `# system`, `# user`, `# assistant`.
`{{slot}}` stands for a value; what stands in a value stays as it is, `{{tone}}` included. A slot named in `fenced`
holds others' text: it is set between marks that do not occur in it, so it cannot end its own fence.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

from goodword.errors import DataError
from goodword.llm.base import Message, Prompt, Role
from goodword.llm.chat import parse_object
from goodword.llm.vocabulary import closed_grammar
from goodword.types import Fact, Lang

_SLOT = re.compile(r"\{\{(\w+)\}\}")
_TURN = re.compile(r"^# (system|user|assistant)\n", re.MULTILINE)
_NO_TONE: Mapping[Lang, str] = {"en": "plain", "zh": "平实"}
_LINE_BREAKS = re.compile(r"[\s\x1c-\x1f\x85\u2028\u2029]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """A prompt with its slots open. `sha256` is of the file, so that a changed word is a new prompt."""

    id: str
    lang: Lang
    version: int
    turns: tuple[Message, ...]
    slots: tuple[str, ...]
    fenced: tuple[str, ...]
    sha256: str

    def fill(self, **values: str) -> tuple[Message, ...]:
        """Set every slot, once.

        Raises:
            DataError: a slot without a value or a value without a slot.
        """
        if set(values) != set(self.slots):
            raise DataError(f"prompt {self.id}.{self.lang} has the slots {', '.join(self.slots)}")
        ready = {k: fence(v) if k in self.fenced else _LINE_BREAKS.sub(" ", v) for k, v in values.items()}
        return tuple(Message(role=t.role, content=_SLOT.sub(lambda m: ready[m[1]], t.content)) for t in self.turns)


def fence(text: str) -> str:
    """Others' text between marks that do not occur in it."""
    n, mark = 1, "text"
    while f"{mark}>" in text.casefold():
        n += 1
        mark = f"text-{n}"
    return f"<{mark}>\n{text}\n</{mark}>"


@cache
def load(job: str, lang: Lang) -> Template:
    """A packaged template.

    Raises:
        DataError: there is none, or it is malformed.
    """
    name = f"prompts/{job}.{lang}.md"
    try:
        raw = files("goodword.data").joinpath(name).read_bytes()
    except OSError:
        raise DataError(f"no prompt {name}") from None
    return parse(raw.decode("utf-8"), name)


def parse(text: str, where: str) -> Template:
    """A template from its text.

    Raises:
        DataError: malformed head, no turn, or slots that are not the ones named.
    """
    try:
        _, head, body = text.split("+++\n", 2)
        about = tomllib.loads(head)
        parts = _TURN.split(body)
        turns = [Message(role=cast(Role, r), content=c.strip()) for r, c in zip(parts[1::2], parts[2::2], strict=True)]
        found = {slot for turn in turns for slot in _SLOT.findall(turn.content)}
        if not turns or parts[0].strip() or found != set(about["slots"]) or not set(about["fenced"]) <= found:
            raise DataError(f"{where}: its turns and its slots are not as its head says")
        return Template(id=about["id"], lang=about["lang"], version=about["version"], turns=tuple(turns),
                        slots=tuple(about["slots"]), fenced=tuple(about["fenced"]),
                        sha256=hashlib.sha256(text.encode()).hexdigest())  # fmt: skip
    except (ValueError, KeyError) as error:
        raise DataError(f"{where}: not a prompt ({error})") from None


def rewrite(lang: Lang, sentences: Sequence[str], *, tone: str = "", seed: int = 11, closed: bool = False) -> Prompt:
    """Ask for verified sentences in smoother words. Give no locked sentence: no model touches those.

    Args:
        closed: let the model use only the sentences' own words and glue, where the backend can hold it to that.
    """
    messages = load("rewrite", lang).fill(tone=tone or _NO_TONE[lang], sentences="\n".join(sentences))
    return Prompt(messages=messages, lang=lang, plain=tuple(sentences), seed=seed, max_tokens=_room(sentences),
                  grammar=closed_grammar(sentences, lang) if closed else "")  # fmt: skip


def repair(
    lang: Lang, sentence: str, *, attempt: str, finding: str, tone: str = "", seed: int = 11, closed: bool = False
) -> Prompt:
    """Ask once more for one sentence, with the finding in hand."""
    filled = load("repair", lang).fill(
        tone=tone or _NO_TONE[lang], sentence=sentence, attempt=attempt, finding=finding
    )  # fmt: skip
    return Prompt(messages=filled, lang=lang, plain=(sentence,), seed=seed, max_tokens=_room([sentence]),
                  grammar=closed_grammar([sentence], lang) if closed else "")  # fmt: skip


def write(
    lang: Lang, facts: Sequence[Fact], *, channel: str, tone: str = "", plain: Sequence[str] = (), seed: int = 11
) -> Prompt:
    """Ask a large model for sentences written from facts; read the answer with `written`."""
    listed = "\n".join(f"[F{n}] {_flat(f.name)}: {_flat(f.text)}" for n, f in enumerate(facts, 1))
    filled = load("write", lang).fill(tone=tone or _NO_TONE[lang], channel=channel, facts=listed)
    return Prompt(messages=filled, lang=lang, plain=tuple(plain), seed=seed, max_tokens=200 + 60 * len(facts),
                  schema=_schema(len(facts)))  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """One sentence a model wrote, and the facts (by 0-based place) it says it rests on: a claim to be verified."""

    text: str
    facts: tuple[int, ...]


def written(answer: str, count: int) -> tuple[Written, ...] | None:
    """The sentences of an answer to `write` about `count` facts; None where it is not what was asked for."""
    rows = (parse_object(answer) or {}).get("sentences")
    if not isinstance(rows, list) or not rows:
        return None
    found: list[Written] = []
    for row in rows:
        text, facts = (row.get("text"), row.get("facts")) if isinstance(row, dict) else (None, None)
        if not isinstance(text, str) or not text.strip() or not isinstance(facts, list) or not facts:
            return None
        if not all(type(n) is int and 1 <= n <= count for n in facts):
            return None
        found.append(Written(text=text.strip(), facts=tuple(dict.fromkeys(n - 1 for n in facts))))
    return tuple(found)


def _schema(count: int) -> Mapping[str, object]:
    """Bounds are small on purpose: large ones have crashed servers that compile schemas to grammars."""
    number = {"type": "integer", "minimum": 1, "maximum": count}
    sentence = {
        "type": "object", "additionalProperties": False, "required": ["facts", "text"],
        "properties": {"facts": {"type": "array", "items": number, "minItems": 1, "maxItems": 8},
                       "text": {"type": "string", "maxLength": 300}},
    }  # fmt: skip
    listed = {"type": "array", "items": sentence, "minItems": 1, "maxItems": count}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["sentences"],
        "properties": {"sentences": listed},
    }


def _room(sentences: Sequence[str]) -> int:
    """Tokens an answer may take: about twice what the sentences themselves are."""
    return 48 + sum(len(s.encode()) for s in sentences) // 2


def _flat(text: str) -> str:
    """On one line, so that no value can pose as another numbered fact."""
    return _LINE_BREAKS.sub(" ", text).strip()
