"""`/v1/reviews`: what customers say, review by review, or all of them in one report."""

from functools import cache
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile

from goodword.jobs import reviews_score
from goodword.jobs.reviews_cells import day_of
from goodword.opinions import taxonomy
from goodword.opinions.authenticity import Watch
from goodword.opinions.base import Opinion
from goodword.server import uploads, words
from goodword.server.access import Who, need
from goodword.server.api_route import ApiRoute
from goodword.server.shapes.common import Json
from goodword.server.shapes.tasks import TaskOut, accepted
from goodword.server.shapes.taste import ReviewIn, ReviewsIn, ReviewsOut
from goodword.server.work.kinds import review_report
from goodword.server.work.work import Work, work_of
from goodword.text.language import detect
from goodword.types import Lang

router = APIRouter(prefix="/v1/reviews", route_class=ApiRoute, tags=["reviews"])


@router.post("/score", response_model=None, responses={200: {"model": ReviewsOut}})
def score(request: Request, body: ReviewsIn, who: Annotated[Who, Depends(need("viewer", "reviews"))]) -> Json:
    """Sentiment, aspects with polarity, points, and suspicion with its reasons."""
    opinions = [_opinion(r, n) for n, r in enumerate(body.reviews, 1)]
    scored, seen = _scorer().score(opinions), Watch()
    reviews_score.watch(seen, scored)
    suspicions, talk = seen.finish(), words.lang_of(request)
    return Json({"items": [reviews_score.shape(s, suspicions.get(n), talk) for n, s in enumerate(scored)]})


@router.post("/report", response_model=None, status_code=202, responses={202: {"model": TaskOut}})
def report(
    request: Request, work: Annotated[Work, Depends(work_of)],
    who: Annotated[Who, Depends(need("writer", "reviews"))],
    file: Annotated[UploadFile, File(description="CSV, TSV, JSONL or Parquet of reviews")],
    lang: Annotated[Lang | None, Form(description="the one that comes first; nothing: the request's")] = None,
) -> Response:  # fmt: skip
    """A report on a file of reviews, as a task; its results are `{lang, report}`, in both languages."""
    spoken, name = lang or words.lang_of(request), uploads.name_of(file)
    asked = {"lang": spoken, "name": name}
    return accepted(work.take(review_report.KIND, asked, who.name, {name: uploads.stream_of(file)}))


@cache
def _scorer() -> reviews_score.Scorer:
    return reviews_score.Scorer(taxonomy=taxonomy.load(None))


def _opinion(review: ReviewIn, number: int) -> Opinion:
    text = "".join(c for c in review.text if not "\ud800" <= c <= "\udfff").replace("\0", " ")
    return Opinion(
        id=review.id or str(number), text=text, lang=review.lang or detect(text), product=review.product,
        author=review.author, day=day_of(review.time), rating=review.rating, aspect=review.aspect, row=number,
    )  # fmt: skip
