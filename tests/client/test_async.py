"""The awaiting face does what the blocking one does."""

import asyncio
import inspect
from pathlib import Path

import pytest

from tests.client.fake_node import URL, FakeNode, lost_answer
from zhulian.client import AsyncChain, Chain, FromNode, connect_async
from zhulian.client.chain import (
    AsyncEvidence,
    AsyncGovernance,
    AsyncMembers,
    Evidence,
    Governance,
    Members,
)
from zhulian.ledger.genesis import CODEC


def test_async__deposits_side_by_side(node: FakeNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def sleep(seconds: float) -> None:
        node.sleep(seconds)

    monkeypatch.setattr("zhulian.client.line.asyncio.sleep", sleep)
    files = [tmp_path / f"f{number}" for number in range(5)]
    for path in files:
        path.write_bytes(path.name.encode())

    async def run() -> None:
        genesis = CODEC.encode(node.solo.genesis)
        async with await connect_async(
            URL, node.identity(), home=tmp_path / "home", genesis=genesis, transport=node.transport
        ) as chain:
            chain.core.clock = node.clock
            node.faults = [lost_answer]
            done = await asyncio.gather(*(chain.evidence.deposit(path) for path in files))
            assert all(each.receipt.proved.applied and not each.found for each in done)
            assert (await chain.evidence.deposit(files[0])).found
            assert (await chain.status())["height"] == node.height
            with pytest.raises(FromNode):
                await chain.submit([{"type": "no.such"}])

    asyncio.run(run())


@pytest.mark.parametrize(
    ("face", "other"), [(Chain, AsyncChain), (Evidence, AsyncEvidence), (Members, AsyncMembers), (Governance, AsyncGovernance)]
)
def test_faces__have_the_same_methods_and_parameters(face: type, other: type) -> None:
    names = {name for name in vars(face) if not name.startswith("_")}
    assert names == {name for name in vars(other) if not name.startswith("_")}
    for name in names - {"line", "core"}:
        ours, theirs = getattr(face, name), getattr(other, name)
        if callable(ours):
            assert inspect.signature(ours).parameters.keys() == inspect.signature(theirs).parameters.keys(), name
            assert ours.__doc__ == theirs.__doc__, name
