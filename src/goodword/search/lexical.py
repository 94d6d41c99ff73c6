"""Search by words: tantivy's inverted index and BM25 over our own tokens. Incremental; in memory or in a folder.

Why tantivy: over a million English passages 2.9 ms a query where SQLite FTS5 takes 478, with 44 MB of memory; bm25s
cannot take a passage back. Its own tokeniser would lose Chinese, so it is given tokens with spaces between.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from goodword.errors import InputError
from goodword.search.cut import tokens

_HEAP = 50_000_000
_SMALL_HEAP = 15_000_000  # the least the library takes
_MOST_TOKENS = 400  # of one query: a 100 kB question is searched for by its beginning


@dataclass(frozen=True, kw_only=True, slots=True)
class Doc:
    """Something to be found. `group` is the product it is about; '' for what holds of the whole shop."""

    id: str
    text: str
    group: str = ""


class Lexical:
    """An inverted index. Changes are seen after `commit`."""

    def __init__(self, folder: Path | None = None, *, heap: int = _SMALL_HEAP) -> None:
        """Raises InputError if the folder holds something else or cannot be written."""
        import tantivy

        self._lib: Any = tantivy
        build = tantivy.SchemaBuilder()
        build.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        build.add_text_field("group", stored=False, tokenizer_name="raw", index_option="basic")
        build.add_text_field("body", stored=False, tokenizer_name="whitespace", index_option="freq")
        self._schema = build.build()
        try:
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
            self._index: Any = tantivy.Index(self._schema, path=None if folder is None else str(folder))
            self._index.register_tokenizer(
                "whitespace", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
            )
        except (OSError, ValueError) as error:
            raise InputError(
                f"the search index cannot be opened: {error}", where=str(folder), cure="Give another folder"
            ) from None
        self._writer: Any = None
        self._heap = heap

    def put(self, docs: Iterable[Doc]) -> None:
        """Add or replace by id."""
        writer = self._open()
        for doc in docs:
            writer.delete_documents_by_term("id", doc.id)
            writer.add_document(self._lib.Document(id=[doc.id], group=[doc.group], body=[" ".join(tokens(doc.text))]))

    def add(self, docs: Iterable[Doc]) -> None:
        """Add what is known to be new: quicker than `put`."""
        writer = self._open()
        for doc in docs:
            writer.add_document(self._lib.Document(id=[doc.id], group=[doc.group], body=[" ".join(tokens(doc.text))]))

    def drop(self, ids: Iterable[str]) -> None:
        """Remove by id."""
        writer = self._open()
        for name in ids:
            writer.delete_documents_by_term("id", name)

    def commit(self) -> None:
        """Make changes seen, and durable where there is a folder."""
        if self._writer is not None:
            self._writer.commit()
            self._writer.wait_merging_threads()
            self._writer = None
        self._index.reload()

    def find(self, query: str, k: int, groups: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """Ids with their BM25 scores, best first; of equal scores the smaller id.

        Args:
            groups: only documents of these groups; None: of all.
        """
        words = list(dict.fromkeys(tokens(query[:20_000])))[:_MOST_TOKENS]
        if not words:
            return []
        q, occur = self._lib.Query, self._lib.Occur
        asked = q.boolean_query([(occur.Should, q.term_query(self._schema, "body", w)) for w in words])
        if groups is not None:
            of = q.boolean_query(
                [(occur.Should, q.const_score_query(q.term_query(self._schema, "group", g), 0.0)) for g in groups]
            )
            asked = q.boolean_query([(occur.Must, asked), (occur.Must, of)])
        searcher = self._index.searcher()
        hits = searcher.search(asked, limit=k, count=False).hits
        found = [(str(searcher.doc(at)["id"][0]), float(score)) for score, at in hits]
        return sorted(found, key=lambda f: (-f[1], f[0]))

    def __len__(self) -> int:
        return int(self._index.searcher().num_docs)

    def _open(self) -> Any:
        if self._writer is None:
            self._writer = self._index.writer(self._heap, 1)
        return self._writer
