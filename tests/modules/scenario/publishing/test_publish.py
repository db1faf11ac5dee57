"""How definitions come onto the chain: every refusal in its order, hostile uploads, and what stands there at the end."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.modules.refusals import applied, events
from tests.modules.scenario.opening.ground import make_ground, publish, publish_message, refused, source, text_of, walk, why
from tests.world import TestWorld
from zhulian.language.definition.reading import load_definition
from zhulian.ledger.collections import decode_key
from zhulian.ledger.limits import Limits
from zhulian.ledger.types import Applied, Refused
from zhulian.modules.evidence.messages import Deposit
from zhulian.modules.identity.messages import OpenHandle, OwnKey
from zhulian.modules.scenario.limits import UPLOADS_MAX
from zhulian.modules.scenario.messages import Publish, Store
from zhulian.modules.scenario.publishing.trees import load_tree, parts_of
from zhulian.modules.scenario.state import DEFINITIONS, PARTS, SCENARIOS, UPLOADING, UPLOADS, VERSIONS

HANDLE = "~" + "ab" * 16


@pytest.fixture
def world() -> TestWorld:
    return make_ground()


def digest_of(world: TestWorld, text: str) -> str:
    return world.world.hasher.digest("definition", text.encode()).hex()


def store(world: TestWorld, text: str, pieces: int, signer: str = "org1.clerk", definition: str | None = None) -> str:
    """Hand a text in in so many parts."""
    size = -(-len(text) // pieces)
    name = definition or digest_of(world, text)
    for part in range(pieces):
        applied(world, Store(definition=name, part=part, text=text[part * size : (part + 1) * size]), signer)
    return name


def test_publish__keeps_the_tree_byte_for_byte(world: TestWorld) -> None:
    text = text_of(source())
    result = applied(world, publish_message(world, source(), source="cd" * 32), "org1.clerk")
    assert events(result) == ["scenario.published"]
    definition = digest_of(world, text)
    assert load_tree(world.state, definition) == text.encode()
    value = world.find(DEFINITIONS, definition)
    assert (value.scenario, value.version, value.publisher, value.source) == ("loan", 1, "org1", "cd" * 32)
    rules = load_definition(text.encode()).digests(world.world.hasher.digest).rules.hex()
    assert value.rules == rules
    assert world.find(VERSIONS, "loan", "1") == definition
    assert world.find(SCENARIOS, "loan").owner == "org1"
    assert load_tree(world.state, "00" * 32) is None


def test_publish__refuses_in_this_order(world: TestWorld) -> None:
    first = publish(world, source())
    text = text_of(source(version=2))
    name = digest_of(world, text)
    other = publish_message(world, source(scenario="lease"))
    faulty = source(version=2, more="timers: {late: {on: loan, at: 'this.nothing', to: done_}}")
    walk(
        world,
        ("identity/31", Publish(definition=name, text=text), ["org1.clerk", "org2.clerk"]),
        ("scenario/81", publish_message(world, source()), "org2.clerk"),
        ("scenario/82", Publish(definition=name), "org1.clerk"),
        ("scenario/82", Publish(definition=name, parts=1, text=text), "org1.clerk"),
        ("scenario/83", Publish(definition=name, parts=1), "org1.clerk"),
        ("scenario/85", Publish(definition=name, text=text[:-1] + " "), "org1.clerk"),
        ("scenario/93", [Deposit(digest="ab" * 32), Publish(definition=name, text=text)], "org1.clerk"),
        ("scenario/93", [Publish(definition=name, text=text), other], "org1.clerk"),
        ("scenario/88", publish_message(world, source(scenario="evidence")), "org1.clerk"),
        ("scenario/89", Publish(definition=name, text=text), "org2.clerk"),
        ("scenario/90", publish_message(world, source(inputs="[amount, number]")), "org1.clerk"),
        ("scenario/92", publish_message(world, source(version=3, more="upgrade: {from: 2, notice: 3d}")), "org1.clerk"),
        ("scenario/87", publish_message(world, faulty), "org1.clerk"),
    )
    assert [key for key, each in _all(world, DEFINITIONS).items() if each.height] == [(first,)]
    applied(world, Publish(definition=name, text=text), "org1.clerk")
    publish(world, source(version=5))
    refused(world, "scenario/91", publish_message(world, source(version=4)), "org1.clerk")


def test_publish__is_for_organisations(world: TestWorld) -> None:
    key = world.suite.private_key(b"\x07" * 32)
    own = OwnKey(not_after=world.time + 10_000, possession=world.possession(HANDLE, key), public_key=key.public_key.hex())
    applied(world, OpenHandle(handle=HANDLE, instance="x", own=own), "org1.counter")
    world.use_key(HANDLE, key)
    refused(world, "scenario/80", publish_message(world, source()), HANDLE)
    refused(world, "scenario/80", Store(definition="00" * 32, part=0, text="x"), HANDLE)


def test_publish__says_which_fault_and_where(world: TestWorld) -> None:
    fault = why(
        world, publish_message(world, source(more="timers: {late: {on: loan, at: 'this.nothing', to: done_}}")), "org1.clerk"
    )
    assert (fault.code, fault.fields["path"], fault.fields["fault"]) == ("scenario/87", "timers.late.at", "language/15")
    assert "timers.late.at" in fault.say("en")
    assert "nothing" in fault.say("zh")


def test_upgrade__is_held_to_what_came_before(world: TestWorld) -> None:
    publish(world, source())
    way = "upgrade: {from: 1, notice: 3d}"
    less = source(version=2, fields="number: {type: text, pattern: '[A-Z0-9-]{1,20}'}", inputs="[number]", more=way)
    fault = why(world, publish_message(world, less), "org1.clerk")
    assert (fault.code, fault.fields["fault"]) == ("scenario/87", "language/155")
    publish(world, source(version=2, more=way))


def test_versions__of_the_same_content_are_there_already_and_of_other_content_are_not(world: TestWorld) -> None:
    publish(world, source())
    same = why(world, publish_message(world, source()), "org1.clerk")
    other = why(world, publish_message(world, source(inputs="[amount, number]")), "org1.clerk")
    assert (same.code, other.code) == ("scenario/81", "scenario/90")
    assert other.fields["definition"] == same.fields["definition"]


# Parts.


def test_store__publishes_in_parts_and_leaves_none_behind(world: TestWorld) -> None:
    text = text_of(source())
    name = store(world, text, 3)
    assert world.find(UPLOADING, "org1").definitions == (name,)
    applied(world, Publish(definition=name, parts=3), "org1.clerk")
    assert load_tree(world.state, name) == text.encode()
    assert not _all(world, UPLOADS)
    assert world.find(UPLOADING, "org1") is None
    refused(world, "scenario/81", Store(definition=name, part=0, text="x"), "org1.clerk")


def test_store__replaces_freely(world: TestWorld) -> None:
    text = text_of(source())
    name = store(world, text, 2)
    applied(world, Store(definition=name, part=1, text="nonsense"), "org1.clerk")
    refused(world, "scenario/85", Publish(definition=name, parts=2), "org1.clerk")
    store(world, text, 2)
    applied(world, Publish(definition=name, parts=2), "org1.clerk")


def test_store__keeps_organisations_apart(world: TestWorld) -> None:
    text = text_of(source())
    name = store(world, text, 2)
    applied(world, Store(definition=name, part=0, text="spoilt"), "org2.clerk")
    refused(world, "scenario/83", Publish(definition=name, parts=2), "org2.clerk")
    applied(world, Publish(definition=name, parts=2), "org1.clerk")
    assert world.find(DEFINITIONS, name).publisher == "org1"


def test_store__is_bounded_for_each_organisation(world: TestWorld) -> None:
    names = [f"{number:064x}" for number in range(UPLOADS_MAX + 2)]
    for name in names:
        for part in (0, 15):
            applied(world, Store(definition=name, part=part, text="x"), "org1.clerk")
    applied(world, Store(definition=names[0], part=3, text="x"), "org2.clerk")
    assert world.find(UPLOADING, "org1").definitions == tuple(names[2:])
    assert {key[1] for key in _all(world, UPLOADS) if key[0] == "org1"} == set(names[2:])
    assert len(_all(world, UPLOADS)) == 2 * UPLOADS_MAX + 1


# Hostile trees.


def test_publish__refuses_what_is_no_tree(world: TestWorld) -> None:
    text = text_of(source())
    deep = "[" * 4000 + "]" * 4000
    cases = {
        "form/2": text.replace('{"', '{ "', 1),
        "form/1": text[:-1],
        "form/6": deep,
        "form/9": '{"language":1}',
        "form/3": text.replace('"version":1', '"version":1.5'),
    }
    for code, content in cases.items():
        fault = why(world, Publish(definition=digest_of(world, content), text=content), "org1.clerk")
        assert (fault.code, fault.fields["fault"]) == ("scenario/87", code)


def test_publish__refuses_what_is_too_long(world: TestWorld) -> None:
    text = "x" * (257 * 1024)
    size = 40 * 1024
    name = digest_of(world, text)
    for part in range(7):
        applied(world, Store(definition=name, part=part, text=text[part * size : (part + 1) * size]), "org1.clerk")
    refused(world, "scenario/84", Publish(definition=name, parts=7), "org1.clerk")


def test_checking__is_paid_by_size() -> None:
    world = make_ground(limits=Limits(transaction_steps_max=2_000))
    text = "x" * (40 * 1024)
    result = world.run(Publish(definition=digest_of(world, text), text=text), "org1.clerk")
    assert isinstance(result, Refused)
    assert result.code.startswith("ledger/")
    rich = make_ground()
    done = rich.run(publish_message(rich, source()), "org1.clerk")
    assert isinstance(done, Applied)
    assert done.cost.steps > len(text_of(source()).encode()) // 16


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=st.sampled_from(list('{}[]":,ab中€😀0123 ')), min_size=1, max_size=60_000))
def test_parts__join_to_the_text_and_fit_into_a_value(text: str) -> None:
    parts = parts_of(text)
    assert "".join(parts) == text
    assert all(0 < len(msgspec.json.encode(each)) <= 64 * 1024 for each in parts)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_publish__never_fails_on_a_damaged_tree(data: Any) -> None:
    world = make_ground()
    text = text_of(source())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text) - 1))
        text = (
            text[:place]
            + data.draw(st.sampled_from(["", "a", '"', "{", "9", "}", "null", "\\u0000", "this."]))
            + text[place + 1 :]
        )
    result = world.run(Publish(definition=digest_of(world, text), text=text or "x"), "org1.clerk")
    assert isinstance(result, Applied) or result.code in ("scenario/87", "scenario/85", "scenario/88")


def _all(world: TestWorld, collection: Any) -> dict[tuple[str, ...], Any]:
    prefix = f'["{collection.name}"'.encode()
    return {decode_key(key)[1:]: collection.decode(value) for key, value in world.state.values.items() if key.startswith(prefix)}


def test_published_parts__are_all_in_state(world: TestWorld) -> None:
    name = publish(world, source())
    parts = [key for key in _all(world, PARTS) if key[0] == name]
    assert len(parts) == world.find(DEFINITIONS, name).parts
