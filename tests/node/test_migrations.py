"""A store of an older form is brought forward at the start, with a copy beside it, and goes back for an older program."""

from typing import Any

import pytest

from zhulian.cli.main import run
from zhulian.errors import Words
from zhulian.home import Home
from zhulian.ledger.chain_store import STORE_FORMAT, ChainStore
from zhulian.ledger.store import Store
from zhulian.ledger.transactions import TransactionReader
from zhulian.ledger.transition import Proposal
from zhulian.node import migrations
from zhulian.node.clock import GuardedClock
from zhulian.node.doctor import examine
from zhulian.node.migrations import Migration, StoreTooNew, StoreTooOld, bring_forward, copy_before, go_back, store_format
from zhulian.node.opening import open_node
from zhulian.node.rocks import RocksStore


@pytest.fixture
def worked(home: Home, author: Any) -> Home:
    """A home with a block in it."""
    opened = open_node(home, GuardedClock())
    application = opened.application
    read = TransactionReader(application.world.chain, application.world.hasher, application.world.handlers)
    transaction = read.read(author.deposit()[1], author.genesis.limits)
    application.finalize(Proposal(1, application.head.time_ms + 1000, (transaction,)))
    application.commit()
    opened.engine.recover()
    opened.close()
    return home


@pytest.fixture
def renamed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A coming form that keeps where transactions are found (`x`) under another letter (`X`)."""

    def move(store: Store, old: bytes, new: bytes) -> migrations.Changes:
        pairs = list(store.scan(old, bytes([old[0] + 1])))
        return [(new + key[1:], value) for key, value in pairs], [key for key, _ in pairs]

    coming = Migration(
        STORE_FORMAT + 1, Words("换字母", "another letter"), lambda s: move(s, b"x", b"X"), lambda s: move(s, b"X", b"x")
    )
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, coming))


def _letters(home: Home) -> tuple[int, int, int]:
    with RocksStore(home.database) as store:
        return store_format(store), len(list(store.scan(b"x", b"y"))), len(list(store.scan(b"X", b"Y")))


def test_new_store__says_its_form(worked: Home) -> None:
    assert _letters(worked)[0] == STORE_FORMAT


def test_planted_older_store__is_brought_forward_with_a_copy_and_goes_back(
    worked: Home, renamed: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with RocksStore(worked.database) as store:
        store.write([], [b"mformat"])  # as the first program left it
    assert _letters(worked) == (1, 1, 0)
    monkeypatch.setenv("ZHULIAN_HOME", str(worked.root))
    assert run(["--lang", "en", "migrate"]) == 0
    assert f"Form {STORE_FORMAT + 1}: another letter" in capsys.readouterr().out
    assert _letters(worked) == (STORE_FORMAT + 1, 0, 1)
    copy = RocksStore(copy_before(worked.database, 1))
    assert (store_format(copy), len(list(copy.scan(b"x", b"y")))) == (1, 1)
    copy.close()
    for form in range(STORE_FORMAT, 0, -1):
        assert run(["migrate", "--back", "--json"]) == 0
        assert _letters(worked) == (form, 1, 0)
    assert run(["migrate", "--back", "--json"]) == 1
    assert StoreTooOld.code in capsys.readouterr().out
    assert examine(worked).sound


def test_start__brings_forward_and_a_crash_before_the_write_changes_nothing(
    worked: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RocksStore(worked.database) as store:
        store.write([], [b"mformat"])

    def cut(*given: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, RocksStore(worked.database) as store:
        patch.setattr(migrations, "_write", cut)
        with pytest.raises(KeyboardInterrupt):
            bring_forward(store, worked.database, lambda form, what: None)
        assert store_format(store) == 1
    said: list[int] = []
    opened = open_node(worked, GuardedClock(), migrated=lambda form, what: said.append(form))
    try:
        assert said == [2]
        assert store_format(opened.store) == 2
        assert opened.application.head.height == 1
    finally:
        opened.close()


def test_newer_store__is_refused(worked: Home) -> None:
    with RocksStore(worked.database) as store:
        store.write([(b"mformat", (99).to_bytes(2, "big"))], [])
    with pytest.raises(StoreTooNew) as caught:
        open_node(worked, GuardedClock())
    assert (caught.value.fields["found"], caught.value.fields["ours"]) == (99, STORE_FORMAT)


def test_first_form__has_none_before(worked: Home) -> None:
    with RocksStore(worked.database) as store:
        assert go_back(store)[0] == 1
        assert ChainStore(store).meta("format") is None
        with pytest.raises(StoreTooOld):
            go_back(store)
