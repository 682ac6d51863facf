"""What is remembered never grows beyond its bound, and what was kept last is there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from whence.remembered import Remembered


@given(most=st.integers(1, 7), keys=st.lists(st.integers(0, 20), max_size=60))
def test_it_holds_no_more_than_its_bound_and_of_each_key_what_was_kept_last(most: int, keys: list[int]) -> None:
    found: Remembered[int, int] = Remembered(most)
    for place, key in enumerate(keys):
        found.keep(key, place)
        assert len(found) <= most
        assert found[key] == place
    assert all(keys[value] == key and key not in keys[value + 1 :] for key, value in found.items())
    assert len(set(keys)) > most or set(found) == set(keys)


@given(most=st.integers(1, 7), keys=st.lists(st.integers(), max_size=40, unique=True))
def test_more_than_half_of_its_bound_are_always_the_last_ones(most: int, keys: list[int]) -> None:
    found: Remembered[int, None] = Remembered(most)
    for key in keys:
        found.keep(key, None)
    assert set(keys[-(most // 2 + 1) :]) <= set(found)


def test_before_anything_is_forgotten_it_can_be_put_where_it_is_found_again() -> None:
    put: list[list[int]] = []
    found: Remembered[int, str] = Remembered(4, before=lambda: put.append(list(found)))
    for key in range(7):
        found.keep(key, "")
    found.keep(6, "again")
    assert put == [[0, 1, 2, 3], [2, 3, 4, 5]]
    assert list(found) == [4, 5, 6]
