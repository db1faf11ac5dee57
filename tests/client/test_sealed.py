"""Sealed content on this side: what is refused before a vault or a chain is asked, and waiting for keepers."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.world import make_genesis
from zhulian.client.core import Core
from zhulian.client.flow import Pause
from zhulian.client.journal import Journal
from zhulian.client.sealed import opening
from zhulian.client.sealed.errors import KeysMissing, NoSealedContent, NoSuchReader, NotEnoughServed
from zhulian.client.sealed.holders import regulator_of
from zhulian.client.sealed.making import Head
from zhulian.client.sealed.objects import Vaults
from zhulian.client.sealed.opening import Content
from zhulian.offchain.index.texts import JournalTexts


def test_regulator__is_whom_genesis_appoints() -> None:
    core: Any = SimpleNamespace(genesis=make_genesis(1))
    assert regulator_of(core, "org1") == "org1"
    with pytest.raises(NoSuchReader):
        regulator_of(core, "regulator")


def test_core__without_a_folder_of_keys_opens_nothing() -> None:
    core: Any = SimpleNamespace(find_decryption=None)
    with pytest.raises(KeysMissing):
        Core.decryption_key(core, "ab" * 32)


def released(monkeypatch: pytest.MonkeyPatch, value: dict[str, Any] | None) -> Iterator[Any]:
    """The flow that waits for keepers, over a chain that always shows `value`; the clock moves with each pause."""
    clock = iter(range(0, 10_000, 5))
    core: Any = SimpleNamespace(clock=lambda: next(clock))

    def state(core: Any, key: Any) -> Iterator[Any]:
        return SimpleNamespace(present=value is not None, value=value)
        yield

    monkeypatch.setattr(opening, "state", state)
    content = Content("c", "org1", {"threshold": 2, "blob": "ab" * 32, "vault": "org1", "keepers": ["a", "b"]})
    return opening._released(core, content, Vaults("org1", 1, ("",)), "ee" * 32)


def spend(flow: Iterator[Any]) -> None:
    """Let a flow that only waits go on to its end."""
    for effect in flow:
        assert isinstance(effect, Pause)


def test_opening__says_how_many_keepers_served_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    flow = released(monkeypatch, {"content": "c", "owner": "org1", "served": []})
    with pytest.raises(NotEnoughServed) as no:
        spend(flow)
    assert (no.value.served, no.value.wanted) == (0, 2)


@pytest.mark.parametrize("value", [None, {"content": "other", "owner": "org1"}, {"content": "c", "owner": "org9"}])
def test_opening__of_other_content_is_none(monkeypatch: pytest.MonkeyPatch, value: dict[str, Any] | None) -> None:
    with pytest.raises(NoSealedContent):
        next(released(monkeypatch, value))


def learned(
    core: Any, name: str = "", place: tuple[str, str, str] | None = ("hz-ward", "visit/V1", "note"), data: bytes | None = b'"abc"'
) -> None:
    """What opening such content leaves in the journal."""
    found = Content("c" * 64, "org1", {"transaction": "ab" * 32})
    opening._learn(core, found, Head("d" * 64, "5" * 64, 5, name, place=place), data)


def test_opening__is_kept_once_for_the_index_of_whoever_read(tmp_path: Path) -> None:
    core: Any = SimpleNamespace(chain="zl", journal=Journal(tmp_path))
    learned(core, place=None)
    assert core.journal.openings("zl", "hz-ward", "visit/V1") == []
    learned(core)
    learned(core)
    (note,) = core.journal.openings("zl", "hz-ward", "visit/V1")
    assert (note.transaction, '"value":"abc"' in note.opening) == ("ab" * 32, True)
    core.journal.learn(note)
    assert len(core.journal.openings("zl", "hz-ward", "visit/V1")) == 1


def test_opening__of_a_file_is_found_by_its_name(tmp_path: Path) -> None:
    core: Any = SimpleNamespace(chain="zl", journal=Journal(tmp_path / "journal"))
    learned(core, "小结.txt", data=None)
    (text,) = JournalTexts(tmp_path, "zl").after(0, 9)
    assert (text.text, text.record, text.transaction) == ("小结.txt", "visit", "ab" * 32)
