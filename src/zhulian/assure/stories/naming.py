"""What things of a stage are called in both languages: players, records, owners, amounts, states, and the names inside expressions."""

from collections.abc import Iterable

from zhulian.assure.stories.seeding import amount_kind
from zhulian.assure.stories.stage import CALENDAR, Opened, Stage
from zhulian.errors import Words
from zhulian.language.definition.shapes import Field, Record, Text
from zhulian.language.definition.views import Tree
from zhulian.language.expressions.types import Said
from zhulian.language.values import show_key, show_value, shown, split_key

__all__ = ["Names", "join", "titles_of"]


def join(parts: Iterable[Words]) -> Words:
    """Several things in one text."""
    several = list(parts)
    return Words("、".join(each.zh for each in several), ", ".join(each.en for each in several))


def _said(text: Text | None, name: str) -> Words:
    return Words(name, name) if text is None else Words(text.zh, text.en)


class Names:
    """Names of everything on a stage."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._parties = {each.party: Words(each.name, each.name) for each in stage.company.players.values()}

    def party(self, party: str) -> Words:
        """A player by its name in the story, anybody else by the name on chain."""
        return self._parties.get(party, Words(party, party))

    def signer(self, signer: str) -> Words:
        """An officer as the story names it; one without a seat by its organisation alone."""
        party, dot, serial = signer.partition(".")
        name = self.party(party)
        if not dot or serial == "officer":
            return name
        return Words(f"{name.zh}.{serial.replace('-', '_')}", f"{name.en}.{serial.replace('-', '_')}")

    def role(self, party: str) -> Words | None:
        """The roles that a player has in the main instance."""
        titles = {each.name: each.title for each in self._stage.main.tree.roles}
        player = next((each for each in self._stage.company.players.values() if each.party == party), None)
        found = [_said(titles[role], role) for role in (player.roles if player else ()) if role in titles]
        return join(found) if found else None

    def record_type(self, opened: Opened, record: str) -> Words:
        """A record type by its title; the record of the whole by that of the scenario."""
        title = next((each.title for each in opened.tree.records if each.name == record), opened.tree.title)
        return _said(title, record)

    def record(self, instance: str, record: str, key: str) -> Words:
        """A record by its type and key."""
        opened = self._stage.instances.get(instance)
        if opened is None:
            return Words(f"{record} {key}".strip(), f"{record} {key}".strip())
        title = self.record_type(opened, record)
        found = next((each for each in opened.tree.records if each.name == record), None)
        if found is None or not key:
            return title
        zh, en = (self._key(found, key, language) for language in ("zh", "en"))
        return Words(f"{title.zh} {zh}", f"{title.en} {en}")

    def _key(self, record: Record, key: str, language: str) -> str:
        parts = split_key(key)
        if len(parts) != len(record.key):
            return key
        kinds = {each.name: each for each in record.fields}
        if any(kinds[name].type == "record" for name in record.key):
            return " / ".join(self.party(part).say(language) for part in parts)
        named = [
            self.party(part).zh if kinds[name].type in ("party", "person") else part
            for name, part in zip(record.key, parts, strict=True)
        ]
        try:
            return show_key(record, named, language, CALENDAR)
        except ValueError:  # a key that the chain has refused need not be one
            return key

    def owner(self, owner: str) -> Words:
        """A party, or a record that holds something."""
        instance, slash, rest = owner.partition("/")
        if not slash or instance == "*":
            return self.party(owner)
        record, _, key = rest.partition("/")
        return self.record(instance, record, key)

    def amount(self, instance: str, asset: str, amount: int) -> Words:
        """An amount of an asset with what the asset is called."""
        opened = self._stage.instances.get(instance)
        found = next((each for each in opened.tree.assets if each.name == asset), None) if opened else None
        if found is None:
            return Words(f"{asset} {amount}", f"{asset} {amount}")
        figure, title = shown(amount_kind(found), amount, CALENDAR), _said(found.title, asset)
        return Words(f"{title.zh} {figure.zh}", f"{title.en} {figure.en}")

    def state(self, instance: str, record: str, state: str) -> Words:
        """A state by its title."""
        opened = self._stage.instances.get(instance)
        found = next((each for each in opened.tree.records if each.name == record), None) if opened else None
        states = found.states.every if found is not None and found.states is not None else ()
        return _said(next((each.title for each in states if each.name == state), None), state)

    def field(self, opened: Opened, record: str, name: str) -> Words:
        """A field by its title."""
        fields = next((each.fields for each in opened.tree.records if each.name == record), ())
        return _said(next((each.title for each in fields if each.name == name), None), name)

    def value(self, field: Field, value: object) -> Words:
        """A value with what its field is called."""
        title = _said(field.title, field.name)
        if field.type in ("ticket", "proof", "paper"):
            return Words(f"{title.zh} 已出示", f"{title.en} shown")
        if field.visibility != "public":
            return Words(f"{title.zh}（保密，链上为承诺值）", f"{title.en} (private, a commitment on chain)")
        said = Words(*(self._value(field, value, language) for language in ("zh", "en")))
        return Words(f"{title.zh} {said.zh}", f"{title.en} {said.en}")

    def _value(self, field: Field, value: object, language: str) -> str:
        if field.type in ("party", "person"):
            return self.party(str(value)).say(language)
        if field.type == "record" and isinstance(value, list | tuple):
            return " / ".join(self.party(str(each)).say(language) for each in value)
        if field.type == "list" and field.of is not None and field.of.type in ("party", "record") and isinstance(value, list):
            several = [each if isinstance(each, list) else [each] for each in value]
            return ("、" if language == "zh" else "; ").join(
                " / ".join(self.party(str(part)).say(language) for part in each) for each in several
            )
        try:
            return show_value(field, value, language, CALENDAR, self._parties)
        except (TypeError, ValueError):  # what the chain has refused need not be a value of its type
            return str(value)

    def doer(self, opened: Opened, name: str) -> Words:
        """An action, timer or watch rule by its title."""
        tree = opened.tree
        acts = {each.name: each.title for each in tree.actions} | {each.name: each.title for each in tree.watch}
        return _said(acts.get(name) or next((each.title for each in tree.timers if each.name == name), None), name)


def titles_of(tree: Tree, cast: Iterable[str]) -> dict[str, Said]:
    """The words of a definition for explaining expressions: records, fields, assets, totals, states and choices; players by name."""
    found: dict[str, Said] = {name: Said(f" {name} ", name) for name in cast}
    for record in (*tree.records, *([tree.instance] if tree.instance else [])):
        found[record.name] = Said(record.title.zh, record.title.en)
        for field in record.fields:
            if field.title is not None:
                found[f"{record.name}.{field.name}"] = Said(field.title.zh, field.title.en)
            for option in field.values:
                if option.title is not None:
                    found[f"{field.name}.{option.name}"] = Said(f"“{option.title.zh}”", f"“{option.title.en}”")
        for state in record.states.every if record.states is not None else ():
            title = _said(state.title, state.name)
            found[f"{record.name}.state.{state.name}"] = Said(f"“{title.zh}”", f"“{title.en}”")
    assets = {each.name: each.title for each in tree.assets} | {
        each.name: each.title for each in tree.uses if each.kind == "asset"
    }
    for name, asset in assets.items():
        if asset is not None:
            found[f"asset.{name}"] = Said(asset.zh, asset.en)
    return found
