"""Names, numbers, routes and limits that others rely on change only on purpose."""

import difflib
import json

from scripts import surface


def test_surface__is_as_the_snapshot_says() -> None:
    now = surface.text(surface.surface())
    before = surface.SNAPSHOT.read_text(encoding="utf-8") if surface.SNAPSHOT.exists() else ""
    changed = list(difflib.unified_diff(before.splitlines(), now.splitlines(), "snapshot", "code", lineterm="", n=2))
    assert not changed, (
        "others rely on these. If the change is meant, run `make snapshot` and say it in CHANGELOG.md:\n" + "\n".join(changed)
    )


def test_snapshot__sees_every_part() -> None:
    found = json.loads(surface.SNAPSHOT.read_text(encoding="utf-8"))
    assert {"evidence.deposit", "govern.propose", "identity.enrol"} <= set(found["messages"])
    assert {"evidence.deposited", "govern.passed"} <= set(found["events"])
    assert {"s", "b", "t", "u"} <= set(found["prefixes"])
    assert {"zhulian/genesis/1", "zhulian/receipt/1", "zhulian/state/1", "zhulian/checkpoint/1"} <= set(found["formats"])
    assert "zhulian evidence deposit" in found["commands"]
    assert any(route["path"] == "/v1/status" for route in found["routes"])
    assert len(found["refusals"]) > 100


def test_routes__have_names_of_their_own() -> None:
    names = [route["operation"] for route in surface.routes()]
    assert len(names) == len(set(names))
