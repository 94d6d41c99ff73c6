"""Does the guard still say the same? Its rulings over a large set of texts, kept, and compared with those of new code.

    python -m benchmarks.quality.guard_same --keep FILE [--part rules|law|personal|whole|composed ...] [--share 1.0]
    python -m benchmarks.quality.guard_same --compare FILE [...]

For work that must make the guard faster and nothing else: keep the rulings of the code before, change it, compare.
Every verdict (span, kind, stance, evidence, reason) and every finding (span, rule, severity) must be the same.

rules     typed grounding without the model: every sentence of `scripts/grounding`, the tests and the paraphrase sets
law       every example of every pack in its market, the labelled sentences of advertising law in all four, plain copy
personal  the labelled texts of personal data, of harm and of orders, Chinese products, and copy
whole     all checks with the models: copy of 120 words, and single sentences of the same
composed  what the composer says of the sample shop, all checks, sentence marks given

Texts of sets that are only ever counted are neither kept nor shown: of them a digest of the ruling alone is compared.
"""

import argparse
import gzip
import json
import random
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, cast, get_args

from benchmarks.quality import guard_paraphrases
from benchmarks.quality.guard_swaps import texts as composed_texts
from benchmarks.speed.guard import HOME, LANGS, RULES, matters
from goodword.catalogue.facts import facts_from_pairs
from goodword.guard import meaning
from goodword.guard.base import Matter
from goodword.guard.law import packs
from goodword.guard.review import CHECKS, review
from goodword.types import Lang, Market, Ruling

ROOT = Path(__file__).parents[2]
DATA = ROOT / "benchmarks/data"
SEED = 2026
OPEN_FILES = ("personal", "harm", "injection")  # of each the first set, which was worked with


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A text with the checks it passes; `hidden` where nobody may read it."""

    id: str
    matter: Matter
    checks: Sequence[str] = RULES
    hidden: bool = False


def rules() -> Iterator[Case]:
    """Sentences against the facts of their product, by the exact rules."""
    for lang in LANGS:
        for path in sorted((ROOT / "scripts/grounding").glob(f"{lang}_[0-9].toml")):
            for n, row in enumerate(tomllib.loads(path.read_text("utf-8"))["product"]):
                facts = facts_from_pairs(row["facts"], lang=lang)
                told = [*row.get("clean", ()), *(w[1] for w in row.get("wrong", ())), *row.get("invented", ())]
                for k, text in enumerate(told):
                    yield _case(f"{path.stem}/{n}/{k}", text, lang, facts=facts)
        tests = tomllib.loads((ROOT / "tests/guard/data/grounding.toml").read_text("utf-8"))[lang]
        for kind, told in tests.items():
            for k, text in enumerate(told if isinstance(told, list) else ()):
                if isinstance(text, str):
                    yield _case(f"tests/{kind}/{k}", text, lang, facts=facts_from_pairs(tests["facts"], lang=lang))
        for row in guard_paraphrases.products(lang):
            hidden, facts = row["half"] not in guard_paraphrases.OPEN, facts_from_pairs(row["facts"], lang=lang)
            told = [*row["clean"], *(s[1] for s in row["swaps"]), *row.get("invented", ())]
            digest = sha256(json.dumps(row["facts"], sort_keys=True).encode()).hexdigest()[:8]
            for k, text in enumerate(told):
                yield _case(f"paraphrases/{lang}/{row['half']}/{digest}/{k}", text, lang, facts=facts, hidden=hidden)


def law() -> Iterator[Case]:
    """What laws speak of, and copy."""
    for market in get_args(Market):
        for rule in packs.load(market).rules:
            for kind, told in (("fires", rule.fires), ("silent", rule.silent)):
                for lang, examples in told.items():
                    for k, e in enumerate(examples):
                        facts = None if e.facts is None else facts_from_pairs(dict(e.facts), lang=lang)  # type: ignore[arg-type]
                        yield _case(f"{rule.id}/{kind}/{lang}/{k}", e.text, lang, market=market, facts=facts,
                                    product_class=e.product_class, checks=("form", "ad_law"))  # fmt: skip
        for lang in LANGS:
            for line in (DATA / f"ad_law_{lang}.jsonl").read_text("utf-8").splitlines():
                row = json.loads(line)
                facts = None if row["facts"] is None else facts_from_pairs(row["facts"], lang=lang)
                yield _case(f"{market}/{row['id']}", row["text"], lang, market=market, facts=facts, checks=("ad_law",),
                            product_class=row["product_class"], hidden=row["split"] != "dev")  # fmt: skip
            for k, matter in enumerate(matters(lang, 60)):
                yield Case(id=f"{market}/copy/{lang}/{k}", checks=("ad_law",),
                           matter=replace(matter, market=market, facts=None))  # fmt: skip


def personal() -> Iterator[Case]:
    """Texts of customers and of shops."""
    for lang in LANGS:
        for name in OPEN_FILES:
            for n, line in enumerate((DATA / f"{name}_{lang}.jsonl").read_text("utf-8").splitlines()):
                yield _case(f"{name}/{lang}/{n}", json.loads(line)["text"], lang, checks=("personal", "form", "ad_law"))
        for k, matter in enumerate(matters(lang, 75)):
            yield Case(id=f"copy/{lang}/{k}", checks=("personal",), matter=replace(matter, facts=None))
    for n, line in enumerate((DATA / "zh_products.jsonl").read_text("utf-8").splitlines()):
        text = "；".join(f"{k}：{v}" for k, v in json.loads(line).items() if k != "sku")
        yield _case(f"products/{n}", text, "zh", checks=("personal", "ad_law"))


def whole() -> Iterator[Case]:
    """Everything, models included."""
    for lang in LANGS:
        for k, matter in enumerate(matters(lang, 75)):
            yield Case(id=f"copy/{lang}/{k}", matter=matter, checks=CHECKS)
    for n, case in enumerate(rules()):
        if n % 12 == 0:
            yield replace(case, checks=CHECKS)


def composed() -> Iterator[Case]:
    """The composer's own texts."""
    for n, told in enumerate(composed_texts()):
        lang, facts = told.draft.lang, tuple(told.product.facts)
        matter = Matter(text=told.draft.text, lang=lang, market=HOME[lang], facts=facts,
                        product_class=told.product.product_class, sentences=told.draft.sentences)  # fmt: skip
        yield Case(id=f"composed/{lang}/{n}", matter=matter, checks=CHECKS)


PARTS = {"rules": rules, "law": law, "personal": personal, "whole": whole, "composed": composed}


def _case(
    name: str, text: str, lang: Lang, *, checks: Sequence[str] = RULES, hidden: bool = False, **more: Any
) -> Case:
    matter = Matter(**{"text": text, "lang": lang, "market": HOME[lang], **more})
    return Case(id=name, matter=matter, checks=checks, hidden=hidden)


def said(ruling: Ruling) -> list[Any]:
    """A ruling as plain data, without times; how sure a model was to three places, apart from the rest."""
    verdicts = [
        [v.claim.start, v.claim.end, v.claim.kind, v.stance, v.reason,
         [[e.ref, e.quote, e.start, e.end] for e in v.evidence]]
        for v in ruling.verdicts
    ]  # fmt: skip
    findings = [[f.start, f.end, f.rule, f.severity] for f in ruling.findings]
    errors = [f"{c.name}: {c.error}" for c in ruling.checks if c.error]
    return [ruling.outcome, verdicts, findings, errors, [round(v.confidence, 3) for v in ruling.verdicts]]


def ruled(part: str, share: float) -> Iterator[tuple[str, Case, list[Any]]]:
    """Every case of a part with a name of its own and what the guard says."""
    rng, kept = random.Random(SEED), meaning.settle
    if part == "rules":
        meaning.settle = lambda _matter, _facts, verdicts: list(verdicts)
    try:
        for n, case in enumerate(PARTS[part](), 1):
            if rng.random() < share:
                yield f"{part}/{case.id}/{n}", case, said(review(case.matter, checks=case.checks, budget_ms=600_000))
    finally:
        meaning.settle = kept


def digest(told: Sequence[Any]) -> str:
    """What stands for a ruling on a text nobody reads; how sure the model was is no part of it."""
    return sha256(json.dumps(told[:4], ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()[:20]


def keep(parts: Sequence[str], path: Path, share: float) -> None:
    """Write the rulings of this code."""
    with gzip.open(path, "wt", encoding="utf-8") as out:
        for part in parts:
            n = 0
            for name, case, told in ruled(part, share):
                n += 1
                out.write(json.dumps([name, digest(told) if case.hidden else told]) + "\n")
            print(part, n, "texts", flush=True)


def compare(parts: Sequence[str], path: Path, share: float, shown: int) -> int:
    """How many rulings are others than those kept."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        known = dict(cast("list[list[tuple[str, Any]]]", map(json.loads, lines)))
    others = 0
    for part in parts:
        same = drift = differ = 0
        for name, case, told in ruled(part, share):
            before = known.get(name)
            now: Any = digest(told) if case.hidden else json.loads(json.dumps(told))
            if case.hidden or before is None or before[:4] != now[:4]:
                if before == now:
                    same += 1
                    continue
                differ += 1
                if differ <= shown and not case.hidden:
                    _show(case, before, now)
                continue
            same, drift = same + 1, max(drift, *(abs(a - b) for a, b in zip(before[4], now[4], strict=True)), 0)
        print(f"{part}: {same} the same, {differ} other; certainty moved by at most {drift:.3f}", flush=True)
        others += differ
    return others


def _show(case: Case, before: Any, now: Any) -> None:
    print(case.id, case.matter.lang, repr(case.matter.text[:300]))
    for name, a, b in zip(("outcome", "verdicts", "findings", "errors"), before or [None] * 4, now, strict=False):
        if a != b:
            print("  ", name, "before", [x for x in a if x not in b] if isinstance(a, list) else a,
                  "now", [x for x in b if x not in (a or ())] if isinstance(b, list) else b)  # fmt: skip


def main() -> int:
    """Keep or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--keep", type=Path)
    what.add_argument("--compare", type=Path)
    parser.add_argument("--part", choices=tuple(PARTS), action="append")
    parser.add_argument("--share", type=float, default=1.0, help="of the texts, drawn by a seed; the same for both")
    parser.add_argument("--show", type=int, default=10, help="differences shown of each part")
    given = parser.parse_args()
    parts = given.part or list(PARTS)
    if given.keep:
        keep(parts, given.keep, given.share)
        return 0
    return 1 if compare(parts, given.compare, given.share, given.show) else 0


if __name__ == "__main__":
    sys.exit(main())
