"""Which product numbers came by already, and in which row, in bounded memory."""

from array import array


class Seen:
    """A set of texts by their 64-bit hashes, with the row each was first seen in.

    About 24 to 48 bytes a text. Two different texts of a million share a hash with a chance of 3 in 100 million.
    """

    def __init__(self) -> None:
        self._size, self._count = 1 << 10, 0
        self._hashes, self._rows = self._empty()

    def _empty(self) -> tuple["array[int]", "array[int]"]:
        return array("Q", bytes(8 * self._size)), array("L", bytes(array("L").itemsize * self._size))

    def first(self, text: str, row: int) -> int | None:
        """The row `text` was first seen in; None, and remember it, if it is new."""
        key = (hash(text) & 0xFFFFFFFFFFFFFFFF) or 1
        place = self._place(key)
        if self._hashes[place]:
            return self._rows[place]
        self._hashes[place], self._rows[place] = key, row
        self._count += 1
        if self._count * 3 > self._size * 2:
            self._grow()
        return None

    def _place(self, key: int) -> int:
        hashes, mask = self._hashes, self._size - 1
        place = key & mask
        while hashes[place] and hashes[place] != key:
            place = (place + 1) & mask
        return place

    def _grow(self) -> None:
        old, rows = self._hashes, self._rows
        self._size *= 2
        self._hashes, self._rows = self._empty()
        for key, row in zip(old, rows, strict=True):
            if key:
                place = self._place(key)
                self._hashes[place], self._rows[place] = key, row
