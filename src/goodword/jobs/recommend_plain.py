"""The main parameters of a recommender in plain words, filled from what is fitted and what the rules say.

Regulation (EU) 2022/2065 Art. 27; 互联网信息服务算法推荐管理规定 16-17; 电子商务法 18; 个人信息保护法 24.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from goodword.jobs.recommend import Fitted
from goodword.jobs.recommend_words import told
from goodword.types import Lang


def parameters(fitted: Fitted, lang: Lang) -> tuple[str, ...]:
    """The head line and one sentence for each thing that decides what is shown, in the order of their weight."""
    words: Mapping[str, str] = told()["parameters"][lang]
    rules = fitted.rules
    comma = "、" if lang == "zh" else ", "
    lines = [words["head"], words["events"].replace("{ranker}", str(fitted.card.get("ranker", ""))), words["prior"]]
    if named := comma.join(_rules(fitted, lang)):
        lines.append(words["rules"].replace("{rules}", named))
    lines.append(words["price"])
    if rules.sensitive.without_consent == "drop":
        lines.append(words["sensitive"])
    lines.append(words["minors"].replace("{adult}", str(rules.minors.adult)))
    payers = comma.join(dict.fromkeys(p.payer for p in rules.pin))
    lines.append(words["paid"].replace("{paid}", payers) if payers else words["unpaid"])
    return (*lines, words["off"])


def _rules(fitted: Fitted, lang: Lang) -> Iterator[str]:
    rules = fitted.rules
    names: Mapping[str, Any] = told()["parameters"]["rule_names"]
    on = {
        "stock": rules.stock.on, "owned": rules.owned.on,
        "exclude": bool(rules.exclude.skus or rules.exclude.categories or rules.exclude.sellers),
        "caps": bool(rules.caps.category or rules.caps.seller),
        "variety": rules.variety.method != "none" and rules.variety.weight > 0,
        "price": rules.price.low is not None or rules.price.high is not None, "age": True,
    }  # fmt: skip
    yield from (str(names[name][lang]) for name, yes in on.items() if yes)
    if rules.exposure:
        comma = "、" if lang == "zh" else ", "
        yield str(names["exposure"][lang]).replace("{names}", comma.join(r.name for r in rules.exposure))
