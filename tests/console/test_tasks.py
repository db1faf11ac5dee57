"""What waits for people: found on a real node, and shown on the first page."""

import asyncio
import dataclasses
import socket
from collections.abc import AsyncIterator
from html import escape
from pathlib import Path
from typing import Any, cast

import pytest

from tests.console.visiting import Console, Shared, Visit
from zhulian.client.chain import AsyncChain, connect_async
from zhulian.console.context import Page
from zhulian.console.parts.tasks import task_list
from zhulian.console.sessions import Visitor
from zhulian.console.tasks import office, records
from zhulian.console.tasks.finding import Found, look
from zhulian.console.tasks.shapes import Asker, Task
from zhulian.errors import Words

pytestmark = pytest.mark.anyio
_DAY_S = 86_400
_HANDOVER = Path(__file__).parent / "handover.yaml"


@pytest.fixture
async def chain(shared: Shared, console: Console) -> AsyncIterator[AsyncChain]:
    async with await connect_async(shared.gateway, "org1.admin", home=console.home) as opened:
        yield opened


def _asker(chain: AsyncChain, person: str, **more: Any) -> Asker:
    organisation = person.partition(".")[0]
    return Asker(chain, person, (organisation,), int(chain.core.clock()), organisation=organisation, **more)


async def test_votes__wait_for_those_who_may_vote_until_they_have(chain: AsyncChain) -> None:
    change = {"type": "govern.set_workdays", "workdays": {"holidays": [], "worked": []}}
    made = await chain.govern.propose([change], signers=["org2.admin"])
    (task,) = await office.votes(_asker(chain, "org1.admin"))
    assert (task.kind, task.fields["by"], task.fields["what"].zh) == ("task.vote", "org2", "设定工作日历")
    assert task.due_s is not None
    assert task.due_s > chain.core.clock()
    assert await office.votes(_asker(chain, "org1.clerk")) == [], "a clerk has no vote to cast"
    assert await office.votes(_asker(chain, "org2.admin")) == [], "whoever proposes has voted"
    await chain.govern.vote(str(made.transaction), "no", signers=["org1.admin"])
    assert await office.votes(_asker(chain, "org1.admin")) == []


async def test_requests__wait_for_the_owner_of_the_entry(chain: AsyncChain) -> None:
    offer = {"type": "share.offer", "entry": "milk-tests", "title": {"zh": "生乳检验数据", "en": "Tests of raw milk"}}
    await chain.submit([offer], signers=["org1.admin"])
    ask = {"type": "share.request", "entry": "milk-tests", "owner": "org1", "purpose": "查验"}
    await chain.submit([ask], signers=["org3.admin"])
    (task,) = await office.requests(_asker(chain, "org1.clerk"))
    assert task.fields["who"] == "org3"
    assert task.fields["what"] == offer["title"]
    assert task.fields["why"] == "查验"
    assert await office.requests(_asker(chain, "org3.clerk")) == []
    assert await office.reviews(_asker(chain, "org1.clerk")) == []


async def _of_handover(asker: Asker) -> list[Task]:
    return [each for each in await records.in_hand(asker) if each.href.startswith("/apps/handover/")]


async def test_records__wait_for_those_who_act_next_and_proposed_actions_for_whose_signature_lacks(chain: AsyncChain) -> None:
    await chain.scenario.publish(_HANDOVER)
    await chain.scenario.open("handover", as_="handover")
    app = await chain.app("handover")
    await app.admit("giver", "org1")
    await app.admit("taker", "org2")
    await app.act("enter", given={"number": "P-1", "taker": "org2"})
    giver, taker = _asker(chain, "org1.clerk"), _asker(chain, "org2.clerk")
    waiting: list[Task] = []
    for _ in range(50):  # the index follows the chain by a moment
        if waiting := await _of_handover(taker):
            break
        await asyncio.sleep(0.1)
    (task,) = waiting
    assert (task.kind, task.href, task.fields["what"]) == (
        "task.act",
        "/apps/handover/records/parcel/P-1",
        Words("交接", "Hand over"),
    )
    (own,) = await _of_handover(giver)
    assert own.fields["what"] == Words("交接、作废", "Hand over, Drop")
    assert await _of_handover(_asker(chain, "org3.clerk")) == []
    made = await app.propose("hand", "P-1", by={"giver": "org1", "taker": "org2"}, signers=["org1.clerk"])
    (sign,) = await records.signatures(taker)
    assert (sign.kind, sign.href, sign.fields["on"], sign.fields["by"]) == ("task.sign", task.href, "P-1", "org1")
    assert await records.signatures(giver) == []
    assert await records.signatures(_asker(chain, "org1.admin")) == [], "one signature of org1 is all that is asked for"
    assert await records.signatures(dataclasses.replace(taker, now_s=sign.due_s or 0)) == [], "its time is over"
    await app.approve(made.transaction, signers=["org2.clerk"])
    assert await records.signatures(taker) == []
    for _ in range(50):
        if not (waiting := await _of_handover(taker)):
            break
        await asyncio.sleep(0.1)
    assert waiting == []


async def test_certificates__are_tasks_in_their_last_thirty_days(chain: AsyncChain) -> None:
    asker = _asker(chain, "org1.clerk", people=("org1.clerk", "org1.admin"), node_days=29)
    assert [each.kind for each in await office.certificates(asker)] == ["task.node"]
    key = await chain.page("identity/signers", prefix=("org1.clerk",))
    until = int((await chain.state(("identity/keys", key.items[0]["value"]["keys"][-1]))).value["not_after"])
    late = dataclasses.replace(asker, now_s=until - 30 * _DAY_S + 1, node_days=30)
    assert [(each.kind, each.href) for each in await office.certificates(late)] == [
        ("task.certificate", "/people/org1.clerk"),
        ("task.certificate", "/people/org1.admin"),
    ]
    assert await office.certificates(dataclasses.replace(late, now_s=until - 30 * _DAY_S - 1)) == []


async def test_look__names_what_it_could_not_read(console: Console, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{probe.getsockname()[1]}"
    genesis = (console.home / "genesis.json").read_bytes()
    async with await connect_async(gone, None, home=tmp_path, genesis=genesis) as chain:
        found = await look(_asker(chain, "org1.admin", token="-"))
    assert found.tasks == ()
    sources = ("signatures", "votes", "decisions", "requests", "reviews", "certificates", "records")
    assert found.missed == tuple(f"task.source.{each}" for each in sources)


@pytest.mark.parametrize(("language", "words"), [("zh", "另有 2 件"), ("en", "2 more;")])
def test_task_list__is_short_and_says_what_is_due_and_what_is_missing(language: str, words: str) -> None:
    page = Page(cast(Any, None), Visitor(), language, cast(Any, None))
    both = {"zh": "甲", "en": "A"}
    tasks = [
        Task("task.sign", "/a", {"what": both, "on": "P-1", "by": "org1", "app": both}, 100),
        Task("task.vote", "/govern", {"what": both, "by": "org1"}, 100 + 2 * _DAY_S),
        Task("task.desk", "/desk", {"kind": "close", "why": "<b>"}),
        Task("task.request", "/blocks/1", {"what": both, "who": "org1", "why": "-"}),
        Task("task.review", "/transactions/1", {"who": "org1"}),
        Task("task.certificate", "/people/org1.clerk", {"who": "org1.clerk"}),
        Task("task.node", "/network"),
        Task("task.more", "/apps/x", {"record": both, "state": both, "app": both}),
        *[Task("task.act", "/apps/x", {"on": both, "what": both, "app": both})] * 4,
    ]
    shown = task_list(page, Found(tuple(tasks), ("task.source.votes",)), 50)
    assert shown.count("<tr>") == 11
    assert shown.count('class="state wait"') == 1
    assert words in shown
    assert page.say("task.source.votes") in shown
    assert "<b>" not in shown
    undated = task_list(page, Found(tuple(tasks[2:4])), 50)
    assert page.say("task.due") not in undated
    assert escape(page.say("task.none")) in task_list(page, Found(), 50)
    assert escape(page.say("task.none")) not in task_list(page, Found(missed=("task.source.votes",)), 50)


async def test_home__lists_my_tasks_with_links_in_both_languages(visit: Visit, shared: Shared) -> None:
    await visit.enter("org1.clerk")
    tasks = visit.page.locator(".tasks")
    await tasks.get_by_role("link", name="批次 RM-").first.click()
    await visit.sees("办理经过")
    await visit.go("/?lang=en")
    await tasks.get_by_role("link", name="more are in the state").first.wait_for()
    assert not visit.faults
