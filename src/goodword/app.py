"""The library entry: `Goodword` is the settings wired to a store and the jobs."""

import hashlib
import os
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from goodword.catalogue import facts, read
from goodword.errors import InputError
from goodword.jobs import describe, release, worded
from goodword.jobs.asking import opening
from goodword.jobs.asking import service as asking
from goodword.jobs.asking.nouns import Answer, Question
from goodword.jobs.author import Author
from goodword.jobs.current import Current
from goodword.jobs.guarding import HOME, Guard
from goodword.jobs.proxying.nouns import Terms
from goodword.jobs.proxying.opening import Proxy
from goodword.jobs.range import Range
from goodword.jobs.reword import Rewriter
from goodword.jobs.screen import Screening, screen
from goodword.jobs.writer import Writer
from goodword.llm.base import Backend, BackendOptions, open_backend
from goodword.llm.relay import open_relay
from goodword.rankers.extra import need
from goodword.settings import Settings, spoken
from goodword.settings import load as load_settings
from goodword.store import runs
from goodword.store.engine import Store, open_store
from goodword.text.language import detect
from goodword.types import Channel, Lang, Market, Product, Ruling
from goodword.writing import voice

if TYPE_CHECKING:
    from goodword.jobs.recommend_entry import Recommending


class Goodword:
    """A shop's Goodword.

    >>> with Goodword(store="shop.db") as goodword:           # doctest: +SKIP
    ...     for result in goodword.describe("products.csv"):
    ...         print(result.statement and result.draft.text)
    """

    def __init__(self, **settings: object) -> None:
        """Args: any setting of docs/reference/settings.md by name; the rest comes from file and environment."""
        self.settings: Settings = load_settings(**settings)
        self._store: Store | None = None
        self._backend: Backend | None = None
        self._answers: Current[asking.Desk] | None = None
        self._proxy: Proxy | None = None
        self._range: Range | None = None
        self._opening = RLock()  # for use from several threads: each thing is opened once

    @property
    def store(self) -> Store:
        """The store, opened on first use."""
        if self._store is None:
            with self._opening:
                self._store = self._store or open_store(self.settings.store)
        return self._store

    def products(
        self, path: str | Path, *, rejects: Path | None = None, mapping: Path | None = None
    ) -> Iterator[Product]:
        """The products of a catalogue file of any known format, streaming; bad rows go to `rejects`, in words."""
        talk = self.settings.talk or spoken()
        return map(facts.product_from, read.read(Path(path), rejects=rejects, mapping=mapping, talk=talk))

    def order(self, **changes: Any) -> describe.Order:
        """What the settings ask to be written."""
        s = self.settings
        spoken = voice.load(changes.get("voice", s.voice))
        return describe.Order(
            pairs=changes.get("pairs", s.market_pairs()), channel=changes.get("channel", s.channel),
            voice=spoken, producer=s.producer, actor=s.actor,
            writer=None if changes.get("composer") else self._writer(spoken),
        )  # fmt: skip

    def _writer(self, spoken: voice.Voice) -> Writer | None:
        """The model that words the sentences, opened on first use; None where the composer's words stand."""
        m = self.settings.model
        if m.backend == "composer":
            return None
        backend = self._opened_backend()
        if backend.name == "composer":  # 'auto' found nothing better
            return None
        if m.task == "write":
            return Author(backend=backend, voice=spoken, seed=m.seed, again=m.repair)
        return Rewriter(backend=backend, voice=spoken, seed=m.seed, closed=m.closed_vocabulary, again=m.repair)

    @property
    def backend_options(self) -> BackendOptions:
        """What the settings say of the model, as a backend takes it."""
        m = self.settings.model
        return BackendOptions(
            model=m.name, base_url=m.base_url, api_key_env=m.api_key_env, timeout=m.timeout, concurrency=m.concurrency,
            price_in=m.price_in, price_out=m.price_out, currency=m.currency, context=m.context, threads=m.threads,
            low_memory=m.low_memory, models_folder=m.folder,
        )  # fmt: skip

    def describe(
        self,
        source: str | Path | Iterable[Product],
        *,
        rejects: Path | None = None,
        mapping: Path | None = None,
        only: Collection[str] = (),
        limit: int | None = None,
        order: describe.Order | None = None,
        of: str = "",
    ) -> Generator[describe.Described, None, None]:
        """Write descriptions for a catalogue file or products; an interrupted run goes on where it stopped.

        Args:
            only: SKUs to describe; empty: all.
            limit: at most so many products.
            order: what to write; None: as the settings say.
            of: a name under which an interrupted run over products that come from no file is found again.

        Raises:
            InputError: an unreadable file, a wrong setting, a model that is not there.
            BackendError: the model failed time after time; what was written is kept.
        """
        order = order or self.order()
        if isinstance(source, str | Path):
            products: Iterable[Product] = self.products(source, rejects=rejects, mapping=mapping)
            of = _digest_file(Path(source))
        else:
            products, of = source, of or "products"
        chosen = islice((p for p in products if not only or p.sku in only), limit)
        wording = order.writer.id if order.writer else "composer"
        how = _digest(repr((order.pairs, order.channel, order.voice, wording, sorted(only), limit)).encode())
        with self.store.begin() as conn:
            run = (runs.resume(conn, how, of) if of != "products" else None) or runs.start(conn, how, of)
        if order.writer is None:
            yield from describe.describe(self.store, chosen, order, run=run.id)
        else:
            yield from worded.describe_worded(self.store, chosen, order, order.writer, run=run.id)
        with self.store.begin() as conn:
            runs.finish(conn, run.id)

    def check(
        self,
        text: str,
        given: Mapping[str, object] | None,
        *,
        lang: Lang | None = None,
        market: Market | None = None,
        channel: Channel = "listing",
        product_class: str = "general",
        evidence: object = None,
        reader: Lang | None = None,
    ) -> Ruling:
        """Judge any text against facts given as names and values, passages and counts of reviews.

        Args:
            given: None where there are no facts to judge by.
            evidence: as `guard.evidence.read` takes it.
            reader: the language of advice; None: that of the text.
        """
        spoken = lang or detect(text)
        where = market or dict(self.settings.market_pairs()).get(spoken) or HOME[spoken]
        beside = self.range
        guard = Guard(market=where, reader=reader, products=beside.of(text, spoken) if beside else (),
                      brands=beside.brands() if beside else ())  # fmt: skip
        return guard.check(text, given, evidence=evidence, lang=spoken, channel=channel, product_class=product_class)

    @property
    def range(self) -> Range | None:
        """What else the shop sells, for the guard; None where there is no store."""
        there = self._store is not None or "://" in self.settings.store or Path(self.settings.store).exists()
        if self._range is None and there:
            with self._opening:
                self._range = self._range or Range(self.store)
        return self._range

    def screen(self, text: str, *, lang: Lang | None = None) -> Screening:
        """What stands in a text from outside: orders to a model, personal data, harm; and it with the data covered.

        Raises:
            DataError: it cannot be screened, so it must not pass.
        """
        return screen(text, lang or detect(text), own_contacts=self.settings.contacts)

    def recommend(self, folder: str | Path | None = None, *, lang: Lang | None = None) -> "Recommending":
        """Recommending: fit, lists, a shopper's rights. Keep what it gives: it holds the fitted recommender.

        Args:
            folder: where the recommender lies; None: as set.
            lang: language of reasons; None: the first that is set.

        Raises:
            MissingExtra: the libraries it needs are not installed.
        """
        need()
        from goodword.jobs.recommend_entry import Recommending
        from goodword.jobs.recommend_words import Voice

        s = self.settings
        pairs = dict(s.market_pairs())
        spoken = lang or s.langs[0]
        said = Voice(lang=spoken, market=pairs.get(spoken, HOME[spoken]), producer=s.producer, actor=s.actor)
        return Recommending(store=lambda: self.store, folder=Path(folder or s.recommender), voice=said,
                            products=self.products)  # fmt: skip

    def answers(
        self,
        *,
        passages: Iterable[Path] = (),
        products: Path | None = None,
        reviews: Path | None = None,
        orders: Path | None = None,
    ) -> asking.Desk:
        """What answers customers: the store's products and passages, and the files given beside them; see `ask`.

        Raises:
            InputError: a file cannot be read.
        """
        s = self.settings
        backend = None if s.model.backend == "composer" else self._opened_backend()
        return opening.open_desk(
            self.store, passages=passages, products=self.products(products) if products else (),
            reviews=reviews or s.ask.reviews, orders=orders or s.ask.orders, secret_env=s.ask.secret_env,
            producer=s.producer, actor=s.actor, contacts=s.contacts, keep_days=s.ask.keep_days, backend=backend,
            markets=dict(s.market_pairs()),
        )  # fmt: skip

    def session_secret(self) -> bytes:
        """The secret that customers' sessions are signed with.

        Raises:
            InputError: there is none, or it is too short.
        """
        name = self.settings.ask.secret_env
        secret = os.environ.get(name, "").encode()
        if len(secret) < 16:
            raise InputError("there is no session secret", where=name, cure="Set a random one of at least 16 bytes")
        return secret

    def ask(self, question: str | Question, **about: Any) -> Answer:
        """Answer a customer's question; `about` takes the fields of `Question`: product, lang, market, as_of, history.

        >>> goodword.ask("How many days do I have to return it?").text          # doctest: +SKIP
        """
        return self.answering.ask(self._question(question, about))

    def ask_stream(self, question: str | Question, **about: Any) -> Iterator[Answer]:
        """The answer as it grows, sentence by sentence; the last one is whole, released and kept."""
        return self.answering.stream(self._question(question, about))

    @property
    def answering(self) -> asking.Desk:
        """What `ask` asks: the store's products and passages as they are now, whoever changed them."""
        if self._answers is None:
            with self._opening:
                self._answers = self._answers or Current(self.store, self.answers)
        return self._answers.now()

    def _question(self, question: str | Question, about: Mapping[str, Any]) -> Question:
        return question if isinstance(question, Question) else Question(text=question, **about)

    def _opened_backend(self) -> Backend:
        if self._backend is None:
            with self._opening:
                self._backend = self._backend or open_backend(self.settings.model.backend, self.backend_options)
        return self._backend

    def proxy(self) -> Proxy:
        """The guard between other programs and their model, opened on first use.

        Raises:
            InputError: no server of a model is set.
            MissingExtra: the openai library is not installed.
        """
        with self._opening:
            if self._proxy is None:
                s, p = self.settings, self.settings.proxy
                options = replace(self.backend_options, base_url=p.base_url or s.model.base_url,
                                  api_key_env=p.api_key_env, timeout=p.timeout, retries=p.retries)  # fmt: skip
                relay = open_relay(options)
                self._proxy = Proxy(store=self.store, relay=relay, producer=s.producer, contacts=s.contacts,
                                    range=Range(self.store))  # fmt: skip
        return self._proxy

    def proxy_terms(self) -> Terms:
        """What holds at the proxy for a caller whose key says nothing of its own."""
        p = self.settings.proxy
        return Terms(policy=p.policy, need_facts=p.need_facts, restore=p.restore, tools=p.tools, models=p.models)

    def decide(self, item: int, decision: str, *, who: str, reason: str) -> release.Passage:
        """Approve or reject a held text at the desk."""
        with self.store.begin() as conn:
            if decision == "approved":
                return release.approve(
                    conn, item, who=who, reason=reason, producer=self.settings.producer,
                    four_eyes=self.settings.server.four_eyes,
                )  # fmt: skip
            return release.reject(conn, item, who=who, reason=reason)

    def close(self) -> None:
        """Close the store and end the model."""
        if self._backend is not None:
            self._backend.close()
            self._backend = None
        if self._proxy is not None:
            self._proxy.relay.close()
            self._proxy = None
        if self._store is not None:
            self._store.close()
            self._store, self._range = None, None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _digest_file(path: Path) -> str:
    """Hash of a file read by the block; '' of one that is not there, which the reader will tell."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
