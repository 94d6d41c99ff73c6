"""Is this text giving orders to a model? Decode and normalise first, then structure, then the small model: one score.

The operating point stands in the model's bundle, and what it was measured at in the card.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from goodword.guard.untrusted import asker, delimiters, encoded, frames, hidden, masks, meaning
from goodword.guard.untrusted.frames import Reason
from goodword.guard.untrusted.reading import Reading, plain
from goodword.models.injection import Model, load, probability
from goodword.models.injection import score as window_of
from goodword.types import Lang

# What is written plainly may be innocent; what somebody took the trouble to hide is less so.
DECODED = {"base64", "hex", "binary", "percent", "escapes", "entities", "tags", "rot13", "reversed"}
HIDDEN_BONUS, CAP, MOST_READINGS = 1.5, 9.0, 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Screened:
    """The score of a text in 0..1, whether it stands above the operating point, and why."""

    score: float
    flagged: bool
    reasons: tuple[Reason, ...]

    def __iter__(self) -> Iterator[object]:
        """So that `score, flagged, reasons = screen.score(text, lang)` reads well."""
        return iter((self.score, self.flagged, self.reasons))


def score(text: str, lang: Lang) -> Screened:
    """Screen an untrusted text: a question, a review, a product field, a feed, a document.

    Attacks come in either language, whatever the text's own: both are looked for.

    Raises:
        DataError: the model's weights are missing or altered. The caller must hold the text.
    """
    model = load()
    read = plain(text)
    readings = [read, *masks.readings(read)]
    for more in encoded.readings(text):
        readings.append(more)
        if len(readings) >= MOST_READINGS:
            break
    reasons = list(hidden.find(text))
    best = -12.0
    for reading in readings:
        found, logit = _of(reading, model)
        if reading.how in DECODED and not any(r.weight >= 2 for r in found):
            continue  # an innocent thing in an encoding is innocent
        reasons += found
        best = max(best, logit if reading.how == "plain" or found else -12.0)
    value = probability(model.evidence * evidence(reasons) + best + model.offset_of(read.text))
    ordered = sorted(reasons, key=lambda r: (-r.weight, r.start))
    return Screened(score=round(value, 4), flagged=value >= model.threshold, reasons=tuple(ordered))


def _of(reading: Reading, model: Model) -> tuple[list[Reason], float]:
    """What fires in one reading, and the model's logit of it."""
    found = [*frames.find(reading), *delimiters.find(reading)]
    window = window_of(
        asker.left_out(reading.text), model, meaning=meaning.judge("injection") if reading.how == "plain" else None
    )
    if window.logit > 0:
        start, end = reading.home(window.start, window.end)
        found.append(Reason(rule="model.window", start=start, end=end, weight=0.0, how=reading.how))
    if reading.how in DECODED and (window.logit > 1 or any(r.weight >= 2 for r in found)):
        start, end = reading.home(0, len(reading.text))
        found.append(Reason(rule=f"encoded.{reading.how}", start=start, end=end, weight=2.5, how=reading.how))
    return found, window.logit


def evidence(reasons: Iterable[Reason]) -> float:
    """Units of evidence: the weightiest of each family in full, the rest of it by a quarter."""
    by_family: dict[str, dict[str, float]] = defaultdict(dict)
    masked = False
    for reason in reasons:
        family = by_family[reason.rule.split(".", maxsplit=1)[0]]
        family[reason.rule] = max(family.get(reason.rule, 0.0), reason.weight)
        masked |= reason.weight >= 2 and reason.how not in {"plain", "misspelt"}
    total = 0.0
    for family in by_family.values():
        ranked = sorted(family.values(), reverse=True)
        total += ranked[0] + 0.25 * sum(ranked[1:])
    return min(CAP, total + (HIDDEN_BONUS if masked else 0.0))
