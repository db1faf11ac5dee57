"""Who is let in, as whom, and for how long."""

import json
import re
from importlib import resources
from pathlib import Path

import pytest

from zhulian.cli.commands.console import console
from zhulian.cli.errors import ConsoleSilent
from zhulian.console.attempts import Attempts
from zhulian.console.entering import Desk
from zhulian.console.errors import NotEntered, TooOften, UnknownPerson, WrongTicket
from zhulian.console.parts.html import digest, link, table, tag
from zhulian.console.signins import SignIns
from zhulian.console.words import LANGUAGES
from zhulian.console.words.messages import EVENTS, MESSAGES
from zhulian.home import ConsoleConfig, Home


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    home = Home(tmp_path)
    home.keys.mkdir()
    for name in ("org1.clerk", "org1.ca", "org1.seal", "org2.keeper.encrypt", "org1.encrypt"):
        (home.keys / f"{name}.key.json").write_text("{}", encoding="ascii")
    return Desk(home)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_desk__lets_in_by_the_link_and_only_as_people_whose_keys_are_here(desk: Desk, tmp_path: Path) -> None:
    token, visitor = desk.sessions.begin("127.0.0.1", "a browser")
    with pytest.raises(NotEntered):
        desk.choose(visitor, "org1.clerk")
    with pytest.raises(WrongTicket):
        desk.enter(visitor, "x")
    desk.write_ticket("http://127.0.0.1:1")
    link_file = Home(tmp_path).console_link
    desk.enter(visitor, link_file.read_text(encoding="ascii").strip().partition("ticket=")[2])
    assert desk.people() == ["org1.clerk"]
    with pytest.raises(UnknownPerson):
        desk.choose(visitor, "org1.ca")
    desk.choose(visitor, "org1.clerk")
    assert desk.sessions.find(token) is visitor
    assert visitor.party == "org1"
    desk.leave(visitor)
    assert desk.sessions.find(token) is None
    with pytest.raises(NotEntered):
        desk.choose(visitor, "org1.clerk")
    assert [each.what for each in desk.log.newest()] == ["out", "in", "refused"]
    assert desk.log.newest()[2].code == "console/1"


def test_sessions__end_unused_or_by_time_and_can_be_renewed(tmp_path: Path) -> None:
    clock = Clock()
    desk = Desk(Home(tmp_path), ConsoleConfig(idle_s=100, session_s=250), clock)
    token, visitor = desk.sessions.begin("10.0.0.1", "x")
    desk.sign_in(visitor, "key", "org1.clerk", key="f" * 64)
    clock.now += 99
    assert desk.sessions.find(token, touch=False) is visitor
    assert desk.sessions.left_s(visitor) == 1
    desk.sessions.renew(visitor)
    clock.now += 99
    assert desk.sessions.find(token) is visitor
    clock.now += 60
    assert desk.sessions.over(visitor)
    assert visitor.ended == "long"
    other, idle = desk.sessions.begin("10.0.0.1", "x")
    desk.sign_in(idle, "key", "org1.clerk")
    clock.now += 100
    assert desk.sessions.find(other) is None
    assert idle.ended == "idle"
    assert [each.what for each in desk.log.newest("org1.clerk")] == ["idle", "in", "long", "in"]
    desk.sessions.renew(idle)
    assert desk.sessions.over(idle)


def test_sessions__end_everywhere_but_not_anothers(desk: Desk) -> None:
    made = [desk.sessions.begin("10.0.0.1", "x")[1] for _ in range(3)]
    for visitor, person in zip(made, ("org1.clerk", "org1.clerk", "org1.admin"), strict=True):
        desk.sign_in(visitor, "key", person)
    assert len(desk.leave_everywhere(made[0])) == 2
    assert [each.ended for each in made] == ["everywhere", "everywhere", ""]


def test_attempts__have_to_wait_longer_with_each_failure() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    for _ in range(6):
        attempts.begin("10.0.0.1", "zhang.wei")
    with pytest.raises(TooOften) as first:
        attempts.begin("10.0.0.2", "Zhang.Wei")
    assert 1 <= first.value.retry_after_s <= 31
    clock.now += 31
    attempts.begin("10.0.0.2", "zhang.wei")
    with pytest.raises(TooOften) as second:
        attempts.begin("10.0.0.2", "zhang.wei")
    assert second.value.retry_after_s > 31
    attempts.begin("10.0.0.2", "another")
    attempts.succeed("10.0.0.2", "zhang.wei")
    attempts.begin("10.0.0.2", "zhang.wei")


def test_attempts__from_one_address_wait_whatever_the_name() -> None:
    attempts = Attempts(Clock())
    for number in range(20):
        attempts.begin("10.0.0.1", f"name{number}")
    with pytest.raises(TooOften):
        attempts.begin("10.0.0.1", "another")
    attempts.begin("10.0.0.2", "another")


def test_log__shows_where_it_was_changed(tmp_path: Path) -> None:
    log = SignIns(tmp_path, Clock())
    for what in ("in", "out", "refused"):
        log.note(what, "home", "org1.clerk", "127.0.0.1")
    path = tmp_path / "sign-ins.jsonl"
    assert path.stat().st_mode & 0o777 == 0o600
    assert log.broken() == 0
    assert [each.what for each in SignIns(tmp_path).newest()] == ["refused", "out", "in"]
    path.write_bytes(path.read_bytes().replace(b'"out"', b'"in"'))
    assert log.broken() == 3
    path.write_bytes(path.read_bytes() + b'{"cut sho')
    assert len(SignIns(tmp_path).newest()) == 3


def test_html__is_escaped_in_one_place() -> None:
    assert tag("p", "<b>", class_='x"y') == '<p class="x&quot;y">&lt;b&gt;</p>'
    assert link("/a?b&c", tag("b", "&")) == '<a href="/a?b&amp;c"><b>&amp;</b></a>'
    assert "<script" not in table(["<script>"], [["<script>"]])
    assert "onclick" not in digest('" onclick="x').replace("&quot; onclick", "")


_MADE = (
    "alert.did.",
    "desk.account.",
    "desk.came.",
    "desk.kind.",
    "people.because.",
    "people.change",
    "people.duty.",
    "people.kind.",
    "people.leaving",
    "people.lost",
    "people.onekey",
    "people.renew",
    "people.stolen",
    "tx.way.",
    "alert.level.",
    "alert.state.",
    "nav.",
    "play.came.",
    "col.",
    "status.",
    "supervise.scope.help",
    "supervise.target.help",
    "supervise.use.",
    "evidence.html",
    "evidence.pdf",
    "evidence.receipt",
    "way.",
    "signin.",
    "key.",
    "sign.",
    "help.",
)
"""Keys of which the pages put the second part together."""


def test_words__are_the_same_in_both_languages_and_are_all_said() -> None:
    assert LANGUAGES["zh"].keys() == LANGUAGES["en"].keys()
    folder = Path(str(resources.files("zhulian.console")))
    text = "".join(each.read_text(encoding="utf-8") for each in folder.rglob("*.py") if each.parent.name != "words")
    assert [
        each for each in LANGUAGES["zh"] if not re.search(f"[\"']{re.escape(each)}[\"']", text) and not each.startswith(_MADE)
    ] == []


def test_command__names_what_to_do_where_no_console_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHULIAN_HOME", str(tmp_path))
    with pytest.raises(ConsoleSilent):
        console()


def test_words__name_every_message_and_event_of_the_chain(root: Path) -> None:
    known = json.loads((root / "docs" / "reference" / "compatibility.json").read_bytes())
    assert sorted(MESSAGES) == sorted(known["messages"])
    assert sorted(EVENTS) == sorted(known["events"])
    for words in (MESSAGES, EVENTS):
        assert all(re.search(r"[\u4e00-\u9fff]", zh) and en.isascii() for zh, en in words.values())
