"""A report on all reviews of a file, in both languages; the one of whoever asked for it first."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from pydantic import TypeAdapter

from goodword.jobs import reviews_report, reviews_score
from goodword.jobs.reviews_read import Reviews
from goodword.jobs.reviews_score import Scored
from goodword.opinions import points, taxonomy
from goodword.opinions.base import Mention, Opinion, Polarity, Sentiment
from goodword.server.work.hand import Hand
from goodword.store.tasks import Body
from goodword.types import Lang

KIND, ROLE, SCOPE = "review-report", "writer", "reviews"
_READ = TypeAdapter(
    list[tuple[Sentiment, tuple[Mention, ...], tuple[points.Found, ...], tuple[Polarity, float] | None]]
)
_LANGS: tuple[Lang, ...] = ("en", "zh")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Keeping(reviews_score.Scorer):
    """A scorer that keeps what it has read, batch by batch in the order of the file."""

    hand: Hand
    batch: "count[int]" = field(default_factory=count)

    def score(self, opinions: Sequence[Opinion]) -> list[Scored]:
        """What was kept of the batch, or what is read now."""
        part = next(self.batch)
        if body := self.hand.kept(part):
            rows = _READ.validate_json(zlib.decompress(body))
            return [Scored(o, *row) for o, row in zip(opinions, rows, strict=True)]
        scored = reviews_score.Scorer.score(self, opinions)
        rows = [(s.sentiment, s.mentions, s.points, s.asked) for s in scored]
        self.hand.keep_part(part, zlib.compress(_READ.dump_json(rows)))
        return scored


def run(hand: Hand) -> Body:
    """Read and report, each review scored once.

    What a batch of reviews was read as is kept, for the second language as for an attempt that goes on after a stop:
    models take nine tenths of the time. A report an earlier attempt has told is not made again.
    """
    asked = hand.task.request
    path = hand.files[0]
    first: Lang = "zh" if asked.get("lang") == "zh" else "en"
    told = {str(r["lang"]): r["report"] for r in hand.results()}
    done = [0]
    rows = asked.get("rows")
    total = 2 * len(_LANGS) * rows if isinstance(rows, int) else None

    def advance(stage: str, some: int) -> None:
        done[0] += some
        hand.progress(done[0], total)

    for lang in sorted(_LANGS, key=lambda n: n != first):
        if lang in told:
            continue
        scorer = _Keeping(taxonomy=taxonomy.load(None), hand=hand)
        counted = reviews_report.report(Reviews(path), scorer, lang, advance=advance)
        counted["source"]["file"] = str(asked.get("name") or path.name)
        with hand.goodword.store.begin() as conn:
            report = reviews_report.with_digest(conn, counted, lang, producer=hand.goodword.settings.producer,
                                                actor=hand.actor)  # fmt: skip
        told[lang] = report
        hand.result({"lang": lang, "report": report})
        hand.flush()
    top = told[first]["overview"]
    return {"name": asked.get("name"), "sha256": told[first]["source"]["sha256"], "reviews": top["reviews"],
            "counted": top["counted"], "suspicious": top["suspicious"], "products": top["products"],
            "content": top["content"]}  # fmt: skip
