"""Who is let in, as whom, and for how long."""

import re
from importlib import resources
from pathlib import Path

import pytest

from zhulian.cli.commands.console import console
from zhulian.cli.errors import ConsoleSilent
from zhulian.console.entering import Desk
from zhulian.console.errors import NotEntered, UnknownPerson, WrongTicket
from zhulian.console.parts.html import digest, link, table, tag
from zhulian.console.words import LANGUAGES
from zhulian.home import Home


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    home = Home(tmp_path)
    home.keys.mkdir()
    for name in ("org1.clerk", "org1.ca", "org1.seal", "org2.keeper.encrypt", "org1.encrypt"):
        (home.keys / f"{name}.key.json").write_text("{}", encoding="ascii")
    return Desk(home)


def test_desk__lets_in_by_the_link_and_only_as_people_whose_keys_are_here(desk: Desk, tmp_path: Path) -> None:
    visitor = desk.visitor("a", "zh")
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
    assert desk.visitor("a", "en") is visitor
    assert visitor.party == "org1"
    desk.leave("a")
    assert not desk.visitor("a", "zh").entered


def test_html__is_escaped_in_one_place() -> None:
    assert tag("p", "<b>", class_='x"y') == '<p class="x&quot;y">&lt;b&gt;</p>'
    assert link("/a?b&c", tag("b", "&")) == '<a href="/a?b&amp;c"><b>&amp;</b></a>'
    assert "<script" not in table(["<script>"], [["<script>"]])
    assert "onclick" not in digest('" onclick="x').replace("&quot; onclick", "")


_MADE = ("nav.", "col.", "status.", "evidence.html", "evidence.pdf", "evidence.receipt")
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
