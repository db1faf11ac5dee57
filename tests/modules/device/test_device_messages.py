"""One test for each message of the device module; each walks the refusals in their order, on both suites' keys."""

from typing import Any

import msgspec
import pytest

from tests.modules.device.made import CERTIFICATE, DAY, NAME, Bench, read_at
from tests.modules.refusals import applied, events, refused, walk
from tests.world import key_of
from zhulian.client.devices.papers import make_possession
from zhulian.crypto import SoftwareSigner, fingerprint
from zhulian.modules.device.format import BatchPaper
from zhulian.modules.device.messages import Calibrate, ChangeKey, Enrol, Measure, Retire
from zhulian.modules.device.state import BATCHES, DEVICES, KEYS
from zhulian.modules.identity import messages as identity
from zhulian.modules.identity.credentials import possession_data


def enrol(made: Bench, **changed: Any) -> Enrol:
    paper = changed.pop("paper", None) or made.card()
    until = made.world.time + 30 * DAY
    return Enrol(**{"card": paper.card, "certificate": CERTIFICATE, "signature": paper.signature, "until": until, **changed})


def measure(paper: BatchPaper) -> Measure:
    return Measure(batch=paper.batch, key=paper.key, signature=paper.signature)


def change(made: Bench, number: int, **changed: Any) -> ChangeKey:
    signer = made.signer(number)
    given = {
        "device": NAME,
        "possession": make_possession(made.hasher, signer, NAME),
        "public_key": signer.public_key.hex(),
        "reason": "renewed",
    }
    return ChangeKey(**{**given, **changed})


@pytest.fixture(params=["gm", "intl"])
def made(request: pytest.FixtureRequest) -> Bench:
    return Bench(request.param)


def test_enrol__walks_its_refusals(made: Bench) -> None:
    suite = made.hasher.suite
    clerk = SoftwareSigner(suite, key_of(suite.name, "org1.clerk"))
    walk(
        made.world,
        ("identity/32", enrol(made), "org2.clerk"),
        ("device/4", enrol(made, paper=made.card(low=2, high=1)), "org1.clerk"),
        ("device/6", enrol(made, until=1), "org1.clerk"),
        ("device/5", enrol(made, paper=made.card(key=clerk)), "org1.clerk"),
        ("device/11", enrol(made, signature="00" * 64), "org1.clerk"),
    )
    assert events(applied(made.world, enrol(made), "org1.clerk")) == ["device.enrolled"]
    refused(made.world, "device/3", enrol(made), "org1.clerk")
    refused(made.world, "device/5", enrol(made, paper=made.card("org1.other")), "org1.clerk")
    key = fingerprint(suite, made.key.public_key)
    assert KEYS.get(made.world.state, key).device == NAME


def test_key_of_a_device__is_enrolled_for_no_signer(made: Bench) -> None:
    applied(made.world, enrol(made), "org1.clerk")
    until = made.world.time + DAY
    vouched = identity.Vouched(
        certificate="ce" * 32, not_after=until, not_before=made.world.time, public_key=made.key.public_key.hex()
    )
    data = possession_data("org1.new", made.key.public_key)
    proof = made.key.sign(made.hasher.preimage("possession", data)).hex()
    message = identity.Enrol(duties=[], kind="officer", possession=proof, signer="org1.new", vouched=vouched)
    refused(made.world, "identity/19", message, "org1.admin")


def test_calibrate__walks_its_refusals(made: Bench) -> None:
    message = Calibrate(certificate="cf" * 32, device=NAME, until=made.world.time + 90 * DAY)
    refused(made.world, "device/7", message, "org1.clerk")
    applied(made.world, enrol(made), "org1.clerk")
    walk(
        made.world,
        ("identity/32", message, "org2.clerk"),
        ("device/6", msgspec.structs.replace(message, until=made.world.time - 1), "org1.clerk"),
    )
    result = applied(made.world, message, ["org1.clerk", "org2.clerk"])
    assert events(result) == ["device.calibrated"]
    assert DEVICES.get(made.world.state, NAME).calibration.signers == ("org1.clerk", "org2.clerk")


def test_change_key__lets_the_former_key_sign_for_what_was_read_before(made: Bench) -> None:
    refused(made.world, "device/7", change(made, 8), "org1.clerk")
    applied(made.world, enrol(made), "org1.clerk")
    walk(
        made.world,
        ("identity/32", change(made, 8), "org2.clerk"),
        ("device/5", change(made, 7), "org1.clerk"),
        ("device/11", change(made, 8, possession="00" * 64), "org1.clerk"),
    )
    before = made.batch(read_at(made.now_ms, 1, [1]))
    applied(made.world, change(made, 8), "org1.clerk")
    late = made.batch(read_at(made.now_ms + 5000, 2, [1]))
    applied(made.world, measure(before), "org2.clerk")
    refused(made.world, "device/10", measure(late), "org2.clerk")
    applied(made.world, measure(made.batch(read_at(made.now_ms, 2, [1]), made.signer(8))), "org2.clerk")
    early = made.batch(read_at(made.now_ms, 3, [1]), made.signer(8))
    applied(made.world, change(made, 9, reason="compromised"), "org1.clerk")
    refused(made.world, "device/10", measure(early), "org2.clerk")


def test_retire__walks_its_refusals(made: Bench) -> None:
    message = Retire(device=NAME, reason="tampered")
    refused(made.world, "device/7", message, "org1.clerk")
    applied(made.world, enrol(made), "org1.clerk")
    refused(made.world, "identity/32", message, "org2.clerk")
    assert events(applied(made.world, message, "org1.clerk")) == ["device.retired"]
    for after in (message, change(made, 8), Calibrate(certificate=CERTIFICATE, device=NAME, until=made.world.time + DAY)):
        refused(made.world, "device/8", after, "org1.clerk")


def test_measure__is_the_devices_word_whoever_carries_it(made: Bench) -> None:
    first = made.batch(read_at(made.now_ms, 11, [1, 2]))
    refused(made.world, "device/7", measure(first), "org2.clerk")
    applied(made.world, enrol(made), "org1.clerk")
    assert events(applied(made.world, measure(first), "org2.clerk")) == ["device.measured"]
    refused(made.world, "device/13", measure(first), "org1.clerk")
    second = made.batch(read_at(made.now_ms, 15, [3]))
    assert events(applied(made.world, measure(second), "org2.clerk")) == ["device.measured", "device.gap_found"]
    assert BATCHES.get(made.world.state, NAME, "00000001").figures.missing == 2
