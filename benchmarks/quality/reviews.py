"""Reviews: sentiment, aspects and suspicion against baselines and rivals on the same rows.

    python -m benchmarks.quality.reviews --data FOLDER

Sentiment: models fitted to four fifths of each language's sets by the linear recipe with the shipped options,
scored on the fifth whose hash says so (amazon: its own test part), beside a linear model fitted to each set alone with
the anchor's settings, VADER and SnowNLP. Aspects: each fifth by models of the other four, beside the window
models of the same anchor. Suspicion: campaigns injected into real reviews. Writes benchmarks/results/reviews.json.
"""

import argparse
import gzip
import hashlib
import importlib.util
import json
import random
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from goodword.opinions.authenticity import Watch, flag
from goodword.opinions.base import Opinion
from goodword.opinions.stats import share
from goodword.text.pieces import cut
from goodword.train import recipe
from goodword.train.base import Job
from goodword.train.corpus import Corpus
from goodword.types import Lang

HERE = Path(__file__).parents[1]
OUT = HERE / "results" / "reviews.json"
SEED = 2026
Row = tuple[str, bool, str]  # text, positive, set


def script(name: str) -> Any:
    """A module of scripts/."""
    sys.path.insert(0, str(HERE.parent / "scripts"))
    spec = importlib.util.find_spec(name)
    assert spec
    return importlib.import_module(name)


def reviews_of(data: Path, lang: Lang) -> list[Row]:
    """The training sets of a language, each text once."""
    seen: set[str] = set()
    out = []
    for text, label, name in script("train_reviews").rows(data, lang):
        plain = re.sub(r"\W+", "", text.lower())
        if plain and plain not in seen:
            seen.add(plain)
            out.append((text, label == "positive", name))
    return out


def aside(text: str) -> bool:
    """Whether a text is of the fifth kept aside."""
    plain = re.sub(r"\W+", "", text.lower())
    return int(hashlib.md5(plain.encode(), usedforsecurity=False).hexdigest(), 16) % 5 == 0


def scores(said: Sequence[bool], true: Sequence[bool]) -> dict[str, Any]:
    """Accuracy with its interval, macro-F1, rows."""
    a, b = np.array(said, bool), np.array(true, bool)
    f1 = [2 * ((a == k) & (b == k)).sum() / max(1, (a == k).sum() + (b == k).sum()) for k in (True, False)]
    hit = share(int((a == b).sum()), len(b))
    return {"accuracy": round(hit.value, 4), "interval": [round(hit.low, 4), round(hit.high, 4)],
            "macro_f1": round(float(np.mean(f1)), 4), "rows": len(b)}  # fmt: skip


def feelings(data: Path, lang: Lang) -> dict[str, Any]:
    """Ours, the baselines and the rival of a language."""
    rows = reviews_of(data, lang)
    test = {name: [r for r in rows if r[2] == name and aside(r[0])] for name in dict.fromkeys(r[2] for r in rows)}
    train = [r for r in rows if not aside(r[0])]
    if lang == "en":
        train = [r for r in rows if r[2] == "amazon" or not aside(r[0])]
        with gzip.open(data / "measure/amazon-polarity-10k/test.jsonl.gz", "rt", encoding="utf-8") as file:
            test["amazon"] = [(r["text"], r["label"] == "1", "amazon") for r in map(json.loads, file)]
    ours = _ours(train, lang)
    out: dict[str, Any] = {}
    for name, kept in test.items():
        texts, true = [r[0] for r in kept], [r[1] for r in kept]
        out[name] = {
            "ours": scores([bool(x) for x in ours(texts)], true),
            "linear of the set": scores(_linear([r for r in train if r[2] == name], texts, lang), true),
            **_rival(texts, true, lang),
        }  # fmt: skip
    return out


def _ours(train: Sequence[Row], lang: Lang) -> Callable[[Sequence[str]], Any]:
    chosen = recipe.load("linear").with_options(script("train_reviews").OPTIONS[lang])
    corpus = Corpus(texts=tuple(r[0] for r in train), rows=np.arange(len(train)),
                    labels=tuple("positive" if r[1] else "negative" for r in train))  # fmt: skip
    job = Job(train=corpus, valid=corpus.take(range(100)), labels=("negative", "positive"), options=chosen.options,
              seed=0, work=Path())  # fmt: skip
    model = chosen.open().fit(job).classifier
    return lambda texts: model.logits(texts).argmax(axis=1) == 1


def _linear(train: Sequence[Row], texts: Sequence[str], lang: Lang) -> list[bool]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    how: dict[str, Any] = {"sublinear_tf": True, "min_df": 2, "ngram_range": (1, 2)}
    how |= {"analyzer": "char"} if lang == "zh" else {"token_pattern": r"[a-z']+|[0-9]+|[!?]"}
    vectors = TfidfVectorizer(**how)
    model = LinearSVC(C=0.5, random_state=42).fit(vectors.fit_transform([r[0] for r in train]), [r[1] for r in train])
    return [bool(x) for x in model.predict(vectors.transform(texts))]


def _rival(texts: Sequence[str], true: Sequence[bool], lang: Lang) -> dict[str, Any]:
    try:
        if lang == "en":
            from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

            vader = SentimentIntensityAnalyzer()
            return {"vader": scores([vader.polarity_scores(t)["compound"] >= 0 for t in texts], true)}
        from snownlp import SnowNLP
    except ImportError:
        return {}
    picked = random.Random(SEED).sample(range(len(texts)), min(600, len(texts)))
    return {"snownlp": scores([SnowNLP(texts[i]).sentiments >= 0.5 for i in picked], [true[i] for i in picked])}


# ---------------------------------------------------------------- aspects


def aspects(data: Path, lang: Lang) -> dict[str, Any]:
    """Aspect given, polarity asked: every sentence once, by models fitted to the other four fifths.

    Ours is one model for all sets of the language; the baselines are fitted to each set alone.
    """
    from goodword.models import aspects_close, aspects_polarity

    polarity = script("train_polarity")
    rows, raw = polarity.rows(data, lang), _as_written(polarity, data, lang)
    true = np.array([aspects_polarity.LABELS.index(r[3]) for r in rows])
    fold = np.array([polarity.fold(r[0]) for r in rows])
    of = np.array([r[4] for r in rows])
    pools = aspects_close.pools(*polarity.asked(rows))
    names = ("ours", "ours, read closely", "window model, svc", "window model, lr")
    said = {name: np.zeros(len(rows), np.int64) for name in names}
    for k in range(polarity.FOLDS):
        first, kept = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        some = [rows[n] for n in first]
        model = polarity.fit(some, lang)
        close = polarity.fit_close(pools[first], some)
        logits = np.log(np.maximum(model.chances(*polarity.asked([rows[n] for n in kept])), 1e-12)) * model.temperature
        said["ours"][kept] = logits.argmax(axis=1)
        said["ours, read closely"][kept] = (logits + pools[kept] @ close.weights + close.bias).argmax(axis=1)
        for name in dict.fromkeys(of.tolist()):
            own, asked = first[of[first] == name], kept[of[kept] == name]
            told = _window([raw[n] for n in own], [raw[n] for n in asked], lang)
            for kind, labels in zip(names[2:], told, strict=True):
                said[kind][asked] = [aspects_polarity.LABELS.index(label) for label in labels]
    return {name: _compared(said, true, of == name, names) for name in dict.fromkeys(of.tolist())}


def _compared(said: Any, true: Any, own: Any, names: Sequence[str]) -> dict[str, Any]:
    """Figures of one set, and how each of ours does against the better baseline (paired, exact two-sided sign test)."""
    from scipy.stats import binomtest

    out: dict[str, Any] = {}
    right = {name: (said[name] == true)[own] for name in names}
    for name in names:
        hit = share(int(right[name].sum()), int(own.sum()))
        told, real = said[name][own], true[own]
        f1 = [2 * ((told == k) & (real == k)).sum() / ((told == k).sum() + (real == k).sum()) for k in np.unique(real)]
        out[name] = {"accuracy": round(hit.value, 4), "interval": [round(hit.low, 4), round(hit.high, 4)],
                     "macro_f1": round(float(np.mean(f1)), 4)}  # fmt: skip
    best = max(names[2:], key=lambda name: right[name].sum())
    for name in names[:2]:
        won, lost = int((right[name] & ~right[best]).sum()), int((~right[name] & right[best]).sum())
        out[name]["over the baseline"] = {"gain": round((won - lost) / int(own.sum()), 4),
                                          "p": round(float(binomtest(won, max(1, won + lost)).pvalue), 5)}  # fmt: skip
    return out | {"rows": int(own.sum())}


def _as_written(polarity: Any, data: Path, lang: Lang) -> list[Any]:
    """The same rows with the blanks between words that some Chinese sets come with, which their baseline lives on."""
    folder, out = data / "measure" / "recsys-absa", []
    for name in polarity.EN if lang == "en" else polarity.ZH:
        out += polarity.three_lines(next(folder.glob(f"{name}.train.txt*")), name, spaced=False)
    return out + (list(polarity.dialogues(data / "ship" / "diaasq-zh" / "train.json.gz")) if lang == "zh" else [])


def _window(train: Sequence[Any], kept: Sequence[Any], lang: Lang) -> list[list[str]]:
    """What the anchor's window models say: linear SVM and logistic regression with fixed settings."""
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    blanks = np.mean([r[0].count(" ") / max(1, len(r[0])) for r in train]) > 0.1

    def views(rows: Sequence[Any]) -> list[list[str]]:
        out: list[list[str]] = [[], [], [], []]
        for text, term, at, _, _ in rows:
            left, right = (part.lower().split() if blanks else list(part.lower().replace(" ", ""))
                           for part in (text[:at], text[at + len(term) :]))  # fmt: skip
            for n, part in enumerate(([*left, "_asp_", *right], left[-5:], right[:5], [term.lower()])):
                out[n].append(" ".join(part))
        return out

    made = [TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\S+", sublinear_tf=True) for _ in range(4)]
    fitted = hstack([v.fit_transform(x) for v, x in zip(made, views(train), strict=True)]).tocsr()
    asked = hstack([v.transform(x) for v, x in zip(made, views(kept), strict=True)]).tocsr()
    solvers = LinearSVC(C=0.3, random_state=42), LogisticRegression(C=4, max_iter=500, class_weight="balanced")
    return [s.fit(fitted, [r[3] for r in train]).predict(asked).tolist() for s in solvers]


# ---------------------------------------------------------------- suspicion


def campaigns(data: Path, lang: Lang) -> dict[str, Any]:
    """False alarms on real reviews with honest times and authors, and recall of four kinds of campaign."""
    draw = random.Random(SEED)
    texts = [(t, p) for t, p, name in reviews_of(data, lang) if name in {"clothing", "osc"} and 30 < len(t) < 600]
    draw.shuffle(texts)
    clean = [
        Opinion(id=f"c{n}", text=t, lang=lang, product=f"P{int(draw.paretovariate(1.0)) % 300}",
                author=f"a{draw.randrange(9000)}",
                day=738000 + draw.randrange(365), rating=float(draw.choice((4, 5, 5) if p else (1, 2))))
        for n, (t, p) in enumerate(texts[:6000])
    ]  # fmt: skip
    planted = {kind: list(make(texts, draw, lang)) for kind, make in _KINDS.items()}
    everything = clean + [o for found in planted.values() for o in found]
    draw.shuffle(everything)
    flagged = {everything[n].id for n, s in _watched(everything).items() if s.score >= flag()}
    alone = _watched(clean)
    alarms = [n for n, s in alone.items() if s.score >= flag()]
    return {
        "false alarms on clean reviews": _told(share(len(alarms), len(clean))),
        "false alarms beside the campaigns": _told(share(sum(o.id in flagged for o in clean), len(clean))),
        **{kind: _told(share(sum(o.id in flagged for o in found), len(found))) for kind, found in planted.items()},
    }


def _told(found: Any) -> dict[str, Any]:
    return {"count": found.count, "of": found.of, "share": round(found.value, 4),
            "interval": [round(found.low, 4), round(found.high, 4)]}  # fmt: skip


def _watched(opinions: Sequence[Opinion]) -> dict[int, Any]:
    from goodword.models import sentiment

    watch = Watch()
    for at in range(0, len(opinions), 1024):
        batch = opinions[at : at + 1024]
        chances = sentiment.content([o.text for o in batch], batch[0].lang)
        watch.add(batch, cut([o.text for o in batch]), chances.tolist())
    return watch.finish()


def _edited(text: str, draw: random.Random, lang: Lang) -> str:
    """One word or two in twelve dropped, doubled or moved."""
    parts = list(text) if lang == "zh" else text.split()
    for _ in range(max(1, len(parts) // 12)):
        at = draw.randrange(len(parts))
        if draw.random() < 0.5:
            parts.pop(at)
        else:
            parts.insert(at, parts[draw.randrange(len(parts))])
    return ("" if lang == "zh" else " ").join(parts)


def _copies(texts: Sequence[Any], draw: random.Random, lang: Lang) -> Any:
    """Twenty texts, ten edited copies of each, by others, within ten days."""
    for n in range(20):
        text = next(t for t, _ in draw.sample(texts, 200) if len(t) > (40 if lang == "zh" else 120))
        day = 738000 + draw.randrange(350)
        for k in range(10):
            yield Opinion(id=f"copy{n}.{k}", text=_edited(text, draw, lang), lang=lang,
                          product=f"P{draw.randrange(300)}",
                          author=f"x{n}.{k}", day=day + draw.randrange(10), rating=5.0)  # fmt: skip


def _crowds(texts: Sequence[Any], draw: random.Random, lang: Lang) -> Any:
    """Ten products get fifteen different glowing reviews in two days."""
    glowing = [t for t, p in texts[6000:] if p] or [t for t, p in texts if p]
    for n in range(10):
        day = 738000 + draw.randrange(350)
        for k in range(15):
            yield Opinion(id=f"crowd{n}.{k}", text=draw.choice(glowing) + f" {n}{k}", lang=lang, product=f"Q{n}",
                          author=f"y{n}.{k}", day=day + draw.randrange(2), rating=5.0)  # fmt: skip


def _sprees(texts: Sequence[Any], draw: random.Random, lang: Lang) -> Any:
    """Twenty authors praise six products each on one day."""
    glowing = [t for t, p in texts[6000:] if p] or [t for t, p in texts if p]
    for n in range(20):
        day = 738000 + draw.randrange(350)
        for k in range(6):
            yield Opinion(id=f"spree{n}.{k}", text=draw.choice(glowing), lang=lang, product=f"P{n * 7 + k}",
                          author=f"z{n}", day=day, rating=5.0)  # fmt: skip


def _paid(texts: Sequence[Any], draw: random.Random, lang: Lang) -> Any:
    """Real praise with a sentence that tells of the reward."""
    tells = {"en": ("I received this product for free in exchange for a good review.",
                    "Got a gift card for a 5 star review.",
                    "The seller offered a refund if I leave a five star review."),
             "zh": ("好评返现3元，截图发客服。", "五星好评截图领红包。", "为了返现来好评。")}[lang]  # fmt: skip
    for n in range(100):
        yield Opinion(id=f"paid{n}", text=f"{draw.choice(texts)[0]} {draw.choice(tells)}", lang=lang,
                      product=f"P{draw.randrange(300)}", author=f"w{n}",
                      day=738000 + draw.randrange(365), rating=5.0)  # fmt: skip


_KINDS = {"edited copies": _copies, "crowds": _crowds, "sprees": _sprees, "paid": _paid}


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", choices=("sentiment", "aspects", "suspicion"), action="append")
    given = parser.parse_args()
    parts = {"sentiment": feelings, "aspects": aspects, "suspicion": campaigns}
    figures: dict[str, Any] = json.loads(OUT.read_text("utf-8")) if OUT.is_file() else {}
    for name in given.only or parts:
        for lang in ("en", "zh"):
            figures[f"{name} {lang}"] = parts[name](given.data, lang)
            print(name, lang, json.dumps(figures[f"{name} {lang}"]), flush=True)
    OUT.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
