"""Generated source becomes a function only if it is made of what it may be made of."""

import pytest

from zhulian.errors import Bug
from zhulian.language.functions import make_function

BAD = (
    "import os\ndef play(p, k):\n    pass\n",
    "def play(p, k):\n    p._state\n",
    "def play(p, k):\n    p.__class__\n",
    "def play(p, k):\n    p.get('name')\n",
    "def play(p, k):\n    return lambda: p\n",
    "def play(p, k):\n    return [x for x in k]\n",
    "def play(p, k):\n    return p\n",
    "x = 1\n",
)


def test_function__has_nothing_but_its_arguments() -> None:
    play = make_function("def play(p, k):\n    p.append(k[0] + 1)\n")
    found: list[int] = []
    play(found, (4,))
    assert found == [5]
    assert set(play.__globals__) == {"__builtins__", "play"}
    with pytest.raises(NameError):
        make_function("def play(p, k):\n    open(k[0])\n")(found, ("x",))


@pytest.mark.parametrize("source", BAD)
def test_source__of_another_kind_is_a_bug(source: str) -> None:
    with pytest.raises(Bug):
        make_function(source)
