"""Masked spelling put right: joined, starred, spaced, leet, misspelt, homophones, pinyin.

A masked reading is evidence only where a frame or the model fires in it: 葫芦 alone is a gourd.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from goodword.guard.untrusted.reading import Reading, edited, table

_HAN = r"[\u4e00-\u9fff]"
_BETWEEN_HAN = re.compile(rf"(?<={_HAN})[ \t*·•×|/~_^+#.\-]{{1,2}}(?={_HAN})")
_SPACED = re.compile(r"(?<![a-z0-9])(?:[a-z0-9@$!|][ .·*_\-/|]{1,6}){6,400}[a-z0-9@$!|](?![a-z0-9])")
_STARRED = re.compile(r"(?<=[a-z])[*·•_|~](?=[a-z])")
_WORD = re.compile(r"(?=[a-z0-9@$!|]{0,23}[a-z])[a-z0-9@$!|]{3,24}")
_LATIN = re.compile(r"(?<![a-z])[a-zü]{4,24}(?![a-z])")
_PINYIN = re.compile(r"[a-zü]{2,10}")
_TONES = re.compile("[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]")
_BOTH = {"ü": "v", "v": "v"}


def readings(read: Reading) -> Iterator[Reading]:
    """What a plain reading may mean instead; none where nothing is masked."""
    for change, how in ((_joined, "joined"), (_leet, "leet"), (_misspelt, "misspelt"), (_homophones, "homophone"),
                        (_pinyin, "pinyin")):  # fmt: skip
        edits = change(read.text)
        if not edits:
            continue
        out = edited(read, edits, how=how)
        if how == "leet" and (more := _misspelt(out.text)):
            out = edited(out, more, how=how)
        yield out


def _joined(text: str) -> list[tuple[int, int, str]]:
    edits = [(*m.span(), "") for m in _BETWEEN_HAN.finditer(text)] if not text.isascii() else []
    if len(edits) < 3:
        edits = [e for e in edits if text[e[0] : e[1]].strip("*") == ""]  # one star is enough to hide a word
    for m in _SPACED.finditer(text):
        words = re.split(r"[ ]{2,}|\s[·/|]\s", m.group())
        edits.append((*m.span(), " ".join(re.sub(r"[ .·*_\-/|]", "", w) for w in words)))
    starred = [(*m.span(), "") for m in _STARRED.finditer(text)]
    return sorted(edits + (starred if len(starred) > 3 else []))


@cache
def _leet_table() -> dict[str, str]:
    rows = table("masks")["leet"]
    return dict(zip(rows["from"], rows["to"], strict=True))


def _leet(text: str) -> list[tuple[int, int, str]]:
    edits = []
    letters = _leet_table()
    for m in _WORD.finditer(text):
        word = m.group().rstrip("!|$")
        digits = sum(c in letters for c in word)
        if digits and len(word) - digits >= digits // 2 and word[:1] and not word[0:2].isdigit():
            new = "".join(letters.get(c, c) for c in word)
            # 1 stands for i as well as for l: i wins beside n and g, as in 1gnore and 1nstruct10ns.
            new = re.sub(r"^l(?=[gn])|(?<=t)l(?=o)", "i", new) if "1" in word else new
            edits.append((m.start(), m.start() + len(word), new))
    return edits if len(edits) > 1 else []


@cache
def _keys() -> tuple[dict[str, str], dict[str, str]]:
    """Key words by shuffled middle, and by what is left with one letter out."""
    words = table("masks")["english"]["words"].split()
    shuffled = {_shuffle(w): w for w in words}
    shorter = {w[:i] + w[i + 1 :]: w for w in words if len(w) > 6 for i in range(len(w))}
    return shuffled, {**shorter, **{w: w for w in words}}


def _shuffle(word: str) -> str:
    return word[0] + "".join(sorted(word[1:-1])) + word[-1]


def _misspelt(text: str) -> list[tuple[int, int, str]]:
    shuffled, shorter = _keys()
    known = set(shuffled.values())
    edits = []
    for m in _LATIN.finditer(text):
        word = m.group()
        if word in known or word.removesuffix("s") in known or word[-2:] == "ed":
            continue
        right = shuffled.get(_shuffle(word)) or shorter.get(word)
        if not right and len(word) > 6:
            right = next((shorter[s] for i in range(len(word)) if (s := word[:i] + word[i + 1 :]) in shorter), None)
        if right and right != word:
            edits.append((*m.span(), right))
    return edits


@cache
def _sounds() -> tuple[re.Pattern[str], dict[str, str]]:
    """Words in which at least one character is a homophone, and a map from the characters to the right ones."""
    rows = table("masks")["homophone"]
    names, parts = {}, []
    for n, word in enumerate(rows["words"]):
        parts.append(f"(?P<w{n}>" + "".join(f"[{c}{rows[c]}]" for c in word) + ")")
        names[f"w{n}"] = word
    return re.compile("|".join(parts)), names


def _homophones(text: str) -> list[tuple[int, int, str]]:
    if text.isascii():
        return []
    pattern, names = _sounds()
    return [
        (*m.span(), names[m.lastgroup or ""]) for m in pattern.finditer(text) if m.group() != names[m.lastgroup or ""]
    ]


def _pinyin(text: str) -> list[tuple[int, int, str]]:
    """Runs of syllables that spell words of instructions; at least two different ones, or nothing."""
    words: dict[str, str] = table("masks")["pinyin"]
    toneless = "".join(unicodedata.normalize("NFD", c)[0] if _TONES.match(c) else c for c in text)
    tokens = [(m.start(), m.end(), m.group().replace("ü", "v")) for m in _PINYIN.finditer(toneless)]
    edits: list[tuple[int, int, str]] = []
    i, last = 0, -9
    while i < len(tokens):
        for size in (3, 2, 1):
            run = tokens[i : i + size]
            name = "".join(t[2] for t in run)
            gap = run[-1][1] - run[0][0] - len(name)
            if len(run) == size and name in words and gap <= 2 * size:
                start = run[0][0]
                if edits and last == i and text[edits[-1][1] : start].isspace():
                    start = edits[-1][1]  # the space between two words of one run goes
                edits.append((start, run[-1][1], words[name]))
                i += size
                last = i
                break
        else:
            i += 1
    told = {new for _, _, new in edits if len(new) > 1}
    return edits if len(told) > 1 else []
