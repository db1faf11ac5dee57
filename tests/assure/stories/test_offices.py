"""Steps that name what is not there: proposals nobody made, files that are elsewhere or not sound, records of no version."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from zhulian.assure.stories import steps
from zhulian.assure.stories.errors import NotInDefinition, NotProposed, UpgradeUnread
from zhulian.assure.stories.offices import proposal_of, read_upgrade


def test_proposal__must_have_been_made_in_the_story() -> None:
    stage: Any = SimpleNamespace(proposals={})
    with pytest.raises(NotProposed):
        proposal_of(stage, "first")


def test_upgrade__is_a_sound_file_beside_the_one_that_is_played(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "new.yaml").write_text("scenario: x\n", encoding="utf-8")
    for folder, file in ((None, "new.yaml"), (tmp_path, "gone.yaml"), (tmp_path / "in", "../new.yaml"), (tmp_path, "new.yaml")):
        with pytest.raises(UpgradeUnread):
            read_upgrade(file, folder)


def test_action__must_be_in_some_version_that_is_played() -> None:
    tree = SimpleNamespace(actions=(), version=1)
    stage: Any = SimpleNamespace(main=SimpleNamespace(tree=tree), earlier=[])
    with pytest.raises(NotInDefinition):
        steps.action_of(stage, "sell")
