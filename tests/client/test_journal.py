"""The journal: what was begun is there after any end, one open intent a key, closed intents stay closed."""

import sqlite3
import threading
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from zhulian.client.journal import DepositNote, Ended, Intent, Journal

_CHAIN = "zl-test.00"


def _intent(key: str, number: int) -> Intent:
    return Intent(_CHAIN, key, f"{number:064x}", 1000 + number, b"envelope %d" % number)


class JournalModel(RuleBasedStateMachine):
    """Against a dict; closing and opening the file in between must change nothing."""

    begun = Bundle("begun")

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.folder = Path(tempfile.mkdtemp())
        self.journal = Journal(self.folder)
        self.open: dict[str, Intent] = {}
        self.notes: dict[str, set[str]] = {}
        self.count = 0

    @rule(target=begun, key=st.sampled_from("abcd"), digest=st.sampled_from(("11", "22")))
    def begin(self, key: str, digest: str) -> Intent:
        self.count += 1
        wanted = _intent(key, self.count)
        note = DepositNote(_CHAIN, digest, "salt", wanted.transaction)
        (chosen,) = self.journal.begin([wanted], [note])
        assert chosen == self.open.get(key, wanted)
        if key not in self.open:
            self.open[key] = wanted
            self.notes.setdefault(digest, set()).add(wanted.transaction)
        return chosen

    @rule(intent=consumes(begun), ended=st.sampled_from(("applied", "refused", "turned_away", "lapsed")))
    def end(self, intent: Intent, ended: Ended) -> None:
        self.journal.end([intent.transaction], ended)
        if self.open.get(intent.key) == intent:
            del self.open[intent.key]
        if ended != "applied":
            for kept in self.notes.values():
                kept.discard(intent.transaction)

    @rule()
    def reopen(self) -> None:
        self.journal.close()
        self.journal = Journal(self.folder)

    @invariant()
    def holds(self) -> None:
        assert sorted(self.journal.open_intents(_CHAIN), key=lambda each: each.key) == [
            self.open[key] for key in sorted(self.open)
        ]
        for digest, kept in self.notes.items():
            assert {each.transaction for each in self.journal.deposits(_CHAIN, digest)} == kept

    def teardown(self) -> None:
        import shutil

        self.journal.close()
        shutil.rmtree(self.folder)


TestJournal = JournalModel.TestCase
TestJournal.settings = settings(max_examples=25, stateful_step_count=20)


def test_journal__two_writers_agree_on_one_intent(tmp_path: Path) -> None:
    journals = [Journal(tmp_path) for _ in range(4)]
    chosen: list[Intent] = []
    threads = [
        threading.Thread(target=lambda journal=journal, number=number: chosen.extend(journal.begin([_intent("same", number)])))
        for number, journal in enumerate(journals)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({each.transaction for each in chosen}) == 1
    for journal in journals:
        journal.close()


def test_journal__is_on_disk_when_the_call_returns(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.begin([_intent("a", 1)])
    with sqlite3.connect(tmp_path / "journal.db") as other:  # not closed, as after kill -9
        assert other.execute("PRAGMA synchronous").fetchone() == (2,)
        assert other.execute("SELECT key FROM intents").fetchall() == [("a",)]
    other.close()
    assert journal._db.execute("PRAGMA synchronous").fetchone() == (2,)
    journal.close()


def test_journal__chains_do_not_mix(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    other = Intent("zl-test.01", "a", "ff" * 32, 5, b"x")
    journal.begin([_intent("a", 1), other])
    assert journal.open_intents(_CHAIN) == [_intent("a", 1)]
    assert journal.find_open("zl-test.01", "a") == other
    journal.close()
