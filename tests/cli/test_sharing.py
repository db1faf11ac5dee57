"""Sealed content through a real node with real keepers: private and guarded, withdrawn, erased, in an emergency, and what goes wrong."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Done, LiveNode, Run
from zhulian.client import connect
from zhulian.client.flow import Call, call, drive
from zhulian.client.sealed.deposit import Sealing
from zhulian.client.sealed.errors import ContentSwapped, FileInTheWay, NotForYou
from zhulian.client.sealed.making import harmless_name, read_head
from zhulian.crypto import ChunkFails, SealedCut

pytestmark = pytest.mark.usefixtures("at_home")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh file, longer than one chunk, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "合同 2020.txt"
    path.write_bytes("合同编号：2020-0001\n".encode() + os.urandom(2_200_000))
    return path


def sealed(run: Run, file: Path, *words: str) -> str:
    """Deposit a file sealed; answers its receipt's path."""
    done = run("evidence", "deposit", file, "--no-certificate", *words)
    assert done.status == 0, done.err
    return f"{file}.receipt.json"


def opened(run: Run, what: str, who: str, folder: str, *words: str) -> Done:
    """Open into a folder of its own."""
    Path(folder).mkdir(exist_ok=True)
    return run("share", "open", what, "--as", who, "--out", folder, *words)


def no(done: Done) -> str:
    """The number of a refusal."""
    assert done.status != 0
    return done.err.split()[0]


def until(seconds: float, holds: Any) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_share__names_the_receipt_that_is_not_there(run: Run) -> None:
    given = {
        "show": (),
        "open": (),
        "rewrap": ("--to", "org2"),
        "grant": ("--to", "org2"),
        "withdraw": ("--from", "org2"),
        "restrict": (),
        "erase": (),
        "break-glass": ("--reason", "order"),
    }
    for command, words in given.items():
        done = run("share", command, "none.receipt.json", *words)
        assert (done.status, no(done)) == (2, "cli/6")
        assert "none.receipt.json" in done.err
    assert no(run("share", "erase", "合同 2020.txt")) == "cli/6"


def test_private__readers_open_others_do_not_and_withdrawal_and_erasure_end_it(run: Run, file: Path, live: LiveNode) -> None:
    receipt = sealed(run, file, "--seal-for", "org2", "--seal-for", "regulator")
    assert run("verify", file).status == 0
    assert opened(run, receipt, "org2.clerk", "two").status == 0
    assert Path("two", file.name).read_bytes() == file.read_bytes()
    assert opened(run, receipt, "org4.clerk", "four").status == 0
    assert no(opened(run, receipt, "org3.clerk", "three")) == "client/52"
    assert list(Path("three").iterdir()) == []
    assert no(opened(run, receipt, "org2.clerk", "two")) == "client/57"  # it is there already

    assert run("share", "rewrap", receipt, "--to", "org3").status == 0
    assert opened(run, receipt, "org3.clerk", "three").status == 0
    shown = json.loads(run("share", "show", receipt, "--json").out)
    assert [each["reader"] for each in shown["readers"]] == ["org1", "org2", "org3", "org4"]
    objects = live.home / "vault" / "objects"
    envelope = next(each["envelope"] for each in shown["readers"] if each["reader"] == "org2")
    blob = shown["record"]["blob"]

    assert run("share", "withdraw", receipt, "--from", "org2").status == 0
    Path("two", file.name).unlink()
    assert no(opened(run, receipt, "org2.clerk", "two")) == "client/52"
    until(5, lambda: not list(objects.rglob(envelope)))
    assert list(objects.rglob(blob))

    assert run("share", "erase", receipt, "--basis", "retention_over").status == 0
    until(5, lambda: not list(objects.rglob(blob)))
    assert no(opened(run, receipt, "org4.clerk", "other")) == "client/385"  # erased, not lost
    assert json.loads(run("share", "show", receipt, "--json").out)["record"]["erased"]["reason"] == "retention_over"
    assert run("verify", file).status == 0  # that it was deposited stays provable, to whoever still has the file


def test_guarded__each_opening_is_logged_before_keepers_release_and_ends_with_the_grant(run: Run, file: Path) -> None:
    receipt = sealed(run, file, "--seal-for", "org2", "--guarded", "--threshold", "2", "--emergency")
    done = opened(run, receipt, "org2.clerk", "two", "--purpose", "会诊", "--json")
    assert done.status == 0, done.err
    assert Path("two", file.name).read_bytes() == file.read_bytes()
    logged = json.loads(run("state", "share/openings", json.loads(done.out)["opening"], "--json").out)["value"]
    assert (logged["reader"], logged["purpose"], logged["signers"]) == ("org2", "会诊", ["org2.clerk"])
    assert len(logged["served"]) >= 2
    assert no(opened(run, receipt, "org3.clerk", "three", "--purpose", "好奇")) == "share/14"
    assert no(opened(run, receipt, "org2.clerk", "two")) == "cli/4"  # a purpose is due

    assert (
        run("share", "grant", receipt, "--to", "org3", "--purpose", "audit", "--uses", "1", "--until", "2099-12-31").status == 0
    )
    assert no(opened(run, receipt, "org3.clerk", "three", "--purpose", "gossip")) == "share/18"
    assert opened(run, receipt, "org3.clerk", "three", "--purpose", "audit").status == 0
    assert no(opened(run, receipt, "org3.clerk", "three", "--purpose", "audit")) == "share/17"
    assert run("share", "withdraw", receipt, "--from", "org2").status == 0
    assert no(opened(run, receipt, "org2.clerk", "two", "--purpose", "会诊")) == "share/15"


def test_break_glass__opens_alerts_and_waits_for_the_review(run: Run, file: Path) -> None:
    receipt = sealed(run, file, "--guarded", "--emergency")
    words = ("share", "break-glass", receipt, "--as", "org2.admin", "--reason", "danger_to_life", "--out", "glass")
    Path("glass").mkdir()
    assert no(run(*words)) == "share/23"
    with connect(_url(), "org2.admin") as chain:
        chain.identity.set_duties("org2.clerk", ["emergency"])
    done = run(*[each if each != "org2.admin" else "org2.clerk" for each in words], "--json")
    assert done.status == 0, done.err
    assert Path("glass", file.name).read_bytes() == file.read_bytes()
    assert no(run(*[each if each != "org2.admin" else "org2.clerk" for each in words])) == "share/24"
    assert run("share", "review", json.loads(done.out)["opening"], "--verdict", "justified").status == 0
    assert no(run("share", "break-glass", receipt, "--reason", "boredom")) == "cli/4"

    until(30, lambda: run("alerts", "list", "--level", "high", "--json").document["items"])
    (alert,) = run("alerts", "list", "--level", "high", "--json").document["items"]
    opening = json.loads(done.out)["opening"]
    assert (alert["source"], alert["rule"], alert["about"], alert["transaction"]) == (
        "chain",
        "emergency",
        "org1 ← org2",
        opening,
    )
    assert (alert["figures"]["reason"], alert["figures"]["owner"]) == ("danger_to_life", "org1")
    assert "Opened in an emergency" in run("alerts", "show", alert["id"]).out
    assert "紧急调阅" in run("alerts", "list", "--lang", "zh").out


def test_out__makes_the_folder_that_it_names_and_says_what_it_cannot_write(run: Run, file: Path) -> None:
    receipt = sealed(run, file, "--seal-for", "org2")
    words = ("share", "open", receipt, "--as", "org2.clerk", "--out")
    assert run(*words, "received/today/").status == 0
    assert Path("received", "today", file.name).read_bytes() == file.read_bytes()
    assert no(run(*words, f"{file}/")) == "client/386"
    assert no(run(*words, "nowhere/file.txt")) == "client/386"
    assert no(run(*words, f"received/today/{file.name}")) == "client/57"
    assert sorted(each.name for each in Path("received", "today").iterdir()) == [file.name]


def test_catalogue__a_request_is_granted_or_declined_and_the_grant_opens_what_belongs_to_the_entry(run: Run, file: Path) -> None:
    offered = ("share", "offer", "rain-2026", "--zh", "降雨", "--en", "Rain", "--field", "hour", "--field", "mm")
    assert run(*offered).status == 0
    assert "降雨" in run("share", "catalogue", "--lang", "zh").out
    (entry,) = run("share", "catalogue", "--owner", "org1", "--json").document["offers"]
    assert (entry["entry"], entry["fields"], entry["title"]["en"]) == ("rain-2026", ["hour", "mm"], "Rain")
    receipt = sealed(run, file, "--guarded", "--entry", "rain-2026")
    assert no(run("evidence", "deposit", file, "--seal-for", "org2", "--entry", "rain-2026")) == "cli/4"
    ask = ("share", "request", "rain-2026", "--owner", "org1", "--purpose", "research", "--field", "mm")
    assert run(*ask, "--until", "2099-12-31", "--as", "org3.clerk").status == 0
    assert run(*ask, "--as", "org4.clerk").status == 0
    assert no(run("share", "request", "snow", "--owner", "org1", "--purpose", "research", "--as", "org3.clerk")) == "share/31"
    assert no(opened(run, receipt, "org3.clerk", "three", "--purpose", "research")) == "share/14"
    assert run("share", "decline", "rain-2026", "--from", "org4").status == 0
    assert no(run("share", "decline", "rain-2026", "--from", "org4")) == "share/32"
    assert run("share", "grant", "rain-2026", "--to", "org3", "--purpose", "research").status == 0
    found = run("share", "requests", "--json").document["requests"]
    assert {each["requester"]: each["status"] for each in found} == {"org3": "granted", "org4": "declined"}
    assert "已授权" in run("share", "requests", "--owner", "org1", "--lang", "zh").out
    assert opened(run, receipt, "org3.clerk", "three", "--purpose", "research").status == 0
    assert run(*offered, "--end").status == 0
    assert run("share", "catalogue").out == "None.\n"


def _url() -> str:
    home = Path(os.environ["ZHULIAN_HOME"])
    return str(json.loads((home / "run" / "node.json").read_bytes())["url"])


def _change(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_vault__a_cut_a_change_a_swap_and_a_loss_are_told_and_others_served(run: Run, tmp_path: Path, live: LiveNode) -> None:
    objects = live.home / "vault" / "objects"
    with connect(_url(), "org1.clerk") as chain, connect(_url(), "org2.clerk") as reader:
        paths, blobs = {}, {}
        for name in ("cut", "changed", "swapped", "lost", "good"):
            path = tmp_path / name
            path.write_bytes(os.urandom(1_100_000))
            content = chain.sealed.deposit(path, Sealing(("org2",))).deposit
            blobs[name], paths[name] = str(chain.sealed.find(content).value["blob"]), content
        files = {name: next(objects.rglob(blob)) for name, blob in blobs.items()}
        whole = files["cut"].read_bytes()
        files["cut"].write_bytes(whole[:-20])
        _change(files["changed"], 500_000)
        files["swapped"].write_bytes(files["good"].read_bytes())
        files["lost"].unlink()
        with pytest.raises((SealedCut, ChunkFails)):
            reader.sealed.open(paths["cut"], out=tmp_path / "out-cut")
        with pytest.raises(ChunkFails) as fault:
            reader.sealed.open(paths["changed"], out=tmp_path / "out-changed")
        assert fault.value.chunk == 1
        with pytest.raises((ChunkFails, ContentSwapped)):
            reader.sealed.open(paths["swapped"], out=tmp_path / "out-swapped")
        lost = run("share", "open", paths["lost"], "--as", "org2.clerk", "--out", tmp_path / "out-lost")
        assert no(lost) == "client/54"
        assert blobs["lost"] in lost.err
        opened_well = reader.sealed.open(paths["good"], out=tmp_path / "out-good")
        assert opened_well.path is not None
        assert opened_well.path.read_bytes() == (tmp_path / "good").read_bytes()
        assert sorted(each.name for each in tmp_path.glob("*out*")) == ["out-good"]  # nothing half-opened is left
    scrubbed = json.loads(run("vault", "scrub", "--json").out)
    assert set(scrubbed["damaged"]) >= {blobs["cut"], blobs["changed"], blobs["swapped"]}
    assert blobs["lost"] in scrubbed["missing"]
    assert blobs["good"] not in scrubbed["damaged"]
    assert run("vault", "sweep").status == 0
    assert list(objects.rglob(blobs["good"]))


def test_deposit__refuses_what_cannot_be_sealed(run: Run, file: Path) -> None:
    assert no(run("evidence", "deposit", file, "--seal-for", "nobody")) == "client/49"
    assert no(run("evidence", "deposit", file, "--seal-for", "org2", "--public")) == "cli/4"
    assert no(run("evidence", "deposit", file, "--guarded", "--threshold", "9")) == "client/55"
    assert no(run("evidence", "deposit", file, "--guarded", "--keeper", "org2.clerk", "--keeper", "org3.keeper")) == "client/49"
    assert no(run("share", "open", "ab" * 32)) == "client/51"


def test_keep_until__bars_erasure_and_restriction_keeps_readers_out(run: Run, file: Path, live: LiveNode) -> None:
    receipt = sealed(run, file, "--seal-for", "org2", "--keep-until", "2099-01-01")
    assert no(run("share", "erase", receipt)) == "share/29"
    assert opened(run, receipt, "org2.clerk", "two").status == 0
    assert run("share", "restrict", receipt).status == 0  # kept, and read by nobody else from now on
    assert no(run("share", "restrict", receipt)) == "share/39"
    assert no(run("share", "rewrap", receipt, "--to", "org3")) == "share/39"
    Path("two", file.name).unlink()
    assert no(opened(run, receipt, "org2.clerk", "two")) == "client/340"
    assert opened(run, receipt, "org1.clerk", "own").status == 0
    shown = json.loads(run("share", "show", receipt, "--json").out)
    assert shown["record"]["restricted"]["reason"] == "restricted"
    blob = shown["record"]["blob"]
    with connect(json.loads((live.home / "run" / "node.json").read_bytes())["url"], "org2.clerk", home=live.home) as chain:
        answer = drive(call(Call("GET", f"/v1/vault/objects/{blob}")), chain.line)
    assert answer.status == 403  # whatever a client asks
    assert no(run("evidence", "deposit", file, "--seal-for", "org2", "--keep-until", "soon")) == "cli/4"


def test_encryption_key__is_renewed_and_the_old_one_still_opens(run: Run, file: Path, live: LiveNode) -> None:
    receipt = sealed(run, file, "--seal-for", "org3")
    assert run("identity", "encryption", "org3").status == 0
    assert opened(run, receipt, "org3.clerk", "before").status == 0
    other = file.with_name("other.txt")
    other.write_bytes(b"later")
    assert opened(run, sealed(run, other, "--seal-for", "org3"), "org3.clerk", "after").status == 0
    key = next((live.home / "keys").glob("org3.encrypt-*.key.json"))
    key.rename(key.with_suffix(".away"))
    assert no(opened(run, receipt, "org3.clerk", "without")) == "client/50"
    key.with_suffix(".away").rename(key)


def test_vault_status__says_who_operates_it(run: Run) -> None:
    done = json.loads(run("vault", "status", "--json").out)
    assert (done["operator"], done["party"]["name"]) == ("org1", "org1")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/", "content"),
        ("..", "content"),
        (".bashrc", "bashrc"),
        ("a\x00b\nc\u202egpj.exe", "abcgpj.exe"),
        ("长" * 100, "长" * 66),
        ("  合同 2020.txt ", "合同 2020.txt"),
    ],
)
def test_name__of_content_can_only_name_a_file_here(given: str, kept: str) -> None:
    assert harmless_name(given) == kept


def test_head__of_a_hostile_sender_is_made_harmless() -> None:
    head = read_head(
        b'{"digest":"00","format":"zhulian/head-of-content/1","media":"text/html; charset=<script>","name":"../x","salt":"11","size":1}'
    )
    assert head is not None
    assert (head.name, head.media) == ("x", "application/octet-stream")
    assert read_head(b'{"format":"other"}') is None
    assert read_head(b'{"digest":7,"format":"zhulian/head-of-content/1"}') is None


def test_open__leaves_files_in_place_and_needs_a_reader(file: Path, run: Run) -> None:
    sealed(run, file, "--seal-for", "org2")
    with connect(_url(), "org2.clerk") as reader, connect(_url(), "org3.clerk") as stranger:
        content = json.loads(run("evidence", "show", file, "--json").out)["deposit"]
        with pytest.raises(FileInTheWay):
            reader.sealed.open(content, out=file)
        with pytest.raises(NotForYou):
            stranger.sealed.open(content, out=file.with_suffix(".new"))
        assert reader.sealed.read(content).data == file.read_bytes()


def ward(run: Run, name: str) -> None:
    """A ward of three hospitals and two keepers, under this name."""
    assert run("scenario", "publish", Path(__file__).with_name("ward.yaml")).status == 0
    assert run("scenario", "open", "ward", "--as", name).status == 0
    for role, party in (
        ("hospital", "org1"), ("hospital", "org2"), ("hospital", "org4"), ("custodian", "org2"), ("custodian", "org3"),
    ):  # fmt: skip
        done = run("app", name, "admit", role, party)
        assert done.status == 0, done.err


def test_guarded_field__has_an_owner_other_than_who_deposits_it(run: Run, file: Path) -> None:
    """A definition says whose content it is: that party grants, reviews, restricts and erases; keepers release for its openings as for any other."""
    ward(run, "hz-ward")
    note = file.with_name("note.txt")
    note.write_text("附注", "utf-8")
    for number in ("V1", "V2"):
        words = (f"number={number}", "holder=org2", f"summary=@{file.name}", f"note=@{note.name}")
        written = run("app", "hz-ward", "write", *words, "--json")
        assert written.status == 0, written.err
    fields = json.loads(run("app", "hz-ward", "show", "visit", "V1", "--json").out)["value"]["fields"]
    named = json.loads(run("share", "show", fields["summary"], "--json").out)
    assert (named["record"]["keepers"], named["owner"]) == (["org2.keeper", "org3.keeper"], "org2")
    assert named["record"]["emergency"]

    asked = ("app", "hz-ward", "read", "V1", "purpose=会诊", "--as", "org4.clerk")
    assert no(run(*asked)).endswith(":not_allowed")
    assert no(run("app", "hz-ward", "allow", "V1", "to=org4")) == "scenario/55"
    assert run("app", "hz-ward", "allow", "V1", "to=org4", "--as", "org2.clerk").status == 0
    read = run(*asked, "--file", "four", "--json")
    assert read.status == 0, read.err
    assert Path("four").read_bytes() == file.read_bytes()
    assert no(run(*asked)).endswith(":not_allowed")  # it was for one reading

    rescue = ("app", "hz-ward", "rescue", "V1", "--as", "org2.clerk")
    assert no(run("app", "hz-ward", "rescue", "V1", "--as", "org4.clerk")) == "share/23"
    with connect(_url(), "org2.admin") as chain:
        chain.identity.set_duties("org2.clerk", ["emergency"])
    assert run(*rescue, "--file", "two").status == 0
    assert Path("two").read_bytes() == file.read_bytes()
    assert no(run(*rescue)) == "share/24"
    assert run("app", "hz-ward", "judge", "V1", "reader=org2", "--as", "org2.clerk").status == 0
    assert no(run("app", "hz-ward", "judge", "V1", "reader=org2", "--as", "org2.clerk")) == "share/41"

    handed = run("app", "hz-ward", "hand", "V1", "to=org4", "--json")
    assert handed.status == 0, handed.err
    assert opened(run, fields["note"], "org4.clerk", "note").status == 0
    assert no(run("app", "hz-ward", "hand", "V1", "to=org4", "--file", "x")) == "client/210"

    assert run("app", "hz-ward", "shut", "V1", "--as", "org2.clerk").status == 0
    assert no(opened(run, fields["summary"], "org2.clerk", "shut", "--purpose", "看")) == "share/39"
    closed = run("app", "hz-ward", "close", "V1", "--as", "org2.clerk")
    assert closed.status == 0, closed.err
    assert no(opened(run, fields["summary"], "org2.clerk", "gone", "--purpose", "看")) == "share/12"


def test_proposed_content__is_its_owners_once_all_have_signed(run: Run, file: Path, live: LiveNode) -> None:
    """Whoever proposes seals and registers it; with the last signature the owner has it, who grants, reads and erases; one who gives up erases."""
    ward(run, "hz-talks")
    plan = file.with_name("方案.txt")
    plan.write_text("治疗方案", "utf-8")
    home = str(json.loads((live.home / "run" / "node.json").read_bytes())["url"])
    with connect(home, "org1.clerk") as chain, connect(home, "org4.clerk") as other, connect(home, "org2.clerk") as holder:
        talks, theirs, its = chain.app("hz-talks"), other.app("hz-talks"), holder.app("hz-talks")
        given = {"holder": "org2", "summary": file, "plan": plan, "by": {"writer": "org1", "other": "org4"}}
        proposed = talks.propose("agree", number="V7", save=file.parent / "kept", **given)
        contents = {each.field: each.commitment for each in proposed.openings}
        assert {chain.sealed.find(each).owner for each in contents.values()} == {"org1"}
        with pytest.raises(NotForYou):
            other.sealed.open(contents["plan"], out=file.parent / "early")

        signed = theirs.approve(proposed.transaction)
        assert [each["type"] for each in signed.events].count("share.taken_over") == 2
        found = {name: chain.sealed.find(each) for name, each in contents.items()}
        assert {each.owner for each in found.values()} == {"org2"}
        assert (found["summary"].value["keepers"], found["summary"].value["via"]) == (["org2.keeper", "org3.keeper"], "org1")
        assert holder.state(("scenario/records", "hz-talks", "visit", "V7")).value["fields"]["summary"] == contents["summary"]
        assert holder.sealed.read(contents["plan"]).data == plan.read_bytes()  # a private one goes with its readers

        its.act("allow", "V7", to="org4")
        read = theirs.act("read", "V7", purpose="会诊")
        assert theirs.opened(read, out=file.parent / "four").path.read_bytes() == file.read_bytes()
        receipt = next((file.parent / "kept").glob("*.receipt.json"))
        assert run("share", "show", receipt, "--json").status == 0

        objects = live.home / "vault" / "objects"
        blobs = [str(each.value["blob"]) for each in found.values()]
        assert all(list(objects.rglob(each)) for each in blobs)
        its.act("drop", "V7")
        its.act("close", "V7")
        until(5, lambda: not any(list(objects.rglob(each)) for each in blobs))

        given_up = talks.propose("agree", number="V8", **given)
        talks.withdraw(given_up.transaction)
        chain.sealed.erase(given_up.openings[0].commitment)
        assert chain.sealed.find(given_up.openings[0].commitment).value["erased"]["reason"] == "request"
