"""Which language a text is in, told by script: Goodword speaks English and Chinese."""

import re

from goodword.types import Lang

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_OTHER = re.compile(r"[\u0400-\u04ff\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u3040-\u30ff\uac00-\ud7af]")


def detect(text: str) -> Lang:
    """Chinese if at least one Han character stands for every two Latin words, else English."""
    han = len(_HAN.findall(text))
    return "zh" if han and han * 2 >= len(_LATIN_WORD.findall(text)) else "en"


def is_mostly(text: str, lang: Lang) -> bool:
    """Whether running text is written in `lang`; brand and model names of the other script are allowed.

    Kana, Hangul, Cyrillic and other scripts count against both languages.
    """
    han, latin = len(_HAN.findall(text)), len(_LATIN_WORD.findall(text))
    if len(_OTHER.findall(text)) > 2:
        return False
    if lang == "zh":
        return han >= 2 * latin or (han > 0 and latin == 0)
    return latin > 0 and han <= latin
