"""Records that are not there, or cannot be: what an index did not find, and keys below too many others."""

import itertools

from tests.modules.scenario.acting.stage import Stage

T = "{zh: 名称, en: Name}"
ABSENT = f"""
scenario: absent
version: 1
title: {T}
roles:
  clerk: {{title: {T}, admitted_by: operator}}
records:
  part:
    title: {T}
    key: id
    fields: {{id: int, plate: {{type: int, optional: true}}}}
    states: {{start: kept}}
    indexes: {{by_plate: plate}}
  joint: {{title: {T}, key: [part, id], fields: {{part: part, id: int}}, states: {{start: kept}}}}
  lot:
    title: {T}
    key: id
    fields:
      id: int
      part: {{type: part, optional: true}}
      joint: {{type: joint, optional: true}}
      parts: {{type: list, of: part, most: 2, optional: true}}
    states: {{start: kept}}
actions:
  make: {{title: {T}, by: clerk, creates: lot, input: [id]}}
  find: {{title: {T}, by: clerk, on: lot, input: {{plate: int}}, do: [{{set: {{part: by_plate(input.plate)}}}}]}}
  join: {{title: {T}, by: clerk, on: lot, input: {{plate: int}}, do: [{{set: {{joint: 'joint(by_plate(input.plate), 1)'}}}}]}}
  list_it: {{title: {T}, by: clerk, on: lot, input: {{plate: int}}, do: [{{set: {{parts: '[by_plate(input.plate)]'}}}}]}}
  name_it: {{title: {T}, by: clerk, on: lot, input: {{part: part}}, do: [{{set: {{part: input.part}}}}]}}
"""


def test_record__that_an_index_does_not_find_is_kept_in_no_field() -> None:
    stage = Stage(2)
    stage.open("a", ABSENT, {"org1": "clerk"})
    stage.act("a", "make", "org1", id=1)
    for action in ("find", "join", "list_it"):
        stage.refused("scenario/16", "a", action, "org1", "1", plate=7)
    stage.act("a", "name_it", "org1", "1", part=["5"])  # a record may be named before it is there
    stage.act("a", "name_it", "org1", "1", part=["6"])


def test_record__whose_key_goes_through_too_many_others_is_kept_in_no_field() -> None:
    names = ["ra", "rb", "rc", "rd", "re", "rf", "rg"]
    records = [f"  ra: {{title: {T}, key: id, fields: {{id: int}}, states: {{start: kept}}}}"]
    records += [
        f"  {name}: {{title: {T}, key: up, fields: {{up: {above}}}, states: {{start: kept}}}}"
        for above, name in itertools.pairwise(names)
    ]
    keys = {
        name: "".join(f"{each}(" for each in reversed(names[: place + 1])) + "1" + ")" * (place + 1)
        for place, name in enumerate(names)
    }
    fields = "".join(f", to_{name}: {{type: {name}, optional: true}}" for name in names)
    actions = [f"  to_{name}: {{title: {T}, by: clerk, on: lot, do: [{{set: {{to_{name}: {keys[name]}}}}}]}}" for name in names]
    deep = "\n".join([
        "scenario: deep", "version: 1", f"title: {T}", "roles:", f"  clerk: {{title: {T}, admitted_by: operator}}", "records:", *records,
        f"  lot: {{title: {T}, key: id, fields: {{id: int{fields}}}, states: {{start: kept}}}}", "actions:",
        f"  make: {{title: {T}, by: clerk, creates: lot, input: [id]}}", *actions,
    ])  # fmt: skip
    stage = Stage(2)
    stage.open("d", deep, {"org1": "clerk"})
    stage.act("d", "make", "org1", id=1)
    for name in names[:5]:
        stage.act("d", f"to_{name}", "org1", "1")
        stage.act("d", f"to_{name}", "org1", "1")
    for name in names[5:]:
        stage.refused("scenario/16", "d", f"to_{name}", "org1", "1")
