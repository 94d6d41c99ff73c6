"""Passages to the store and back, and the shop's holdings out of it: what was encoded once is not encoded again."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np
from pydantic import TypeAdapter

from goodword.errors import InputError
from goodword.jobs import recall
from goodword.jobs.asking.figures import texts_of
from goodword.jobs.asking.holdings import Counted, Holdings
from goodword.knowledge.base import Held
from goodword.search import encode
from goodword.store import catalogue, conversations, ledger, passages
from goodword.store.engine import Store
from goodword.text.language import detect
from goodword.types import Passage, Product, Source

_HELD = TypeAdapter(Held)
_ENCODER = "use-m3-v1"


def keep(store: Store, held: Iterable[Held], *, origin: str = "import", actor: str = "operator") -> tuple[int, int]:
    """Take passages into the store; how many are new and how many changed. Answers on what changed are taken back."""
    bodies: dict[str, Mapping[str, object]] = {h.passage.id: body_of(h) for h in held}
    with store.begin() as conn:
        fresh, changed = passages.put_named(conn, bodies, origin)
        recall.taken_of(conn, changed, actor=actor)
    return len(fresh), len(changed)


def kept(store: Store) -> list[Held]:
    """The passages of the store."""
    with store.read() as conn:
        return [held_of(body) for body in passages.current(conn).values()]


def held_of(body: Mapping[str, object]) -> Held:
    """A passage as the store has it."""
    held: Held = _HELD.validate_python(body)
    return held


def open_holdings(
    store: Store | None, *, held: Sequence[Held] = (), products: Iterable[Product] = (), counts: Iterable[Counted] = ()
) -> Holdings:
    """The holdings of a store, with passages and products given beside it taking precedence."""
    every = {h.passage.id: h for h in [*(kept(store) if store else []), *held]}
    own: list[Product] = []
    if store is not None:
        with store.read() as conn:
            own = list(catalogue.products(conn))
    encoder = encode.load()
    if store is not None and encoder is not None:
        _recall(store, encoder, [t for h in every.values() for t in texts_of(h)])
    return Holdings([*own, *products], every.values(), counts, encoder=encoder)


def answered(
    store: Store, number: int, text: str, *, who: str, today: date, until: str | None = None, question: str = ""
) -> Held:
    """A person's answer to a hand-over as a passage that holds from today: versioned, and found the next time.

    Args:
        question: what it answers, in the words of whoever asks next; '' is what the customer wrote.

    Raises:
        InputError: no such hand-over, it is decided already, no text, or no name.
    """
    if not text.strip():
        raise InputError("an answer needs words", cure="Give --text TEXT")
    with store.begin() as conn:
        case = conversations.handed_over(conn, number)
        asked = question.strip() or str(case.packet.get("question") or "")
        raw = case.packet.get("products")
        products = [str(p) for p in raw] if isinstance(raw, list) else []
        lang = detect(text)
        name = f"answer-{number}.{lang}"
        held = Held(
            passage=Passage(
                id=name,
                text=text.strip(),
                lang=lang,
                valid_from=today.isoformat(),
                valid_until=until,
                source=Source(uri=f"hand-over {number}", locator=f"answered by {who}"),
            ),
            document=name,
            question=asked,
            sku=products[0] if len(products) == 1 else "",
        )
        conversations.decide(conn, number, "answered", who=who, passage=name)
        passages.put(conn, {name: body_of(held)}, f"person:{who}")
        told = {"passage": name, "text": held.passage.text, "valid_from": today.isoformat(), "valid_until": until}
        ledger.append(conn, "answered", f"hand-over/{number}", told, who)
    return held


def body_of(held: Held) -> dict[str, object]:
    """As JSON; when it was read is no part of what it says."""
    body: dict[str, object] = _HELD.dump_python(held, mode="json")
    inner = body["passage"]
    if isinstance(inner, dict):
        inner["source"] = {**inner["source"], "seen": ""}
    return body


def _recall(store: Store, encoder: encode.Sentences, texts: Sequence[str]) -> None:
    """Vectors made before are taken from the store; new ones are made and kept there."""
    keys = {hashlib.sha256(f"{_ENCODER}\0{t}".encode()).hexdigest(): t for t in texts}
    with store.read() as conn:
        known = passages.vectors(conn, list(keys))
    if known:
        rows = np.stack([np.frombuffer(body, np.float16) for body in known.values()])
        encoder.remember([keys[k] for k in known], rows)
    new = [k for k in keys if k not in known]
    if new:
        made = encoder.encode([keys[k] for k in new]).astype(np.float16)
        with store.begin() as conn:
            passages.put_vectors(conn, {k: row.tobytes() for k, row in zip(new, made, strict=True)})
