"""Our errors.

GoodwordError
├── InputError      the caller's: says which file, row, column, and the cure
│   ├── UnknownPlugin   no such reader, writer, backend, check …
│   └── MissingExtra    an optional library is not installed; names the extra
├── DataError       ours, on disk: a pack, a bundle, a hash
├── BackendError    a model's; `retryable` says whether trying again can help
└── LedgerError     the chain is broken; says at which link

A text that may not be said is no error: it is a `Ruling`.
"""


class GoodwordError(Exception):
    """Base of all errors a user may see. `str()` is one line fit for a person."""


class InputError(GoodwordError):
    """Bad input.

    Args:
        what: what is wrong, in one clause.
        where: file, row and column as far as known ('shoes.csv, row 12, column 材质').
        cure: what the user can do about it.
    """

    def __init__(self, what: str, *, where: str = "", cure: str = "") -> None:
        self.what, self.where, self.cure = what, where, cure
        super().__init__((f"{where}: " if where else "") + what + (f". {cure}" if cure else ""))


class UnknownPlugin(InputError):
    """No plug-in of that name."""


class MissingExtra(InputError):
    """A library that comes with an extra is not installed."""

    def __init__(self, extra: str, purpose: str) -> None:
        super().__init__(f"{purpose} needs an optional library", cure=f"Run: pip install 'goodword[{extra}]'")
        self.extra = extra


class DataError(GoodwordError):
    """A file of Goodword's own (pack, lexicon, bundle, weights) is missing, altered or malformed."""


class BackendError(GoodwordError):
    """A language model failed."""

    def __init__(self, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable


class LedgerError(GoodwordError):
    """The ledger does not verify. `position` is the first broken link."""

    def __init__(self, message: str, *, position: int) -> None:
        super().__init__(message)
        self.position = position
