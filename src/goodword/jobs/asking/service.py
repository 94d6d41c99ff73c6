"""A question in, an answer out: screened, understood, answered from evidence, judged, released, kept."""

import hashlib
import re
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from time import perf_counter

from goodword.errors import DataError
from goodword.guard.personal.redact import redact
from goodword.jobs import release
from goodword.jobs.asking import answering, identity, lexis, served
from goodword.jobs.asking.facts import quoted
from goodword.jobs.asking.holdings import Holdings
from goodword.jobs.asking.identity import Verified
from goodword.jobs.asking.judge import Court, joined
from goodword.jobs.asking.nouns import Answer, HandOver, Mood, Part, Question, Reason, Reply, Told, Turn
from goodword.jobs.asking.understand import Asked, understand
from goodword.jobs.screen import Screening, screen
from goodword.knowledge.orders import Orders
from goodword.llm.base import Backend
from goodword.search.cut import tokens
from goodword.store import conversations, passages
from goodword.store.engine import Store
from goodword.text.language import detect
from goodword.text.normalise import fold
from goodword.types import Draft, Evidence, Lang, MadeBy, Market, Ruling, Sentence, Statement

VERSION = "1"
HOME: Mapping[Lang, Market] = {"en": "us", "zh": "cn"}
_LONGEST = 2000  # characters of a question that are read
_HISTORY = 12
_PLAIN_REFUSALS = {"other_people", "identity"}  # they say what is wanted; that it may be an order too changes nothing
_WORDS = re.compile(r"[A-Za-z]{2,}|[\u3400-\u9fff]|\d")
_FOREIGN = re.compile(r"[\u0400-\u04ff\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u3040-\u30ff\uac00-\ud7af]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """How a shop answers: where it keeps things, in whose name, for how long, and with what help.

    `secret` is what sessions are signed with; without it no order is ever told. `backend` words answers where it may.
    """

    store: Store
    holdings: Holdings
    producer: str = "goodword"
    actor: str = "operator"
    markets: Mapping[Lang, Market] | None = None
    contacts: Collection[str] = ()
    orders: Orders | None = None
    secret: bytes | None = None
    backend: Backend | None = None
    keep_days: int = 90

    def ask(self, question: Question) -> Answer:
        """Answer one question. Never raises for what a customer writes; what cannot be vouched for is handed over."""
        return list(self.stream(question))[-1]

    def stream(self, question: Question) -> Iterator[Answer]:
        """The answer as it grows, each sentence judged before it is yielded; the last one is whole and kept.

        Only the last has gone through the door: a surface that shows earlier ones shows released sentences of a draft.
        """
        began = perf_counter()
        case = self._opened(question)
        if case.model is not None:
            for sentence in served.worded(case.reply, case.asked, case.question, case.screened, case.model, case.court):
                if sentence.parts:
                    yield self._answer(case, sentence.parts, began)
                case = replace(case, reply=sentence.reply, made_by=sentence.made_by)
        parts, rulings = self._judged(case)
        if not parts:
            case, parts, rulings = self._held(case)
        yield self._kept(case, parts, rulings, began)

    def _opened(self, question: Question) -> "_Case":
        text = "".join(c for c in question.text if not "\ud800" <= c <= "\udfff").replace("\0", " ").strip()
        long = len(text) > _LONGEST
        text = text[:_LONGEST]
        question = replace(
            question,
            text=text,
            history=question.history[-_HISTORY:],
            conversation=question.conversation or secrets.token_urlsafe(12),
        )
        lang: Lang = question.lang or detect(text)
        market: Market = question.market or (self.markets or HOME)[lang]
        on = question.as_of or datetime.now(UTC).date()
        who = identity.verify(self.secret, question.session)
        screened: Screening | None = None
        asked = understand(question, self.holdings, lang, market, on)
        try:
            screened = screen(text, lang, own_contacts=self.contacts) if text else None
            spans = screened.personal if screened is not None else ()
            asked = replace(asked, ignored=frozenset(t for s in spans for t in tokens(text[s.start : s.end])))
            reply = self._reply(question, asked, screened, who)
        except DataError:  # what cannot be screened is not answered by a machine
            reply = _phrase(lang, "held", "handed_over", "held")
        if long:
            note = Part(text=lexis.wording(lang)["too_long"], origin="set")
            reply = replace(reply, parts=(*reply.parts, note))
        mine = self.orders.of(who) if who is not None and self.orders is not None and reply.personal else ()
        court = Court(
            holdings=self.holdings,
            lang=lang,
            market=market,
            on=on,
            mine=[o for o in mine if who is not None and o.customer == who.customer],
        )
        risky = screened is None or screened.injection.flagged
        model = self.backend if self.backend and not risky and served.may_word(reply, self.backend) else None
        return _Case(question=question, asked=asked, reply=reply, screened=screened, court=court, who=who, model=model)

    def _reply(self, question: Question, asked: Asked, screened: Screening | None, who: Verified | None) -> Reply:
        lang = asked.lang
        if not _WORDS.search(fold(question.text).text) and not _FOREIGN.search(question.text):
            return _phrase(lang, "unreadable", "declined", "unreadable")
        if len(_FOREIGN.findall(question.text)) > 2 and len(_FOREIGN.findall(question.text)) * 2 > len(
            re.findall(r"\w", question.text)
        ):
            return _phrase(lang, "language", "declined", "language")
        if screened is not None and any(
            h.severity == "block" and h.type in {"self_harm", "minors"} for h in screened.harm
        ):
            return _phrase(lang, "person", "handed_over", "person_asked")
        reply = answering.reply(
            asked, self.holdings, who, self.orders, ended=identity.ended(self.secret, question.session)
        )
        told = reply.outcome == "answered" or reply.reason in _PLAIN_REFUSALS
        if screened is not None and screened.injection.flagged and not told:
            return _phrase(lang, "injection", "declined", "injection")
        return reply

    def _judged(self, case: "_Case") -> tuple[list[Part], list[Ruling]]:
        """The sentences that may be said, each with its ruling; one that may not gives way to the record."""
        parts: list[Part] = []
        rulings: list[Ruling] = []
        for part in case.reply.parts:
            for one in (part, *self._plainer(part, case.asked.lang)):
                ruling = case.court.rule(one)
                if ruling.outcome == "released":
                    parts.append(one)
                    rulings.append(ruling)
                    break
        said = [p for p in parts if p.origin != "set"]
        meant = [p for p in case.reply.parts if p.origin != "set"]
        if meant and not said:
            return [], []
        return parts, rulings

    def _plainer(self, part: Part, lang: Lang) -> Sequence[Part]:
        """The shop's own words for the fact a stated sentence rests on."""
        if part.origin != "stated" or not part.evidence:
            return ()
        fact = next((f for f in part.facts if f.id == part.evidence[0].ref), None)
        product = self.holdings.products.get(fact.sku) if fact else None
        plain = quoted(product, fact.key, lang) if product and fact else None
        return (plain,) if plain else ()

    def _held(self, case: "_Case") -> tuple["_Case", list[Part], list[Ruling]]:
        """Nothing of it may be said: the person gets it, the customer is told so."""
        reply = replace(
            _phrase(case.asked.lang, "held", "handed_over", "held"),
            products=case.reply.products,
            missing=case.reply.missing,
            shown=case.reply.parts,
        )
        part = reply.parts[0]
        return replace(case, reply=reply), [part], [case.court.rule(part)]

    def _answer(self, case: "_Case", parts: Sequence[Part], began: float) -> Answer:
        text, sentences = _laid_out(parts, case.asked.lang)
        reply, question = case.reply, case.question
        first = not question.history
        disclosure = lexis.wording(case.asked.lang)[f"disclosure.{case.asked.market}"] if first else ""
        shown = tuple(dict.fromkeys(e for p in (*parts, *reply.shown) for e in p.evidence))
        return Answer(
            id=question.id,
            outcome=reply.outcome,
            reason=reply.reason,
            text=text,
            lang=case.asked.lang,
            sentences=sentences,
            products=reply.products,
            missing=reply.missing,
            ranked=reply.ranked,
            disclosure=disclosure,
            evidence=shown,
            conversation=question.conversation,
            hand_over=self._packet(case, shown),
            ms=round((perf_counter() - began) * 1000, 1),
        )

    def _packet(self, case: "_Case", shown: tuple[Evidence, ...]) -> HandOver | None:
        if case.reply.outcome != "handed_over":
            return None
        covered = _covered(case.question.text, case.screened)
        before = [_covered_turn(t) for t in case.question.history[-3:]]
        summary = " / ".join([*before, covered])[:600]
        return HandOver(
            summary=summary,
            reason=case.reply.reason,
            question=covered,
            products=case.reply.products,
            evidence=shown,
            unknown=case.reply.missing,
            mood=mood(case.question.text),
            turns=len(case.question.history) + 1,
        )

    def _kept(self, case: "_Case", parts: Sequence[Part], rulings: Sequence[Ruling], began: float) -> Answer:
        """Through the door, into the conversation, and where a person is to act onto their list: one transaction."""
        answer = self._answer(case, parts, began)
        asked, question = case.asked, case.question
        whole = joined([(s.start, r) for s, r in zip(answer.sentences, rulings, strict=True)])
        draft = Draft(
            sku=answer.products[0] if answer.products else "",
            text=answer.text,
            lang=asked.lang,
            market=asked.market,
            channel="answer",
            made_by=case.made_by,
            sentences=tuple(
                Sentence(start=s.start, end=s.end, facts=tuple(dict.fromkeys(e.ref for e in s.evidence)))
                for s in answer.sentences
            ),
        )
        key = hashlib.sha256(f"{question.conversation}\0{question.text}\0{secrets.token_hex(8)}".encode()).hexdigest()
        with self.store.begin() as conn:
            out = release.release(conn, draft, whole, key=key, producer=self.producer, actor=self.actor)
            statement: Statement | None = out.statement
            if statement is not None:
                passages.link(conn, statement.id, [e.ref for s in answer.sentences for e in s.evidence])
            customer = case.who.customer if case.who else None
            conversations.start(
                conn,
                question.conversation,
                customer=customer,
                lang=asked.lang,
                market=asked.market,
                days=self.keep_days,
            )
            conversations.add(
                conn,
                question.conversation,
                _covered(question.text, case.screened),
                lang=asked.lang,
                outcome=answer.outcome,
                reason=answer.reason,
                products=answer.products,
                missing=answer.missing,
                statement=statement.id if statement else None,
                position=out.ledger,
                personal=case.reply.personal,
            )
            if answer.hand_over:
                conversations.hand(conn, question.conversation, answer.reason, packet(answer.hand_over))
        return replace(
            answer,
            statement=statement.id if statement else "",
            ledger=out.ledger,
            ruling=whole,
            label=statement.mark.text if statement else "",
            text=answer.text if statement else "",
            ms=round((perf_counter() - began) * 1000, 1),
        )


_PLAIN = MadeBy(backend="composer", model=f"ask-{VERSION}")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Case:
    question: Question
    asked: Asked
    reply: Reply
    screened: Screening | None
    court: Court
    who: Verified | None
    model: Backend | None = None
    made_by: MadeBy = _PLAIN


def packet(given: HandOver) -> dict[str, object]:
    """A hand-over as plain data."""
    return {
        "summary": given.summary,
        "reason": given.reason,
        "question": given.question,
        "products": list(given.products),
        "evidence": [{"ref": e.ref, "quote": e.quote} for e in given.evidence],
        "unknown": list(given.unknown),
        "mood": given.mood,
        "turns": given.turns,
    }


def mood(text: str) -> Mood:
    """How a customer sounds: for the person who takes over, never a ground for another answer."""
    low = fold(text).text
    if lexis.mood("angry").search(low) or text.count("!") + text.count("！") > 2:
        return "angry"
    return "pressed" if lexis.mood("pressed").search(low) else "calm"


def history_of(turns: Sequence[Mapping[str, object]]) -> tuple[Turn, ...]:
    """Earlier turns as a program gives them: {question, answer?, product?} or {role, text} by turns."""
    out: list[Turn] = []
    for row in turns:
        role = str(row.get("role") or "")
        text = str(row.get("text") or row.get("content") or "")
        if role in {"assistant", "agent", "bot"}:
            if out:
                out[-1] = replace(out[-1], answer=text)
            continue
        product = row.get("product") or row.get("products")
        skus = tuple(map(str, product)) if isinstance(product, list) else (str(product),) if product else ()
        out.append(Turn(question=str(row.get("question") or text), answer=str(row.get("answer") or ""), products=skus))
    return tuple(out)


def _laid_out(parts: Sequence[Part], lang: Lang) -> tuple[str, tuple[Told, ...]]:
    text, told = "", []
    for part in parts:
        between = "" if not text or (lang == "zh" and not re.search(r"[A-Za-z0-9.]$", text)) else " "
        start = len(text) + len(between)
        text += between + part.text
        told.append(Told(start=start, end=len(text), evidence=part.evidence, origin=part.origin))
    return text, tuple(told)


def _covered(text: str, screened: Screening | None) -> str:
    return redact(text, screened.personal) if screened is not None else "" if text.strip() == "" else "[…]"


def _covered_turn(turn: Turn) -> str:
    lang = detect(turn.question)
    try:
        return screen(turn.question[:_LONGEST], lang).redacted
    except DataError:
        return "[…]"


def _phrase(lang: Lang, name: str, outcome: str, reason: Reason) -> Reply:
    return Reply(outcome=outcome, reason=reason, parts=(Part(text=lexis.wording(lang)[name], origin="set"),))  # type: ignore[arg-type]


def today() -> date:
    """The day policies are read on where none is given."""
    return datetime.now(UTC).date()
