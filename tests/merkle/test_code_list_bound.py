"""A list of codes is bounded before anything is hashed."""

import pytest

from zhulian.crypto import Hasher, suite
from zhulian.merkle import code_list
from zhulian.merkle.errors import TooManyItems


def test_code_list__refuses_more_codes_than_go_under_one_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_list, "CODES_MAX", 3)
    with pytest.raises(TooManyItems, match="at most 3"):
        code_list.CodeList(Hasher(suite("gm")), ["a", "b", "c", "d"])
