"""The parts of a key that another instance keeps stand in the order of the key, whatever order its fields are written in."""

from tests.modules.scenario.acting.stage import Stage

T = "{zh: 名称, en: Name}"
SHELF = f"""
scenario: shelf
version: 1
title: {T}
roles:
  user: {{title: {T}, admitted_by: operator}}
records:
  book: {{title: {T}, key: [row, place], fields: {{row: int, place: int, owner_of: party}}}}
actions:
  put: {{title: {T}, by: user, creates: book, input: [row, place], do: [{{set: {{owner_of: actor}}}}]}}
"""
READER = f"""
scenario: reader
version: 1
title: {T}
uses: {{book: {{record: shelf.book, key: [row, place], fields: {{owner_of: party, place: int, row: int}}}}}}
roles:
  user: {{title: {T}, admitted_by: operator}}
refusals: {{none: {{zh: 没有该书，请核对, en: There is no such book. Check it}}}}
records:
  look: {{title: {T}, key: id, fields: {{id: int}}}}
actions:
  look_up: {{title: {T}, by: user, creates: look, input: [id, {{row: int}}, {{place: int}}],
    require: [{{none: 'known(book(input.row, input.place))'}}, {{none: 'book(input.row, input.place).owner_of == actor'}}]}}
"""


def test_key_of_a_record_elsewhere__is_given_in_its_order() -> None:
    stage = Stage(2)
    stage.open("shelf", SHELF, {"org1": "user"})
    stage.open("reader", READER, {"org1": "user"}, uses={"book": "shelf"})
    stage.act("shelf", "put", "org1", row=1, place=2)
    stage.refused("reader:none", "reader", "look_up", "org1", id=1, row=2, place=1)
    stage.act("reader", "look_up", "org1", id=1, row=1, place=2)


def test_type_of_each_part__is_that_of_the_part() -> None:
    stage = Stage(2)
    stage.open(
        "shelf", SHELF.replace("place: int, owner_of", "place: {type: text, pattern: '[A-Z]'}, owner_of"), {"org1": "user"}
    )
    text = READER.replace("place: int, row: int}}", "place: {type: text, pattern: '[A-Z]'}, row: int}}")
    text = text.replace("{place: int}]", "{place: {type: text, pattern: '[A-Z]'}}]")
    stage.open("reader", text, {"org1": "user"}, uses={"book": "shelf"})
    stage.act("shelf", "put", "org1", row=1, place="B")
    stage.act("reader", "look_up", "org1", id=1, row=1, place="B")
