"""A node that seals nothing has no say on which height is the newest."""

import asyncio
from pathlib import Path

import pytest

from tests.solo import open_solo
from zhulian.modules.evidence.messages import Deposit
from zhulian.node.heads import Heads, NotUpToDate, NoVoice
from zhulian.node.methods import Nothing


def test_spoken_head__is_refused_by_who_does_not_seal_and_by_who_is_behind(tmp_path: Path) -> None:
    solo = open_solo(tmp_path)
    solo.run(Deposit(commitment="11" * 32))
    for accepting, refusal in ((True, NoVoice), (False, NotUpToDate)):
        heads = Heads(solo.application, None, lambda: solo.clock.now_ms, lambda accepting=accepting: accepting)
        with pytest.raises(refusal):
            asyncio.run(heads.spoken_head(Nothing()))
