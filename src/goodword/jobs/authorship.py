"""Whether a person's text still holds words of a machine, so that its AI label must stay.

Nobody may take the label off generated text (标识办法 art. 10); a label on what a person wrote would be untrue. So a
text is a person's own only where no stretch of the generated text is left in it, beyond what every text must say:
warnings that stay word for word, and values as the shop wrote them. In doubt the label stays.
"""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Final

from goodword.types import Draft, Fact, Lang, MadeBy

PERSON: Final = "person"
_STRETCH: Final[dict[Lang, int]] = {"en": 4, "zh": 6}  # words, or characters of Chinese, in a row
_SHARE = 0.6  # of a text's words, in order, that stand in the generated one too: still the same text, touched up
_TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W_]+")


def written_by(old: Draft, text: str, facts: Iterable[Fact], kept: Iterable[str] = ()) -> MadeBy:
    """Who a text in the place of `old` is by: a person alone, or the machine with a person's changes.

    Args:
        facts: of the product; their values are the shop's words, not the machine's.
        kept: sentences that had to stay word for word.
    """
    was = old.made_by
    if was.backend == PERSON:
        return MadeBy(backend=PERSON, note="edited")
    if holds(old.text, text, old.lang, [*(f.text for f in facts), *kept]):
        return MadeBy(backend=was.backend, model=was.model, prompt_sha256=was.prompt_sha256, edited=True,
                      note="edited by a person")  # fmt: skip
    return MadeBy(backend=PERSON, note=f"written anew, first written by {was.backend}")


def holds(generated: str, text: str, lang: Lang, said: Iterable[str]) -> bool:
    """Whether a stretch of the generated words is left in a text.

    Args:
        said: words that are nobody's: values of facts, warnings.
    """
    old, new = _tokens(generated), _tokens(text)
    if not old or not new:
        return False
    size = min(_STRETCH[lang], len(new))
    known = {word for words in said for word in _tokens(words)}
    common = set(_runs(new, size)) & set(_runs(old, size))
    if any(sum(word not in known for word in run) >= size // 2 for run in common):
        return True
    own = [word for word in new if word not in known]
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    same = sum(word not in known for block in blocks for word in new[block.b : block.b + block.size])
    return len(own) >= size == _STRETCH[lang] and same / len(own) >= _SHARE


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.lower())


def _runs(tokens: Sequence[str], size: int) -> list[tuple[str, ...]]:
    return [tuple(tokens[n : n + size]) for n in range(len(tokens) - size + 1)]
