import json
from pathlib import Path

import pytest

from zhulian.cli.main import run


def test_tls__makes_a_certificate_for_a_trial_and_shows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHULIAN_HOME", str(tmp_path))
    assert run(["tls", "show", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"tls": None}
    assert run(["tls", "trial", "chain.example", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["names"] == ["chain.example", "localhost", "127.0.0.1", "::1"]
    assert Path(made["key"]).stat().st_mode & 0o777 == 0o600
    (tmp_path / "gateway.toml").write_text('[tls]\ncertificate = "tls/server.pem"\nkey = "tls/server.key"\n')
    assert run(["tls", "show", "--json"]) == 0
    assert 88 <= json.loads(capsys.readouterr().out)["days"] <= 90
    for language in ("zh", "en"):
        assert run(["--lang", language, "tls", "trial"]) == 0
        assert made["certificate"] in capsys.readouterr().out
        assert run(["--lang", language, "tls", "show"]) == 0
        assert "tls/server.pem" in capsys.readouterr().out
    assert run(["tls", "trial", "no name"]) == 2
    Path(made["certificate"]).write_text("junk")
    assert run(["tls", "show"]) == 1
    assert "gateway/39" in capsys.readouterr().err
