"""Help, wrong use, exit statuses, and what happens when something breaks that nobody foresaw."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from zhulian.cli.root import build
from zhulian.cli.words import LANGUAGES, set_language


def _commands(group: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name in group.list_commands(None):
        found = group.get_command(None, name)
        if hasattr(found, "list_commands"):
            yield from _commands(found, (*before, name))
        else:
            yield (*before, name), found


_ALL = [names for names, _ in _commands(build())]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("names", [(), *_ALL], ids=" ".join)
def test_help__is_complete_in_both_languages(run: Run, names: tuple[str, ...], language: str) -> None:
    done = run(*names, "--help", "--lang", language)
    assert done.status == 0
    assert done.out.startswith("用法：" if language == "zh" else "Usage:")
    assert "--json" in done.out
    for line in done.out.splitlines():
        assert not (language == "en" and any("\u4e00" <= letter <= "\u9fff" for letter in line)), line
    if language == "zh":
        assert "Show" not in done.out
        assert "Options" not in done.out


def test_commands__every_parameter_says_what_it_is() -> None:
    set_language("en")
    for names, command in _commands(build()):
        for param in command.params:
            assert param.help, (names, param.name)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["evidnce"], "cli/1"),
        (["evidence", "depsit"], "cli/1"),
        (["verify", "--nothing"], "cli/2"),
        (["verify"], "cli/3"),
        (["evidence", "deposit"], "cli/3"),
        (["block", "one"], "cli/4"),
        (["block", "0"], "cli/4"),
        (["evidence", "withdraw", "00", "--reason", "boredom"], "cli/4"),
        (["verify", "a", "b"], "cli/5"),
        (["verify", "/no/such/file"], "cli/6"),
        (["evidence", "deposit", "/no/such/file"], "cli/6"),
        (["evidence", "deposit", "/tmp"], "cli/11"),
        (["status", "--node", "no such node"], "cli/8"),
        (["certificate", "/no/such/receipt.json"], "cli/7"),
        (["evidence", "deposit", __file__], "client/1"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_wrong_use__is_one_sentence_with_its_number(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], code: str, language: str
) -> None:
    monkeypatch.setenv("ZHULIAN_HOME", str(tmp_path))
    monkeypatch.setenv("ZHULIAN_PORT", "1")  # nothing listens there
    done = run(*words, "--lang", language)
    assert done.status == (3 if code == "client/1" else 2)
    assert done.out == ""
    assert done.err.startswith(code + "  ")
    assert done.err.count("\n") == 1
    as_json = run(*words, "--json", "--lang", language)
    assert as_json.err == ""
    assert as_json.document["refused"]["code"] == code
    assert {"zh", "en", "fields"} <= set(as_json.document["refused"])


def test_nothing_to_do__shows_the_help_and_is_wrong_use(run: Run) -> None:
    for words in ([], ["evidence"], ["--lang", "en"]):
        done = run(*words)
        assert done.status == 2
        assert done.err.startswith("Usage:")


def test_unexpected__is_one_sentence_and_the_rest_is_in_a_log(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHULIAN_HOME", str(tmp_path / "home"))

    def broken(*_: object) -> object:
        raise ZeroDivisionError("nobody foresaw this")

    monkeypatch.setattr("zhulian.cli.commands.genesis.home", broken)
    done = run("genesis", "show")
    assert done.status == 70
    assert done.err.startswith("cli/10  ")
    log = tmp_path / "home" / "logs" / "cli.log"
    assert str(log) in done.err
    assert "nobody foresaw this" in log.read_text()


def test_init__refuses_a_second_chain_and_shows_the_first(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHULIAN_HOME", str(tmp_path / "home"))
    made = run("init", "--json").document
    assert run("genesis", "show", "--json").document["digest"] == made["genesis_digest"]
    assert made["genesis_digest"] in run("genesis", "show", "--lang", "zh").out
    again = run("init")
    assert (again.status, again.err[:6]) == (2, "home/5")


def test_verify__starts_without_what_it_does_not_need() -> None:
    program = "import sys; from zhulian.cli.main import run; run(['verify', sys.argv[1]]); import zhulian.certificate.sections; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program, __file__], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {
        "httpx",
        "pydantic",
        "rich",
        "asyncio",
        "fastapi",
        "sqlite3",
        "rocksdict",
        "multiprocessing",
        "typst",
        "segno",
    }


def test_completion__knows_commands_and_options() -> None:
    environment = {**os.environ, "_ZHULIAN_COMPLETE": "complete_bash", "COMP_WORDS": "zhulian evidence dep", "COMP_CWORD": "2"}
    words = [sys.executable, "-c", "from zhulian.cli.main import run; run([])"]
    done = subprocess.run(words, capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.split() == ["deposit"]


def test_output__what_a_node_or_a_file_name_says_commands_no_terminal(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "a\x1b[2Jb\nc\u202ed"
    done = run("verify", bad)
    assert "\x1b" not in done.err
    assert "\u202e" not in done.err
    assert done.err.count("\n") == 1
    assert "\\u001b[2J" in done.err


@pytest.mark.parametrize(("words", "named"), [(["sandbox", "open", "trial"], "--from"), (["sandbox", "open"], "NAME")])
def test_wrong_use__names_an_option_as_it_is_typed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], named: str
) -> None:
    monkeypatch.setenv("ZHULIAN_HOME", str(tmp_path))
    done = run(*words)
    assert done.status == 2
    assert f" {named}" in done.err
    assert "INSTANCE" not in done.err
