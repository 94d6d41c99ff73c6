"""What the guard proxy is told and what it says: grounds, terms, and the pieces that leave.

A caller's program talks to its model through Goodword. `Ground` is what the model's words may rest on, `Terms` is what
is done with words that rest on nothing, and `Out` is what leaves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from goodword.errors import InputError
from goodword.types import Channel, Lang, MadeBy, Mark, Market, Ruling

# block: none of it leaves. hold: a person decides at the desk. rewrite: sentences that fail are mended once or left
# out. annotate: all leaves, marked as vouched for by nobody; personal data and harm never do.
Policy = Literal["annotate", "rewrite", "hold", "block"]
Restore = Literal["all", "user", "none"]
Fate = Literal["released", "held", "refused", "annotated", "tools"]
STRICTNESS: Mapping[str, int] = {p: n for n, p in enumerate(get_args(Policy))}


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """What a caller supplies beside the messages: what the answer may rest on and where it will be read.

    Args:
        facts: names and values; None: none given.
        product: SKU of a product of the store, whose facts and class count too.
        evidence: passages and counts of reviews, as `guard.evidence.read` takes them.
        policy: may be stricter than the key's, never laxer.
        label: 'append' writes the visible AI label under the text too.
    """

    facts: Mapping[str, object] | None = None
    product: str | None = None
    evidence: object = None
    lang: Lang | None = None
    market: Market | None = None
    channel: Channel = "answer"
    product_class: str | None = None
    policy: Policy | None = None
    label: Literal["beside", "append"] = "beside"


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What a key may do, and what is done with what the guard does not release.

    Args:
        need_facts: an answer for which nothing was supplied may claim nothing; else its wording alone is judged.
        restore: whose personal data comes back in the answer: all that was in the messages, what the user's own
            messages hold, or none.
        tools: whether the model may call the program's tools. Their arguments are no text of the shop; they are
            recorded, not judged.
        models: names of models that may be asked for; none: any.
    """

    policy: Policy = "block"
    need_facts: bool = True
    restore: Restore = "all"
    tools: bool = False
    models: tuple[str, ...] = ()

    def stricter(self, asked: Policy | None) -> Policy:
        """The policy that holds for a request."""
        if asked is not None and STRICTNESS[asked] > STRICTNESS[self.policy]:
            return asked
        return self.policy


def terms_of(kept: Mapping[str, Any], default: Terms) -> Terms:
    """Terms as kept with a key: `{"policy": "hold", "restore": "user"}`, any field of `Terms`.

    Raises:
        InputError: something in it is not known. Fails closed: such a key can do nothing.
    """
    given = dict(kept)
    policy = given.pop("policy", default.policy)
    restore = given.pop("restore", default.restore)
    facts, tools = given.pop("need_facts", default.need_facts), given.pop("tools", default.tools)
    models = given.pop("models", default.models)
    right = (
        policy in STRICTNESS and restore in get_args(Restore) and isinstance(facts, bool) and isinstance(tools, bool)
        and isinstance(models, list | tuple) and all(isinstance(m, str) for m in models) and not given
    )  # fmt: skip
    if not right:
        raise InputError("this key's proxy policy is not understood", cure="Make a new key")
    return Terms(policy=policy, need_facts=facts, restore=restore, tools=tools, models=tuple(models))


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One completion to be had. `body` is what the model's server is sent, personal data replaced."""

    body: Mapping[str, Any]
    prompt_sha256: str
    offered: tuple[str, ...] = ()  # names of the caller's tools


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolCall:
    """A call of one of the caller's own tools, as the model asks for it; `arguments` is a JSON object as text."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """One sentence that left under `annotate`, and what the guard said of it; offsets are of the text that left."""

    start: int
    end: int
    ruling: Ruling


@dataclass(frozen=True, kw_only=True, slots=True)
class Out:
    """A piece of the answer on its way out. The last one has `done`."""

    text: str = ""
    note: Note | None = None
    done: "Done | None" = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What became of one completion.

    Args:
        text: all that left, personal data restored.
        recorded: what the ledger holds of it: the same with pseudonyms.
        ruling: of the whole that the model said or, after mending, of what left; offsets are of `recorded`, in which
            pseudonyms stand for personal data.
        position: in the ledger; None only for nothing at all.
        left_out: sentences that did not leave, under `rewrite`.
    """

    fate: Fate
    policy: Policy
    text: str
    recorded: str
    ruling: Ruling | None
    made_by: MadeBy
    finish: str
    lang: Lang
    market: Market
    mark: Mark | None = None
    statement: str = ""
    position: int | None = None
    desk: int | None = None
    left_out: int = 0
    mended: int = 0
    tools: tuple[ToolCall, ...] = ()
    notes: tuple[Note, ...] = field(default=())
