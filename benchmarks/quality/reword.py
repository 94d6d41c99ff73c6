"""What a language model does to composed texts, and what of it the verifier lets stand.

    python -m benchmarks.quality.reword [--model local] [--limit 40] [--repair] [--dump FILE]

Describes products of the sample shop (interleaved by class) and of the 200 Chinese products with the composer and
then with the model; reports texts and sentences reworded, why others were sent back, seconds, tokens and cost for a
text, and what the guard said. Writes benchmarks/results/reword_<model>.json. `--dump` writes plain and reworded texts
side by side for reading.
"""

import argparse
import json
import re
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from benchmarks.quality.describe_real import chinese
from goodword import Goodword
from goodword.cli.options import model_of
from goodword.jobs.describe import Described
from goodword.types import Lang, Product

HERE = Path(__file__).parents[1]


def main() -> None:
    """Run and write the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="local")
    parser.add_argument("--limit", type=int, default=40, help="products of each set")
    parser.add_argument("--repair", action="store_true")
    parser.add_argument("--dump", type=Path)
    given = parser.parse_args()
    model = {**(model_of(given.model) or {}), "repair": given.repair}
    with Goodword(store=f"{tempfile.mkdtemp()}/r.db") as goodword:
        shop = interleaved(list(goodword.products(str(files("goodword.data").joinpath("shop/products.csv")))))
    sets: dict[str, tuple[tuple[Lang, ...], Sequence[Product]]] = {
        "sample shop": (("en", "zh"), shop[: given.limit]),
        "zh-200": (("zh",), list(chinese(HERE / "data" / "zh_products.jsonl"))[:: max(1, 200 // given.limit)]),
    }
    figures: dict[str, object] = {}
    for name, (langs, products) in sets.items():
        plain, _ = run(products, langs, {"backend": "composer"})
        worded, seconds = run(products, langs, model)
        for lang in langs:
            figures[f"{name}, {lang}"] = measure([r for r in worded if r.draft.lang == lang], seconds / len(worded))
        if given.dump:
            dump(plain, worded, given.dump.with_stem(f"{given.dump.stem}-{name.replace(' ', '-')}"))
    out = HERE / "results" / f"reword_{given.model.split(':')[0]}{'_repair' if given.repair else ''}.json"
    out.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    print(json.dumps(figures, indent=1, ensure_ascii=False))


def interleaved(products: Sequence[Product]) -> list[Product]:
    """One product of each class, then the next of each."""
    seen: Counter[str] = Counter()
    turns = []
    for n, p in enumerate(products):
        seen[p.product_class] += 1
        turns.append((seen[p.product_class], n))
    return [products[n] for _, n in sorted(turns)]


def run(
    products: Sequence[Product], langs: tuple[Lang, ...], model: dict[str, object]
) -> tuple[list[Described], float]:
    """Describe; results and seconds."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Goodword(store=f"{folder}/r.db", langs=langs, model=model) as goodword,
    ):
        began = time.perf_counter()
        return list(goodword.describe(products)), time.perf_counter() - began


def measure(results: Sequence[Described], seconds: float) -> dict[str, object]:
    """Counts of one language."""
    made = [r.draft.made_by for r in results]
    whole = [m.reworded for m in made if m.backend != "composer"]
    of = [sum(not s.locked for s in r.draft.sentences) for r in results]
    back = Counter(
        re.split("sent back: |退回：", m.note)[-1].partition(":")[0].partition("：")[0]
        for m in made
        if ":" in m.note or "：" in m.note
    )
    back.pop("", None)
    return {
        "texts": len(results), "released": sum(r.outcome == "released" for r in results),
        "texts reworded in whole or part": sum(n > 0 for n in whole),
        "sentences reworded": sum(whole), "sentences": sum(of),
        "sent back for": dict(back.most_common()), "failures": sum(bool(r.failure) for r in results),
        "seconds a text": round(seconds, 2), "texts a minute": round(60 / seconds, 1),
        "tokens in": sum(m.tokens_in for m in made), "tokens out": sum(m.tokens_out for m in made),
        "cost": str(sum(m.cost for m in made)),
    }  # fmt: skip


def dump(plain: Sequence[Described], worded: Sequence[Described], out: Path) -> None:
    """Both texts of each product, for reading."""
    before = {(r.product.sku, r.draft.lang): r.draft.text for r in plain}
    with out.open("w", encoding="utf-8") as file:
        for r in worded:
            file.write(f"{r.product.sku} {r.draft.lang} | {r.draft.made_by.note}\n  plain: "
                       f"{before[r.product.sku, r.draft.lang]}\n  model: {r.draft.text}\n\n")  # fmt: skip


if __name__ == "__main__":
    main()
