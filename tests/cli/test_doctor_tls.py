"""What the doctor says of the certificate of the gateway's TLS door."""

import datetime
import time
from pathlib import Path

import pytest

from zhulian.cli.commands.doctor import look_at_tls
from zhulian.cli.words import set_language
from zhulian.gateway.trial import DAYS, make_trial

_DAY_S = 86_400


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make_trial(tmp_path / "tls", ("localhost",), datetime.datetime.now(datetime.UTC))
    (tmp_path / "gateway.toml").write_text('[tls]\ncertificate = "tls/server.pem"\nkey = "tls/server.key"\n', encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("in_days", "usable", "en", "zh"),
    [
        (0, True, "can be used until", "可以使用"),
        (DAYS - 9, True, "runs out in", "天后"),
        (DAYS + 1, False, "has run out", "已于"),
    ],
)
def test_doctor__tells_of_a_certificate_that_runs_out(home: Path, in_days: int, usable: bool, en: str, zh: str) -> None:
    now = time.time() + in_days * _DAY_S
    try:
        set_language("zh")
        said = look_at_tls(home, now)[1]
    finally:
        set_language("en")
    found, lines = look_at_tls(home, now)
    assert found is not None
    assert (found["usable"], found["days"] < 21) == (usable, in_days > 0)
    assert en in lines[0]
    assert zh in said[0]


def test_doctor__names_what_is_wrong_with_the_door(home: Path) -> None:
    (home / "tls" / "server.key").chmod(0o644)
    found, lines = look_at_tls(home, time.time())
    assert found is not None
    assert (found["usable"], found["code"]) == (False, "gateway/39")
    assert "chmod 600" in lines[0]


def test_doctor__says_nothing_of_a_door_that_is_not_there(tmp_path: Path) -> None:
    assert look_at_tls(tmp_path, time.time()) == (None, [])
