"""Words in the other language say so: a screen reader then speaks them as what they are (WCAG 2.2, 3.1.2)."""

import re
from collections.abc import Mapping
from typing import Any

from jinja2 import pass_context
from markupsafe import Markup, escape

# A stretch of the other script with what stands inside it; Chinese is full of Latin names, so of those only sentences.
_HAN = re.compile(r"[\u3400-\u9fff](?:[\u3000-\u303f\u3400-\u9fff\uff00-\uffef\w\s·/×%-]*[\u3400-\u9fff。！？）》”])?")
_LATIN = re.compile(r"(?:[A-Za-z][\w’',;:()\-–]*[\s,;:.!?]+){4,}[A-Za-z][\w’'.!?)]*")
_MARKS = {"en": (_HAN, "zh-CN"), "zh": (_LATIN, "en")}


@pass_context
def marked(context: Mapping[str, Any], text: object) -> Markup:
    """A text, escaped, with each stretch in the language that is not the reader's in a `lang` of its own."""
    pattern, name = _MARKS[context["lang"]]
    said, out, at = str(text), Markup(""), 0
    for found in pattern.finditer(said):
        out += escape(said[at : found.start()]) + Markup('<span lang="{}">{}</span>').format(name, found[0])
        at = found.end()
    return out + escape(said[at:])
