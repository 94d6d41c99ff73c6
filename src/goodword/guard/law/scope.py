"""What the words around a claim make of it: denied, asked, quoted as forbidden, or said in earnest."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from goodword.text import segment

_CLAUSE = re.compile(
    r"[,，;；:：。！？!?\n…—]|\.(?!\d)|\b(?:but|yet|although|while|whereas|instead)\b|但是?|而是|却|反而|不过|可是"
)
_DENIES_ZH = re.compile(
    r"(?:不(?:能|可|会|得|应|宜|用于|用来|具有|具备|是|作|做|为了|代表|保证|宣称|承诺|属于|构成|声称|敢|适用于|适合用于|建议|追求|算|等于|意味着|涉及)|并不|并非|绝非|从不|从未|没有(?!人|什么|第二|之一|一|任何|副)|没(?!有|人)|未(?!来|必)|禁止|严禁|切勿|请勿|不要|避免|无法|难以|拒绝|反对|无意)[^，。；！？]{0,8}$|(?:不|非|勿|别)[^，。；！？]{0,1}$|(?:无|零)$"
)
_NOT_ZH = re.compile(
    r"(?:不仅|不但|不只|不止|不光|无不|不得不|不愧|无论|不断|不一般|不可思议|不可或缺|不能错过|不要错过|不会错|没有比|无非|不是(?:吹|盖)|不是梦|没错|不错|不用|无需|不再|不必)[^，。]{0,8}$"
)
_DENIES_EN = re.compile(
    r"\b(?:not|never|cannot|can't|cant|won't|doesn't|don't|isn't|aren't|didn't|wasn't|neither|nor|without|hardly|avoid|forbid\w*|rather than|instead of|far from|no)\b(?:\s{1,3}[\w'’]+){0,5}\s{0,3}$"  # noqa: E501
)
_NOT_EN = re.compile(
    r"\b(?:not (?:only|just|merely|simply)|no (?:other|matter|doubt|wonder|one|longer|more|need|brand|question|side|risk)|don't (?:just|miss|wait|settle|let|take|need)|can't (?:wait|beat|go wrong)|why not|never (?:again|been|worry|have)|won't (?:find|believe|need)|not a single|without (?:equal|rival|peer|drugs|medication|risk|fail|doubt|prescription|surgery))\b[^,.;!?]*$"  # noqa: E501
)
_ANSWERED_NO = re.compile(
    r"[\s”\"'」]*(?:no\b|not\b|never\b|it (?:does|can|is)(?:n't| not)|sorry|不(?!用|信|止|妨)|没有|并非|抱歉|否|很遗憾)"
)
_ASKS = re.compile(r"(?:吗|么|呢)?[?？]|吗[。，]")
_META = re.compile(
    r"不得(?:使用|宣传|含有|出现|宣称|标注|声称)|(?:禁止|避免|不要|不可|不能|从不|绝不|不会|不宜|不应)(?:在[^，。]{0,8})?(?:使用|宣传|出现|宣称|说|写|声称|标注|承诺)|违禁词|禁用词|极限词|绝对化用语|等(?:用语|字样|词语|词汇|说法)"
    r"|(?:的|这类|这种|这样的|类)(?:用语|字样|词语|说法|宣传语)|看到[^，。]{0,20}(?:请|应)(?:告诉|举报|联系)|(?:谣言|谎称|骗局|虚假宣传|夸大)"
    r"|\b(?:the words?|wording|phrases? like|words like|claims? (?:like|such as)|(?:may|must|can|should|shall|do|will|would|could|did)(?:\s?not|n't) (?:\w+ )?(?:say|claim|state|advertise|promise|call|use the|tell|describe)|cannot (?:\w+ )?(?:say|claim|promise|state|call)|never (?:say|claim|call|promise|appears?)|not allowed to|forbid\w* (?:us )?(?:to|from)|(?:banned|forbidden|prohibited) (?:phrases?|words?|terms?|claims?)|misleading(?:ly)?|illegal to|if you (?:ever |still )?(?:read|see|hear|find)|report (?:any|sellers|us)|beware of|makes? no (?:\w+ )?claim|no claims?|does not claim|not intended to)\b"  # noqa: E501
)
_PRECAUTION = re.compile(
    r"咨询医|(?:先|请|要)问(?:问|过|一下)?医[生师]|遵医嘱|就医|医(?:生|师).{0,3}指导下|在医.{0,6}指导下|请?停止使用|过敏者|慎用|禁用|不适宜人群|(?:consult|ask|see|speak to|talk to)\s+(?:a|your|with your|with a)\s+(?:doctor|physician|gp|pharmacist|healthcare|vet)|seek medical|stop using|discontinue|if irritation"  # noqa: E501
)
_TITLES = re.compile(r"《[^《》\n]{1,60}》")


@dataclass(frozen=True)
class Scene:
    """A reading of a text with its sentences and clauses."""

    text: str

    @cached_property
    def contexts(self) -> dict[str, bool]:
        """Contexts looked for in the whole text, and whether they stand there."""
        return {}

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Spans of the sentences."""
        return segment.sentences(self.text)

    @cached_property
    def _starts(self) -> list[int]:
        return [a for a, _ in self.sentences]

    @cached_property
    def _titles(self) -> list[tuple[int, int]]:
        return [m.span() for m in _TITLES.finditer(self.text)] if "《" in self.text else []

    def sentence(self, at: int) -> tuple[int, int]:
        """The span of the sentence around a position, at most 600 characters each side."""
        n = bisect_right(self._starts, at) - 1
        start, end = self.sentences[n] if n >= 0 else (0, len(self.text))
        return max(start, at - 600), min(max(end, at + 1), at + 600)

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """The span of the clause around a span."""
        first, last = self.sentence(start)
        for mark in _CLAUSE.finditer(self.text, first, start):
            first = mark.end()
        after = _CLAUSE.search(self.text, end, max(end, last))
        return first, after.start() if after else max(end, last)

    def denied(self, start: int, end: int) -> bool:
        """Whether the words before a span deny what it says."""
        first, _ = self.clause(start, end)
        before = self.text[max(first, start - 60) : start]
        if not before:
            return False
        before = before.replace("-", " ")
        zh = _DENIES_ZH.search(before[-18:])
        en = _DENIES_EN.search(before)
        return bool((zh and not _NOT_ZH.search(before[-18:])) or (en and not _NOT_EN.search(before)))

    def asked_and_answered(self, start: int, end: int) -> bool:
        """Whether a span is asked and the answer is no."""
        mark = _ASKS.search(self.text, end, min(len(self.text), end + 80))
        if not mark or any(c in "。.!！;；" for c in self.text[end : mark.start()]):
            return False
        return bool(_ANSWERED_NO.match(self.text, mark.end()))

    def mentioned(self, start: int, end: int) -> bool:
        """Whether a span is talked about rather than said: forbidden words, a title, a precaution."""
        first, last = self.sentence(start)
        around = self.text[max(first, start - 120) : min(last, end + 60)]
        return bool(_META.search(around)) or any(a <= start and end <= b for a, b in self._titles)

    def precaution(self, start: int) -> bool:
        """Whether the sentence sends the reader to a doctor or warns him off."""
        first, last = self.sentence(start)
        return bool(_PRECAUTION.search(self.text[first:last]))
