"""A sentence that was sent back, asked for once more with the facts and the finding in hand."""

from collections.abc import Iterator
from dataclasses import dataclass

from goodword.errors import BackendError
from goodword.jobs.proxying.judging import Judge
from goodword.llm import prompts
from goodword.llm.relay import Relay
from goodword.types import Ruling

MOST = 3  # sentences of one answer that are asked for again
_SHOWN = 40  # facts a model is shown


@dataclass(slots=True)
class Mender:
    """Mends sentences of one answer. What it gives back is judged by the caller like everything else."""

    relay: Relay
    model: str
    judge: Judge
    asked: int = 0

    def mend(self, sentence: str, ruling: Ruling) -> str:
        """The sentence in lawful words; '' where there is none."""
        rests = self._rests()
        if self.asked >= MOST or not rests:
            return ""
        self.asked += 1
        lang = self.judge.lang_of(sentence)
        why = "; ".join(dict.fromkeys(f.advice for f in ruling.findings if f.severity != "warn"))[:600]
        filled = prompts.load("mend", lang).fill(facts="\n".join(rests), sentence=sentence.strip(), finding=why)
        messages = [{"role": m.role, "content": m.content} for m in filled]
        body = {"model": self.model, "messages": messages, "temperature": 0, "max_tokens": 200}
        try:
            said = "".join(h.text for h in self.relay.stream(body)).strip()
        except BackendError:
            return ""
        return "" if said in {"", "-", "—", "－"} else sentence[: len(sentence) - len(sentence.lstrip())] + said

    def _rests(self) -> list[str]:
        return list(self._listed())

    def _listed(self) -> Iterator[str]:
        for fact in (self.judge.facts or ())[:_SHOWN]:
            yield f"{fact.name}: {fact.text}"
        for passage in self.judge.evidence.passages[:_SHOWN]:
            yield passage.text
