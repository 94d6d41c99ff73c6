"""What a run writes for people: a model card in each language, and a page with the curves."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from goodword.models.bundle import Floats
from goodword.train.charts import Line, chart
from goodword.train.curves import precision_recall, roc
from goodword.train.recipe import Recipe
from goodword.train.tasks import Task
from goodword.types import Lang

LANGS: tuple[Lang, ...] = ("en", "zh")
_MOST_LINES = 6


@cache
def _environment() -> jinja2.Environment:
    # The cards are Markdown; the page asks for escaping itself.
    made = jinja2.Environment(autoescape=False, keep_trailing_newline=True, undefined=jinja2.StrictUndefined)  # noqa: S701
    made.filters["three"] = lambda v: f"{float(v):.3f}"
    made.filters["one"] = lambda v: f"{float(v):.1f}"
    return made


def cards(manifest: Mapping[str, Any], task: Task, recipe: Recipe) -> dict[str, str]:
    """File name → Markdown."""
    out = {}
    for lang in LANGS:
        text = files("goodword.data").joinpath(f"train/card.{lang}.md").read_text("utf-8")
        out[f"card.{lang}.md"] = _environment().from_string(text).render(
            m=manifest, s=manifest["data"]["split"], f=manifest["metrics"], c=manifest["cost"], date=_today(),
            title=task.title.get(lang, task.name), recipe_title=recipe.title.get(lang, recipe.name),
        )  # fmt: skip
    return out


def page(manifest: Mapping[str, Any], truth: NDArray[np.int64], chances: Floats, task: Task) -> str:
    """The report: one HTML file that needs no other."""
    text = files("goodword.data").joinpath("templates/model.html").read_text("utf-8")
    title = " · ".join(dict.fromkeys([task.title.get("en", task.name), task.title.get("zh", task.name)]))
    template = _environment().from_string("{% autoescape true %}" + text + "{% endautoescape %}")
    return template.render(m=manifest, f=manifest["metrics"], charts=charts(manifest, truth, chances), title=title,
                           date=_today())  # fmt: skip


def charts(manifest: Mapping[str, Any], truth: NDArray[np.int64], chances: Floats) -> list[dict[str, Any]]:
    """ROC, precision-recall, calibration, and the course of training where there was one."""
    labels: Sequence[str] = manifest["labels"]
    shown = [1] if len(labels) == 2 else list(range(len(labels)))[:_MOST_LINES]
    even = Line(name="honest 理想", points=[(0, 0), (1, 1)], dashed=True)
    bins = manifest["metrics"]["calibration"]
    sure = [(b["chance"], b["right"]) for b in bins]
    out = [
        _chart("ROC", [Line(name=labels[i], points=roc(truth == i, chances[:, i])) for i in shown],
               x="false alarms 误报率", y="recall 召回率", square=True),
        _chart("Precision and recall · 精确率与召回率",
               [Line(name=labels[i], points=precision_recall(truth == i, chances[:, i])) for i in shown],
               x="recall 召回率", y="precision 精确率", square=True),
        _chart("Calibration · 校准", [Line(name="model 模型", points=sure), even], x="probability said 给出的概率",
               y="share right 实际正确率", square=True),
    ]  # fmt: skip
    history = manifest["history"]
    for title, keys in (
        ("Loss · 损失", ("loss", "valid_loss")),
        ("Validation · 验证", ("valid_accuracy", "valid_macro_f1")),
    ):
        lines = [Line(name=k, points=[(h["epoch"], h[k]) for h in history if k in h]) for k in keys]
        if len(history) > 1:
            out.append(_chart(title, lines, x="epoch 轮", y=title.split(" · ")[0].lower()))
    return out


def _chart(title: str, lines: list[Line], *, x: str, y: str, square: bool = False) -> dict[str, Any]:
    svg = Markup(chart(title, lines, x=x, y=y, square=square))  # noqa: S704 - all words in it are escaped
    return {"title": title, "svg": svg, "names": [line.name for line in lines]}


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
