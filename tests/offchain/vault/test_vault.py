"""The vault over both stores: uploads that are resumed, quotas, hostile names, scrubbing, and what may be swept away."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhulian.crypto import GM
from zhulian.home import Home, VaultConfig
from zhulian.offchain.vault import Backend, Standing, Vault, may_read, open_vault, settle, standing_of
from zhulian.offchain.vault.catalogue import Catalogue, Entry
from zhulian.offchain.vault.disk import DiskStore
from zhulian.offchain.vault.errors import (
    DigestDiffers,
    NotADigest,
    NotHere,
    OffsetDiffers,
    OverQuota,
    TooLargeForVault,
    UploadOfAnother,
    VaultMisconfigured,
)
from zhulian.offchain.vault.sweeping import gone

Make = Callable[..., Vault]
NOW = 1_770_000_000


class Clock:
    now = float(NOW)

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(store: Backend, tmp_path: Path, clock: Clock) -> Iterator[Make]:
    """Makes a vault over a store; a second one is the same after a restart."""
    made: list[Vault] = []

    def one(**settings: Any) -> Vault:
        config = VaultConfig(operator="org1", **settings)
        made.append(Vault(GM, store, Catalogue(tmp_path / "catalogue.sqlite"), tmp_path / "staging", config, clock))
        return made[-1]

    yield one
    for each in made:
        each.close()


def name_of(content: bytes) -> str:
    return GM.digest(content).hex()


def keep(vault: Vault, content: bytes, party: str = "org1", about: str = "") -> str:
    assert vault.accept(party, name_of(content), 0, len(content), content, about).complete
    return name_of(content)


def test_upload__comes_in_pieces_and_goes_on_after_a_restart(make: Make) -> None:
    content = os.urandom(3_000_000)
    name, first = name_of(content), make()
    assert first.accept("org1", name, 0, len(content), content[:1_000_000]).offset == 1_000_000
    with pytest.raises(OffsetDiffers) as wrong:
        first.accept("org1", name, 2_000_000, len(content), content[2_000_000:])
    assert wrong.value.expected == 1_000_000
    second = make()
    assert second.progress(name).offset == 1_000_000
    assert second.accept("org1", name, 1_000_000, len(content), content[1_000_000:2_500_000]).complete is False
    assert second.accept("org1", name, 2_500_000, len(content), content[2_500_000:]).complete
    assert b"".join(second.read(name)) == content
    assert b"".join(second.read(name, 1_999_999, 5)) == content[1_999_999:2_000_004]
    assert second.accept("org2", name, 0, len(content), b"x").complete  # it is there already, whoever comes


def test_upload__whose_digest_differs_is_thrown_away(make: Make) -> None:
    vault = make()
    with pytest.raises(DigestDiffers):
        vault.accept("org1", name_of(b"right"), 0, 5, b"wrong")
    assert vault.progress(name_of(b"right")).offset == 0
    assert vault.held() == (0, 0)
    assert keep(vault, b"right") == name_of(b"right")


def test_upload__beyond_what_was_announced_is_refused(make: Make) -> None:
    vault = make()
    with pytest.raises(OffsetDiffers):
        vault.accept("org1", name_of(b"abc"), 0, 2, b"abc")


def test_quota__counts_what_is_kept_and_what_is_under_way(make: Make) -> None:
    vault = make(object_bytes_max=100, party_bytes_max=150, bytes_max=200)
    with pytest.raises(TooLargeForVault):
        vault.accept("org1", "ab" * 32, 0, 101, b"x")
    with pytest.raises(TooLargeForVault):
        vault.accept("org1", "ab" * 32, 0, 0, b"")
    vault.accept("org1", "ab" * 32, 0, 100, b"half")
    with pytest.raises(OverQuota) as own:
        vault.accept("org1", "cd" * 32, 0, 51, b"x")
    assert own.value.party == "org1"
    keep(vault, b"y" * 90, "org2")
    with pytest.raises(OverQuota) as whole:
        vault.accept("org3", "ef" * 32, 0, 20, b"x")
    assert whole.value.most == 200
    assert vault.held("org1") == (1, 100)


def test_upload__of_one_party_is_not_taken_over_until_it_has_lapsed(make: Make, clock: Clock) -> None:
    vault = make()
    vault.accept("org1", "ab" * 32, 0, 10, b"half")
    with pytest.raises(UploadOfAnother):
        vault.accept("org2", "ab" * 32, 0, 10, b"half")
    clock.now += 25 * 3600
    assert vault.accept("org2", "ab" * 32, 0, 10, b"half").offset == 4


@given(name=st.one_of(st.text(max_size=80), st.just("../" * 20 + "etc/passwd"), st.just("AB" * 32), st.just("ab" * 32 + "\n")))
def test_name__is_a_digest_or_refused(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp() / "names"
    (folder / "objects").mkdir(parents=True, exist_ok=True)
    vault = Vault(GM, DiskStore(folder / "objects"), Catalogue(folder / "c"), folder / "staging", VaultConfig(), Clock())
    if len(name) == 64 and set(name) <= set("0123456789abcdef"):
        return
    for call in (lambda: vault.size(name), lambda: vault.read(name), lambda: vault.delete(name), lambda: vault.progress(name)):
        with pytest.raises(NotADigest):
            call()
    with pytest.raises(NotADigest):
        vault.accept("org1", name, 0, 1, b"x")
    vault.close()


def test_scrub__names_what_is_damaged_or_lost_and_serves_the_others(make: Make, store: Backend, tmp_path: Path) -> None:
    vault = make(elsewhere=["http://other:1"])
    good, bad, lost = keep(vault, b"good"), keep(vault, b"bad"), keep(vault, b"lost")
    (tmp_path / "swapped").write_bytes(b"evil")
    store.delete(bad)
    store.put(bad, tmp_path / "swapped")
    store.delete(lost)
    told: list[int] = []
    done = vault.scrub(told.append)
    assert (done.objects, done.damaged, done.missing) == (3, (bad,), (lost,))
    assert sum(told) == done.bytes
    assert b"".join(vault.read(good)) == b"good"
    for each in (bad, lost):
        with pytest.raises(NotHere) as no:
            vault.read(each)
        assert no.value.elsewhere == "http://other:1"
    assert keep(vault, b"lost") == lost  # whoever still has it may bring it again
    assert vault.scrub().missing == (bad,)


def test_sweep__removes_the_dead_at_once_the_unnamed_after_a_while_and_the_living_never(make: Make, clock: Clock) -> None:
    vault = make(grace_s=3600)
    live, dead, unnamed = keep(vault, b"live"), keep(vault, b"dead", about="cc" * 32), keep(vault, b"unnamed")
    standing: dict[str, Standing] = {live: "live", dead: "dead", unnamed: "unnamed"}
    assert vault.sweep(standing.__getitem__).removed == (dead,)
    clock.now += 3700
    assert vault.sweep(standing.__getitem__).removed == (unnamed,)
    clock.now += 10**9
    assert vault.sweep(standing.__getitem__).removed == ()
    assert vault.brought_for("cc" * 32) == []
    assert vault.held() == (1, 4)


def test_sweep__removes_nothing_where_the_chain_does_not_answer(make: Make) -> None:
    vault = make(grace_s=0)
    keep(vault, b"kept")

    def silent(digest: str) -> Standing:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        vault.sweep(silent)
    assert vault.held() == (1, 4)


@given(
    entries=st.lists(st.tuples(st.sampled_from(["live", "dead", "unnamed"]), st.integers(0, 200)), max_size=30),
    grace=st.integers(0, 200),
)
def test_gone__is_never_what_lives(entries: list[tuple[Standing, int]], grace: int) -> None:
    made = [Entry(f"{at:064x}", 1, "org1", "", NOW - age) for at, (_, age) in enumerate(entries)]
    standing = {each.digest: kind for each, (kind, _) in zip(made, entries, strict=True)}
    found = {each.digest for each in gone(made, standing.__getitem__, NOW, grace)}
    for each, (kind, age) in zip(made, entries, strict=True):
        assert (each.digest in found) == (kind == "dead" or (kind == "unnamed" and age > grace))


def test_rebuild__takes_up_what_a_lost_catalogue_knew(make: Make, tmp_path: Path) -> None:
    first = make()
    name = keep(first, b"content")
    first.close()
    for path in tmp_path.glob("catalogue.sqlite*"):
        path.unlink()
    second = make()
    assert second.rebuild() == 1
    assert b"".join(second.read(name)) == b"content"


def state(**more: Any) -> dict[tuple[str, ...], dict[str, Any]]:
    """A chain's state with one content of org1, read by org2, kept by org3."""
    named = {"content": "c", "owner": "org1"}
    return {
        ("share/blobs", "b"): {**named, "kind": "content"},
        ("share/blobs", "k"): {**named, "kind": "key", "reader": "org2"},
        ("share/blobs", "s"): {**named, "kind": "share", "reader": "org3"},
        ("share/blobs", "r"): {**named, "kind": "release", "reader": "org2"},
        ("share/contents", "c", "org1"): {"blob": "b", **more},
        ("share/readers", "c", "org1", "org2"): {},
        ("share/readers", "c", "org1", "org4"): {"ended": {}},
    }


def test_reading__is_for_owner_readers_and_the_keeper_that_it_concerns() -> None:
    kept = state()
    may = {
        (name, party): settle(may_read(name, party, "org9"), kept.get)
        for name in "bksr"
        for party in ("org1", "org2", "org3", "org4", "org9")
    }
    assert {each for each, allowed in may.items() if allowed} == {
        ("b", "org1"), ("k", "org1"), ("s", "org1"), ("r", "org1"), ("b", "org2"), ("k", "org2"), ("r", "org2"), ("s", "org3"),
    }  # fmt: skip
    assert settle(may_read("x", "org9", "org9"), kept.get)
    assert not settle(may_read("x", "org1", "org9"), kept.get)
    erased = state(erased={})
    assert not settle(may_read("b", "org2", None), erased.get)


def test_standing__follows_erasure_and_withdrawal() -> None:
    assert [settle(standing_of(name), state().get) for name in "bksrx"] == ["live", "live", "live", "live", "unnamed"]
    assert [settle(standing_of(name), state(erased={}).get) for name in "bksr"] == ["dead"] * 4
    withdrawn = {**state(), ("share/readers", "c", "org1", "org2"): {"ended": {}}}
    assert [settle(standing_of(name), withdrawn.get) for name in "bk"] == ["live", "dead"]


def test_open_vault__says_what_is_missing_in_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bucket: Any) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    client, name = bucket
    home = Home(tmp_path)
    home.config_file.write_text('[node]\nsealer = "org7"\n[vault]\nstore = "s3"\n')
    with pytest.raises(VaultMisconfigured):
        open_vault(home, GM)
    address = client._base_url.host
    home.config_file.write_text(
        f'[vault]\nstore = "s3"\nendpoint = "{address}"\nbucket = "{name}"\nsecure = false\noperator = "org7"\n'
    )
    with pytest.raises(VaultMisconfigured):
        open_vault(home, GM)
    (home.vault / "s3.json").write_text('{"access_key": "a", "secret_key": "b"}')
    vault = open_vault(home, GM)
    assert vault.config.operator == "org7"
    assert keep(vault, b"in the bucket") == name_of(b"in the bucket")
    assert next(client.list_objects(name)).object_name == name_of(b"in the bucket")
    vault.close()
