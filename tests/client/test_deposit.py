"""Depositing: what goes on the chain, what comes back, and what is found again."""

from pathlib import Path

import pytest

from tests.client.fake_node import FakeNode
from zhulian import canonical
from zhulian.client import Chain, Failed, FromNode
from zhulian.client.errors import NoSuchRecord, WrongSource
from zhulian.crypto import GM
from zhulian.ledger.receipts import verify_receipt


def test_deposit__puts_a_salted_commitment_on_the_chain_and_opens_it_in_the_receipt(chain: Chain, file: Path) -> None:
    done = chain.evidence.deposit(file)
    digest = GM.digest(file.read_bytes())
    salt = GM.hmac(chain.core.salts.secret, chain.core.hasher.preimage("salt", digest))
    commitment = chain.core.hasher.digest("commitment", salt + digest).hex()
    assert (done.digest, done.deposit, done.public, done.found) == (digest.hex(), commitment, False, False)
    assert done.receipt.document["opening"] == {"digest": digest.hex(), "salt": salt.hex()}
    assert done.receipt.document["body"]["messages"] == [{"type": "evidence.deposit", "commitment": commitment}]
    assert digest.hex() not in canonical.encode(chain.receipt(done.receipt.proved.transaction).document).decode()
    assert verify_receipt(done.receipt.document, chain.core.trusted, file_digest=digest).digest == digest.hex()


def test_deposit__public_puts_the_plain_digest_on_the_chain(chain: Chain, file: Path) -> None:
    done = chain.evidence.deposit(file, public=True, source="web_capture")
    assert done.receipt.document["body"]["messages"] == [
        {"type": "evidence.deposit", "digest": GM.digest(file.read_bytes()).hex(), "source": "web_capture"}
    ]
    assert "opening" not in done.receipt.document
    assert chain.evidence.find(file).public


def test_deposit__same_file_again_finds_the_record(chain: Chain, node: FakeNode, file: Path) -> None:
    first = chain.evidence.deposit(file)
    height = node.height
    again = chain.evidence.deposit(file)
    assert again.found
    assert again.receipt.document == first.receipt.document
    assert (node.height, len(node.submitted)) == (height, 1)


def test_deposit__same_file_without_the_journal_finds_the_record_on_the_chain(node: FakeNode, tmp_path: Path, file: Path) -> None:
    with node.connect(tmp_path / "home") as chain:
        first = chain.evidence.deposit(file)
    for each in (tmp_path / "home" / "client" / "journal").iterdir():
        each.unlink()
    with node.connect(tmp_path / "home") as chain:
        again = chain.evidence.deposit(file)
        assert again.found
        assert again.receipt.document == first.receipt.document
        assert chain.evidence.deposit(file).found  # now from the journal
    assert len(node.submitted) == 2


def test_remake__needs_the_secret_only(node: FakeNode, tmp_path: Path, file: Path) -> None:
    with node.connect(tmp_path / "home") as chain:
        first = chain.evidence.deposit(file)
    for each in (tmp_path / "home" / "client" / "journal").iterdir():
        each.unlink()
    with node.connect(tmp_path / "home") as chain:
        assert chain.evidence.remake(file).receipt.document == first.receipt.document
    with node.connect(tmp_path / "another home") as chain, pytest.raises(NoSuchRecord):
        chain.evidence.remake(file)


def test_find__proves_the_record_and_refuses_an_unknown_file(chain: Chain, file: Path, tmp_path: Path) -> None:
    done = chain.evidence.deposit(file)
    found = chain.evidence.find(file)
    assert (found.deposit, found.party, found.value["transaction"]) == (done.deposit, "org1", done.receipt.proved.transaction)
    other = tmp_path / "other"
    other.write_bytes(b"never seen")
    with pytest.raises(NoSuchRecord):
        chain.evidence.find(other)


def test_deposit__another_party_may_deposit_the_same_public_file(
    node: FakeNode, chain: Chain, file: Path, tmp_path: Path
) -> None:
    chain.evidence.deposit(file, public=True)
    with node.connect(tmp_path / "home2", "org2.clerk") as other:
        assert not other.evidence.deposit(file, public=True).found


def test_deposit__a_wrong_source_is_refused_before_anything_is_sent(chain: Chain, node: FakeNode, file: Path) -> None:
    with pytest.raises(WrongSource):
        chain.evidence.deposit(file, source="hearsay")  # type: ignore[arg-type]
    assert node.submitted == []


def test_deposit_many__gives_one_result_each_in_order(chain: Chain, node: FakeNode, tmp_path: Path) -> None:
    files = [tmp_path / f"file{number}" for number in range(12)]
    for number, path in enumerate(files):
        path.write_bytes(b"same" if number in (3, 4) else b"%d" % number)
    chain.evidence.deposit(files[7])
    paths = [*files, tmp_path / "missing"]
    done = chain.evidence.deposit_many(paths)
    assert [each.path for each in done] == [str(path) for path in paths]
    assert isinstance(done[-1], Failed)
    assert done[-1].why.code == "client/13"
    for path, each in zip(files, done, strict=False):
        assert not isinstance(each, Failed)
        verify_receipt(each.receipt.document, chain.core.trusted, file_digest=GM.digest(path.read_bytes()))
    assert [each.found for each in done if not isinstance(each, Failed)] == [number == 7 for number in range(12)]
    assert len(set(node.submitted)) == 11  # two of the same content are one intent


def test_witness_and_withdraw__go_through(node: FakeNode, chain: Chain, file: Path, tmp_path: Path) -> None:
    done = chain.evidence.deposit(file)
    with node.connect(tmp_path / "home2", "org2.clerk") as notary:
        assert notary.evidence.witness(done.deposit, "org1", "recomputed").status == "applied"
        with pytest.raises(FromNode) as no:
            notary.evidence.withdraw(done.deposit, "org1", "mistaken")
        assert no.value.problem["outcome"] == "refused"
    assert chain.page("evidence/witnesses", prefix=(done.deposit, "org1")).items[0]["key"][-2:] == ["org2", "recomputed"]
    assert chain.evidence.withdraw(done.deposit, "org1", "mistaken").status == "applied"
    assert chain.evidence.find(file).value["withdrawn"]["reason"] == "mistaken"
