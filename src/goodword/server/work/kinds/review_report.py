"""A report on all reviews of a file, in both languages; the one of whoever asked for it first."""

from goodword.jobs import reviews_report, reviews_score
from goodword.jobs.reviews_read import Reviews
from goodword.opinions import taxonomy
from goodword.server.work.hand import Hand
from goodword.store.tasks import Body
from goodword.types import Lang

KIND, ROLE, SCOPE = "review-report", "writer", "reviews"
_LANGS: tuple[Lang, ...] = ("en", "zh")


def run(hand: Hand) -> Body:
    """Read and report; a report an earlier attempt has told is not made again."""
    asked = hand.task.request
    path = hand.files[0]
    first: Lang = "zh" if asked.get("lang") == "zh" else "en"
    told = {str(r["lang"]): r["report"] for r in hand.results()}
    scorer = reviews_score.Scorer(taxonomy=taxonomy.load(None))
    done = [0]
    rows = asked.get("rows")
    total = 2 * len(_LANGS) * rows if isinstance(rows, int) else None

    def advance(stage: str, some: int) -> None:
        done[0] += some
        hand.progress(done[0], total)

    for lang in sorted(_LANGS, key=lambda n: n != first):
        if lang in told:
            continue
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
