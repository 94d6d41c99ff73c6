"""Turns at the processor: never more than there are places, in the order of coming, and none is lost."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Lock, Thread

import pytest

from goodword.guard.queueing import Turns


def test_no_more_are_in_it_than_there_are_places() -> None:
    turns, lock, inside, most = Turns(3), Lock(), 0, 0

    def work(_: int) -> None:
        nonlocal inside, most
        with turns:
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.002)
            with lock:
                inside -= 1

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(64)))
    assert (inside, most) == (0, 3)


def test_who_came_first_goes_first() -> None:
    turns, order = Turns(1), []

    def work(n: int) -> None:
        with turns:
            order.append(n)

    with turns:
        threads = [Thread(target=work, args=(n,)) for n in range(8)]
        for n, thread in enumerate(threads):
            thread.start()
            while len(turns._waiting) <= n:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert order == list(range(8))


def test_a_thread_may_be_in_it_twice_and_an_error_gives_its_place_back() -> None:
    turns = Turns(1)
    with pytest.raises(KeyError), turns, turns:
        raise KeyError
    with turns:
        assert turns._free == 0
    assert turns._free == 1
