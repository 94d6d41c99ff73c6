"""What is kept of a completion: through the release door where it is vouched for, into the ledger in any case.

Texts are kept with pseudonyms, so the ledger holds no personal data of the caller's messages.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from goodword.errors import InputError
from goodword.jobs import label, release
from goodword.jobs.proxying.nouns import Fate, Policy, ToolCall
from goodword.store import ledger
from goodword.store.engine import Store
from goodword.types import Draft, Mark, Ruling

_DRAFT, _RULING = TypeAdapter(Draft), TypeAdapter(Ruling)


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """Where a completion is kept, and its label."""

    fate: Fate
    position: int
    mark: Mark | None = None
    statement: str = ""
    desk: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorder:
    """Keeps the completions of one caller."""

    store: Store
    producer: str
    actor: str

    def opened(self, subject: str, policy: Policy, prompt_sha256: str) -> int:
        """That a stream begins: should it be cut off by a crash, the ledger still shows that there was one."""
        body: dict[str, object] = {"policy": policy, "prompt_sha256": prompt_sha256}
        with self.store.begin() as conn:
            return ledger.append(conn, "proxy.opened", subject, body, self.actor).position

    def released(self, draft: Draft, ruling: Ruling) -> Recorded:
        """A text that leaves with the guard's word for it."""
        if ruling.outcome != "released":
            raise InputError("only what the guard releases leaves in its name")
        return self._through_the_door(draft, ruling)

    def stopped(self, draft: Draft, ruling: Ruling, *, hold: bool) -> Recorded:
        """A text of which nothing leaves: refused, or held for a person where the policy and the ruling say so."""
        outcome = ruling.outcome if hold and ruling.outcome != "released" else "refused"
        return self._through_the_door(draft, replace(ruling, outcome=outcome))

    def annotated(self, draft: Draft, ruling: Ruling) -> Recorded:
        """A text that leaves with notes, vouched for by nobody: no statement."""
        body: dict[str, object] = {
            "draft": _DRAFT.dump_python(draft, mode="json"), "ruling": _RULING.dump_python(ruling, mode="json"),
        }  # fmt: skip
        with self.store.begin() as conn:
            entry = ledger.append(conn, "annotated", subject_of(draft), body, self.actor)
        mark = label.mark(draft, producer=self.producer, produce_id=f"{subject_of(draft)}/{entry.position}")
        return Recorded(fate="annotated", position=entry.position, mark=mark)

    def tools(self, draft: Draft, calls: Sequence[ToolCall]) -> Recorded:
        """Calls of the caller's own tools, which no check judges; arguments with pseudonyms."""
        body: dict[str, object] = {
            "made_by": _DRAFT.dump_python(draft, mode="json")["made_by"],
            "calls": [{"name": c.name, "arguments": c.arguments} for c in calls],
        }  # fmt: skip
        with self.store.begin() as conn:
            entry = ledger.append(conn, "proxy.tools", subject_of(draft), body, self.actor)
        return Recorded(fate="tools", position=entry.position)

    def _through_the_door(self, draft: Draft, ruling: Ruling) -> Recorded:
        key = f"proxy/{secrets.token_hex(16)}"
        with self.store.begin() as conn:
            out = release.release(conn, draft, ruling, key=key, producer=self.producer, actor=self.actor)
        statement = out.statement
        return Recorded(
            fate=out.outcome, position=out.ledger, desk=out.desk, mark=statement.mark if statement else None,
            statement=statement.id if statement else "",
        )  # fmt: skip


def subject_of(draft: Draft) -> str:
    """What the ledger files it under."""
    return f"{draft.sku}/{draft.lang}/{draft.market}/{draft.channel}"
