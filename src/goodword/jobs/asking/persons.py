"""What a person does about questions: look over an answer before it is kept, close a hand-over, fill a gap.

An answer becomes a passage that is quoted to whoever asks the same: so it may hold nobody's personal data, no order to
a model, nothing the market's law forbids.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal

from goodword.errors import InputError
from goodword.jobs.asking import shelf
from goodword.jobs.guarding import HOME, Guard
from goodword.jobs.screen import screen
from goodword.knowledge.base import Held
from goodword.store import conversations, ledger, passages
from goodword.store.engine import Store
from goodword.text.language import detect
from goodword.types import Lang, Market, Passage, Source

LONGEST = 2000  # characters of an answer


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """Why an answer may not be kept as it is, and which stretch of it; `grave` ones must be mended.

    `advice` and `authority` are the law's; of the other kinds the kind says all there is to say.
    """

    kind: Literal["personal", "harm", "injection", "law", "language"]
    quote: str
    advice: str = ""
    authority: str = ""
    grave: bool = True


def doubts(
    text: str, *, market: Market | None = None, reader: Lang | None = None, contacts: Collection[str] = ()
) -> tuple[Doubt, ...]:
    """What stands against keeping an answer.

    Args:
        market: whose law holds; None: the home market of the text's language.
        reader: the language of advice.
        contacts: the shop's own public numbers and addresses, which may be said.

    Raises:
        DataError: it cannot be screened, so it must not be kept. InputError: it is too long.
    """
    if len(text) > LONGEST:
        raise InputError(f"an answer has at most {LONGEST} characters", cure="Shorten it, or learn a document instead")
    lang = detect(text)
    found = screen(text, lang, own_contacts=contacts)
    out = [Doubt(kind="personal", quote=text[s.start : s.end]) for s in found.personal]
    out += [Doubt(kind="harm", quote=text[h.start : h.end], grave=h.severity == "block") for h in found.harm]
    if found.injection.flagged:
        out.append(Doubt(kind="injection", quote=""))
    told = {d.quote for d in out}  # said once, in the words that fit an answer
    ruling = Guard(market=market or HOME[lang], reader=reader).check(text, None, lang=lang, channel="answer")
    out += [
        Doubt(kind="law", quote=text[f.start : f.end], advice=f.advice, authority=f.authority,
              grave=f.severity == "block")
        for f in ruling.findings
        if f.authority and f.severity != "warn" and text[f.start : f.end] not in told
    ]  # fmt: skip
    return tuple(dict.fromkeys(out))


def closed(store: Store, number: int, *, who: str, reason: str) -> int:
    """End a hand-over that wants no passage (settled by telephone, not a question); its position in the ledger.

    Raises:
        InputError: no such hand-over, it is decided already, no name or no reason.
    """
    if not reason.strip():
        raise InputError("closing a hand-over needs a reason", cure="Say what was done instead")
    with store.begin() as conn:
        conversations.decide(conn, number, "closed", who=who)
        return ledger.append(conn, "closed", f"hand-over/{number}", {"reason": reason.strip()}, who).position


def written(
    store: Store, question: str, text: str, *, who: str, today: date, until: str | None = None, sku: str = ""
) -> Held:
    """A passage that answers what many asked: dated, versioned, found the next time somebody asks.

    Raises:
        InputError: no question, no text or no name.
    """
    if not question.strip():
        raise InputError("an answer needs a question", cure="Say what was asked")
    if not text.strip():
        raise InputError("an answer needs words", cure="Give --text TEXT")
    if not who.strip():
        raise InputError("a decision needs who decides", cure="Give --by NAME")
    lang = detect(text)
    asked = f"{sku}\0{question.strip()}".encode()
    name = f"answer-{hashlib.sha256(asked).hexdigest()[:12]}.{lang}"
    source = Source(uri=f"passage {name}", locator=f"written by {who}")
    held = Held(
        passage=Passage(id=name, text=text.strip(), lang=lang, source=source, valid_from=today.isoformat(),
                        valid_until=until),
        document=name, question=question.strip(), sku=sku,
    )  # fmt: skip
    told = {"passage": name, "text": text.strip(), "valid_from": today.isoformat(), "valid_until": until, "sku": sku}
    with store.begin() as conn:
        passages.put(conn, {name: shelf.body_of(held)}, f"person:{who}")
        ledger.append(conn, "answered", f"passage/{name}", told, who)
    return held


def ended(store: Store, name: str, *, who: str) -> None:
    """Answer no more from a passage; its versions stay.

    Raises:
        InputError: there is no such passage, or it has ended already.
    """
    with store.begin() as conn:
        if not passages.end(conn, [name]):
            raise InputError(f"there is no passage {name!r} that holds", cure="See the list of passages")
        ledger.append(conn, "passage ended", f"passage/{name}", {}, who)
