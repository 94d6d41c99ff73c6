"""The guard proxy of a shop: its store and its model's server, and a request put on its way through them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from goodword.catalogue.facts import facts_from_pairs
from goodword.errors import InputError
from goodword.guard import evidence as given
from goodword.jobs.proxying.asking import asked, request_of, supplied
from goodword.jobs.proxying.judging import Judge
from goodword.jobs.proxying.nouns import Ground, Terms
from goodword.jobs.proxying.passing import Passing
from goodword.jobs.proxying.record import Recorder
from goodword.jobs.proxying.scrub import Scrub
from goodword.jobs.range import Range
from goodword.llm.relay import Relay
from goodword.store import catalogue
from goodword.store.engine import Store
from goodword.types import Fact, Lang, Product


@dataclass(frozen=True, kw_only=True, slots=True)
class Proxy:
    """A shop's guard proxy.

    Args:
        contacts: the shop's own public numbers, addresses and names: no personal data.
        range: what the shop sells, beside the product a request is about.
    """

    store: Store
    relay: Relay
    producer: str = "goodword"
    contacts: Collection[str] = ()
    range: Range | None = None

    def open(
        self, body: Mapping[str, Any], ground: Ground, terms: Terms, *, actor: str, reader: Lang | None = None
    ) -> Passing:
        """Put a request on its way; nothing is sent before `whole` or `stream` of what comes back is used.

        Args:
            body: in the OpenAI protocol.
            actor: who asks, for the ledger.

        Raises:
            InputError: the request cannot be answered for, or the product is not known.
        """
        product = self._product(ground.product)
        facts = _facts(ground, product, terms)
        scrub = Scrub(contacts=self.contacts, facts=facts or (), restore=terms.restore)
        request = request_of(body, terms, scrub)
        judge = Judge(
            facts=facts, evidence=given.read(ground.evidence, "goodword.evidence"), lang=ground.lang,
            market=ground.market, channel=ground.channel, supplied=supplied(request.body, scrub), reader=reader,
            beside=self.range, asked=asked(request.body),
            product_class=ground.product_class or (product.product_class if product else "general"),
        )  # fmt: skip
        return Passing(
            relay=self.relay, recorder=Recorder(store=self.store, producer=self.producer, actor=actor), judge=judge,
            scrub=scrub, request=request, ground=ground, policy=terms.stricter(ground.policy),
            heard=self.relay.stream(request.body), sku=product.sku if product else "",
        )  # fmt: skip

    def _product(self, sku: str | None) -> Product | None:
        if sku is None:
            return None
        with self.store.read() as conn:
            found = catalogue.get(conn, sku)
        if found is None:
            raise InputError("there is no such product", where="goodword.product", cure="Import it, or send its facts")
        return found


def _facts(ground: Ground, product: Product | None, terms: Terms) -> tuple[Fact, ...] | None:
    """What may be stated: the product's facts and those given; empty where nothing was supplied and something must."""
    if product is None and ground.facts is None:
        bare = not terms.need_facts and ground.evidence is None
        return None if bare else ()
    own = product.facts if product else ()
    return (*own, *(facts_from_pairs(ground.facts) if ground.facts is not None else ()))
