"""Finding sealed files by name and words at a running node: each organisation finds what its own keys open, and nobody else does."""

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import LiveNode, Run, run  # noqa: F401 (a fixture)
from tests.offchain.test_search_live import until_indexed, url_of
from zhulian.client import Chain, connect
from zhulian.client.errors import IndexDiffers
from zhulian.client.sealed.deposit import Sealing
from zhulian.client.sealed.describing import Describing

PRIVATE = Sealing(readers=("org2", "regulator"))
GUARDED = Sealing(readers=("org2", "regulator"), guarded=True)
READERS = {"org1.clerk": True, "org2.clerk": True, "org3.clerk": False, "org4.clerk": True}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveNode]:
    """A running node with nothing on its chain."""
    found = LiveNode(tmp_path_factory.mktemp("described") / "home")
    found.start()
    try:
        yield found
    finally:
        found.stop()


def as_(node: LiveNode, signer: str) -> Chain:
    return connect(url_of(node.home), signer, home=node.home)


def until(found: Callable[[], bool], seconds: float = 90) -> None:
    """Wait until it is so."""
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end
        time.sleep(0.1)


def titles(node: LiveNode, signer: str, words: str, own: bool = True) -> Sequence[str]:
    with as_(node, signer) as chain:
        page = chain.search(words, own=own)
        assert [each.fault for each in page.hits] == [None] * len(page.hits)
        return [each.title.zh.partition("（")[0] for each in page.hits]


def file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_first_deposit__is_found_by_name_by_its_depositor_alone(
    node: LiveNode,
    run: Run,  # noqa: F811 (the fixture of that name)
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ZHULIAN_HOME", str(node.home))
    path = file(tmp_path, "租赁合同 2020.txt", "出租方甲，承租方乙，押金已付讫。")
    done = run("evidence", "deposit", path, "--about", "西湖区文三路商铺", "--json").document["deposits"][0]
    assert (done["described"], done["height"]) == (True, 1)
    until_indexed(url_of(node.home), 90)
    until(lambda: titles(node, "org1.clerk", "合同 2020") == ["租赁合同 2020.txt"])
    for words in ("租赁合同", "文三路", "押金"):
        assert titles(node, "org1.clerk", words) == ["租赁合同 2020.txt"]
        assert titles(node, "org2.clerk", words) == []
        assert titles(node, "org1.clerk", words, own=False) == []
    shown = run(
        "search",
        "合同 2020",
        "--own",
        "--party",
        "org1",
        "--kind",
        "evidence",
        "--state",
        "standing",
        "--prove",
        tmp_path / "proofs",
        "--lang",
        "zh",
    )
    assert "租赁【合同】 【2020】.txt" in shown.out
    assert "均已与链上核对" in shown.out
    for each in (tmp_path / "proofs").iterdir():
        assert run("verify", each, "--genesis", node.home / "genesis.json").status == 0
    today = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))
    assert len(run("search", "合同", "--own", "--since", today, "--until", today, "--json").document["hits"]) == 1
    assert run("search", "合同", "--own", "--since", "2100-01-01", "--json").document["hits"] == []
    assert [each["private"] for each in run("search", done["deposit"], "--json").document["hits"]] == [
        False
    ]  # nobody's words for whoever has the number
    assert run("evidence", "deposit", path, "--about", "x", "--undescribed").status == 2
    assert run("evidence", "deposit", path, "--json").document["deposits"][0]["described"] is True


def test_folder__is_found_by_its_name_words_and_the_names_of_its_files(
    node: LiveNode,
    run: Run,  # noqa: F811 (the fixture of that name)
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ZHULIAN_HOME", str(node.home))
    (tmp_path / "季度台账" / "sub").mkdir(parents=True)
    until_indexed(url_of(node.home), 90)
    file(tmp_path / "季度台账", "发票.txt", "1")
    file(tmp_path / "季度台账" / "sub", "过磅单.txt", "2")
    plain = tmp_path / "plain"
    plain.mkdir()
    file(plain, "验货单.txt", "3")
    assert run("evidence", "deposit", plain, "--batch", "--undescribed", "--json").document["batches"][0]["described"] is False
    words = ("evidence", "deposit", tmp_path / "季度台账", "--batch", "--json")
    done = run(*words, "--about", "三季度").document["batches"][0]
    assert (done["described"], done["found"]) == (True, False)
    for each in ("季度台账", "三季度", "过磅单"):
        until(lambda each=each: titles(node, "org1.clerk", each) == ["季度台账"])  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        assert titles(node, "org2.clerk", each) == titles(node, "org1.clerk", each, own=False) == []
    again = run(*words).document["batches"][0]
    assert (again["described"], again["found"], again["transaction"]) == (True, True, done["transaction"])
    assert titles(node, "org1.clerk", "验货单") == []
    later = run("evidence", "deposit", plain, "--batch", "--json").document["batches"][0]
    assert (later["described"], later["found"]) == (True, True)
    until(lambda: titles(node, "org1.clerk", "验货单") == ["plain"])


@pytest.mark.parametrize(("sealing", "text_found"), [(PRIVATE, True), (GUARDED, False)], ids=["private", "guarded"])
def test_sealed_deposit__is_found_by_its_readers(node: LiveNode, tmp_path: Path, sealing: Sealing, text_found: bool) -> None:
    name = f"调解笔录 {'guarded' if sealing.guarded else 'private'}.txt"
    path = file(tmp_path, name, f"双方同意于年底前还清欠款 {name}")
    with as_(node, "org1.clerk") as chain:
        done = chain.sealed.deposit(path, sealing, describing=Describing("借款纠纷"))
        assert done.described
        for signer, may in READERS.items():
            until(lambda signer=signer, may=may: (name in titles(node, signer, "调解笔录")) == may)  # type: ignore[misc]  # mypy cannot infer a lambda with a default
            assert (name in titles(node, signer, "借款纠纷")) == may
            assert (name in titles(node, signer, "还清欠款")) == (may and text_found)
        chain.sealed.withdraw(done.deposit, "org2")
        until(lambda: name not in titles(node, "org2.clerk", "借款纠纷"))
        assert name in titles(node, "org4.clerk", "借款纠纷")
        if not sealing.guarded:
            chain.sealed.rewrap(done.deposit, ["org3"])
        else:
            chain.sealed.grant(done.deposit, "org3", purposes=["审理"])
        until(lambda: name in titles(node, "org3.clerk", "借款纠纷"))
        chain.sealed.erase(done.deposit)
        for signer in READERS:
            until(lambda signer=signer: name not in titles(node, signer, "借款纠纷"))  # type: ignore[misc]  # mypy cannot infer a lambda with a default


@pytest.mark.long  # the node starts again and everything is read anew; a rebuild in place plays in test_search_live
def test_rebuild__needs_ledger_and_vault_alone(node: LiveNode, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811 (the fixture of that name)
    monkeypatch.setenv("ZHULIAN_HOME", str(node.home))
    with as_(node, "org1.clerk") as chain:
        deposit = chain.sealed.deposit(file(tmp_path, "验收单.txt", "合格"), Sealing(readers=("org2",)), describing=Describing())
        until(lambda: titles(node, "org2.clerk", "验收单") == ["验收单.txt"])
    node.stop()
    shutil.rmtree(node.home / "index")
    shutil.rmtree(node.home / "client" / "journal")
    node.start()
    until_indexed(url_of(node.home), 90)
    until(lambda: titles(node, "org2.clerk", "验收单") == ["验收单.txt"])
    assert titles(node, "org3.clerk", "验收单") == []
    run("index", "rebuild", "--json")
    until(lambda: titles(node, "org2.clerk", "验收单") == ["验收单.txt"])
    assert deposit.described


def test_search__names_the_row_whose_words_somebody_has_changed(node: LiveNode, tmp_path: Path) -> None:
    with as_(node, "org1.clerk") as chain:
        chain.evidence.deposit(file(tmp_path, "送达回证.txt", "已送达"), describing=Describing())
        until(lambda: titles(node, "org1.clerk", "送达回证") == ["送达回证.txt"])
        for part, change in (
            ("title", "UPDATE documents SET title_zh = replace(title_zh, '送达', '未送达') WHERE title_zh LIKE '送达回证%'"),
            ("text", "UPDATE documents SET text_zh = replace(text_zh, '已送达', '未送达') WHERE title_zh LIKE '送达回证%'"),
            (
                "opened",
                "UPDATE documents SET content = replace(content, '\\u5df2\\u9001', '\\u672a\\u9001') WHERE title_zh LIKE '送达回证%'",
            ),
            (
                "opened",
                "UPDATE documents SET content = replace(content, 'descriptor', 'describes') WHERE title_zh LIKE '送达回证%'",
            ),
        ):
            with sqlite3.connect(node.home / "index" / "index.db", timeout=30) as tables:
                before = tables.execute(
                    "SELECT id, title_zh, text_zh, content FROM documents WHERE title_zh LIKE '送达回证%'"
                ).fetchone()
                tables.execute(change)
            tables.close()
            (hit,) = chain.search("送达", own=True).hits
            assert isinstance(hit.fault, IndexDiffers)
            assert hit.fault.part == part
            with sqlite3.connect(node.home / "index" / "index.db", timeout=30) as tables:
                tables.execute(
                    "UPDATE documents SET title_zh = ?, text_zh = ?, content = ? WHERE id = ?", (*before[1:], before[0])
                )
            tables.close()
