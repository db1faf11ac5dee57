"""A chain on which an instance of a definition is played by real transactions: `act` does, `refused` is refused."""

from pathlib import Path
from typing import Any

from tests.modules.refusals import applied
from tests.modules.scenario.opening.ground import make_ground, open_instance
from tests.world import TestWorld
from zhulian.ledger.collections import Map, decode_key
from zhulian.ledger.genesis import Title
from zhulian.ledger.overlay import SIGNATURE_STEPS
from zhulian.ledger.types import Applied, Refused
from zhulian.modules.registry.state import SPACES, Space
from zhulian.modules.scenario.books import present
from zhulian.modules.scenario.messages import Act, Admit
from zhulian.modules.scenario.state import INSTANCES, RECORDS, Held

__all__ = ["CASH", "RECEIVABLE", "Stage", "receivable"]

T = "{zh: 名称, en: Name}"
RECEIVABLE = (Path(__file__).parents[3] / "language" / "definition" / "receivable.yaml").read_text(encoding="utf-8")
CASH = f"""
scenario: settlement
version: 1
title: {T}
roles:
  bank: {{title: {T}, admitted_by: operator}}
assets:
  cny: {{unit: fen, title: {T}}}
records:
  note:
    title: {T}
    key: number
    fields: {{number: int}}
    states: {{start: open_, final: [done_]}}
actions:
  pay_in: {{title: {T}, by: bank, creates: note, input: [number, {{to: party}}, {{amount: money}}],
    do: [{{issue: {{asset: cny, to: input.to, amount: input.amount}}}}]}}
"""


class Stage:
    """Organisations are org1 to orgN, each with a clerk; the operator of every instance is org1."""

    def __init__(self, orgs: int = 5, **settings: Any) -> None:
        self.world: TestWorld = make_ground(orgs, **settings)
        self.note = 0

    def open(self, name: str, yaml: str, roles: dict[str, str] | None = None, **more: Any) -> str:
        """Publish a definition and open an instance of it; `roles` are roles by party."""
        open_instance(self.world, yaml, name, **more)
        for party, role in (roles or {}).items():
            for each in role.split():
                applied(self.world, Admit(instance=name, party=party, role=each), self._giver(yaml, each, roles or {}))
        return name

    def _giver(self, yaml: str, role: str, roles: dict[str, str]) -> str:
        giver = yaml.split(f"  {role}:")[1].split("admitted_by: ")[1].split("}", maxsplit=1)[0].split(",", maxsplit=1)[0].strip()
        if giver == "operator":
            return "org1.clerk"
        return next(f"{party}.clerk" for party, each in roles.items() if giver in each.split())

    def space(self, name: str) -> None:
        """Set up a space of numbers that is open to all."""
        key = SPACES.key(name)
        self.world.state.values[key] = SPACES._encode(
            Space(claimants=(), height=0, title=Title(zh="空间", en="Space"), open=True)
        )

    def send(self, instance: str, action: str, who: str | list[str], on: Any = (), by: Any = None, /, **given: Any) -> Any:
        """The result of an action; `who` are signers, as `org2` for its clerk."""
        signers = [each if "." in each else f"{each}.clerk" for each in ([who] if isinstance(who, str) else who)]
        keys = tuple((each,) if isinstance(each, str) else tuple(each) for each in ([on] if isinstance(on, str) else on))
        return self.world.run(Act(instance=instance, action=action, on=keys, by=by or {}, input=given), sorted(signers))

    def act(self, instance: str, action: str, who: str | list[str], on: Any = (), by: Any = None, /, **given: Any) -> Applied:
        """An action that is done."""
        result = self.send(instance, action, who, on, by, **given)
        assert isinstance(result, Applied), (result, self.why())
        most = self.bound(instance, action)
        assert result.cost.steps <= most + SIGNATURE_STEPS * len(result.keys), (action, result.cost.steps, most)
        return result

    def bound(self, instance: str, action: str) -> int:
        """The most steps that the check of the definition found the action to take."""
        shelf = next(each for each in self.world.world.modules if each.name == "scenario").shelf  # type: ignore[attr-defined]
        found = present(INSTANCES.get(self.world.state, instance), self.world.time)
        return int(shelf.compiled(self.world.state, found.definition).actions[action].steps)

    def refused(
        self, code: str, instance: str, action: str, who: str | list[str], on: Any = (), by: Any = None, /, **given: Any
    ) -> None:
        """An action that is refused by `code`, and changes nothing."""
        before = {key: value for key, value in self.world.state.values.items() if not key.startswith(b'["ledger/')}
        result = self.send(instance, action, who, on, by, **given)
        assert isinstance(result, Refused), f"applied instead of {code}"
        assert result.code == code, (result.code, self.why())
        assert {key: value for key, value in self.world.state.values.items() if not key.startswith(b'["ledger/')} == before

    def why(self) -> str:
        """The words of the newest refusal."""
        return next((each.say("en") for each in self.world.blocks[-1].refusals.values()), "")

    def record(self, instance: str, record: str, leaf: str) -> Held | None:
        """A record as state has it."""
        found: Held | None = self.world.find(RECORDS, instance, record, leaf)
        return found

    def all(self, collection: Map[Any]) -> dict[tuple[str, ...], Any]:
        """All values of a collection by the parts of their keys."""
        prefix = f'["{collection.name}"'.encode()
        values = self.world.state.values
        return {decode_key(key)[1:]: collection.decode(value) for key, value in values.items() if key.startswith(prefix)}

    def pay_in(self, instance: str, party: str, amount: int) -> None:
        """Give a party cash."""
        self.note += 1
        self.act(instance, "pay_in", "org1", number=self.note, to=party, amount=amount)


def receivable(orgs: int = 5) -> Stage:
    """The receivable scenario with cash: org1 operates, org2 is the core enterprise, org3 and org4 suppliers, org5 the bank."""
    stage = Stage(orgs)
    stage.space("cn.receivable")
    stage.open("cash", CASH, {"org1": "bank"})
    stage.open("ar", RECEIVABLE, {"org2": "core", "org3": "supplier", "org4": "supplier", "org5": "bank"}, uses={"cash": "cash"})
    return stage
