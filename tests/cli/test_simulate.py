"""`zhulian simulate`: what it says, and that it needs no home."""

from tests.cli.conftest import Run


def test_simulate__says_what_it_did(run: Run) -> None:
    found = run("simulate", "--seeds", "1", "--from", "5", "--json")
    assert (found.status, found.document["seeds"], found.document["failed"]) == (0, 1, 0)
    assert found.document["figures"]["blocks"] > 10
    assert "1 个种子" in run("simulate", "--seeds", "1", "--from", "5", "--lang", "zh").out
