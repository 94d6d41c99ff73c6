"""Who the asker says they are, left out of what the model of orders weighs: a name or an origin is no order.

Measured before this was so: the same question about prices was taken for an order from one name and not from another.
Rules still read the whole text, and a sentence that claims an office ('I am the manager') is kept. Data:
data/untrusted/asker.toml.
"""

import re
from functools import cache
from importlib.resources import files
from tomllib import loads


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    table = loads(files("goodword.data").joinpath("untrusted/asker.toml").read_text("utf-8"))
    says, office = (f"{table[name]['en']}|{table[name]['zh']}" for name in ("says", "office"))
    return re.compile(says, re.IGNORECASE), re.compile(office, re.IGNORECASE)


def left_out(text: str) -> str:
    """The text with such sentences blanked, letter for letter, so that spans hold; whole where nothing else is left."""
    says, office = _patterns()
    out = says.sub(lambda m: m.group() if office.search(m.group()) else " " * len(m.group()), text)
    return out if out.strip() else text
