"""Answers as plain data, the same for the command line, files and the server."""

from collections.abc import Mapping

from goodword.jobs.asking.nouns import Answer
from goodword.jobs.asking.service import packet
from goodword.types import Evidence


def answered(answer: Answer) -> dict[str, object]:
    """One answer: `{id, outcome, reason, answer, sentences: [{start, end, evidence}], …}`."""
    return {
        "id": answer.id,
        "outcome": answer.outcome,
        "reason": answer.reason,
        "answer": answer.text,
        "lang": answer.lang,
        "sentences": [
            {"start": s.start, "end": s.end, "origin": s.origin, "evidence": [evidence(e) for e in s.evidence]}
            for s in answer.sentences
        ],
        "products": list(answer.products),
        "missing": list(answer.missing),
        "ranked": [{"ref": ref, "score": score} for ref, score in answer.ranked],
        "disclosure": answer.disclosure,
        "label": answer.label,
        "hand_over": packet(answer.hand_over) if answer.hand_over else None,
        "conversation": answer.conversation,
        "statement": answer.statement,
        "ledger": answer.ledger,
        "ms": answer.ms,
    }


def evidence(given: Evidence) -> Mapping[str, object]:
    """What a sentence rests on."""
    out: dict[str, object] = {"ref": given.ref, "quote": given.quote, "start": given.start, "end": given.end}
    return out | ({"count": given.count} if given.count is not None else {})
