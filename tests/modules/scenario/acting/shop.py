"""A definition with children, totals, indexes, unique values, promises and an instance record: what acting has to keep together."""

from tests.modules.scenario.acting.stage import Stage

__all__ = ["SHOP", "shop"]

T = "{zh: 名称, en: Name}"
SHOP = f"""
scenario: shop
version: 1
title: {T}
settings:
  most: {{type: money, default: '1000.00'}}
roles:
  clerk: {{title: {T}, admitted_by: operator}}
  client: {{title: {T}, admitted_by: operator}}
refusals:
  full: {{zh: '已满 {{braces}}，请另开一笔', en: 'It is full {{braces}}. Open another'}}
  odd: {{zh: 不成对，请改正, en: It is odd. Put it right}}
records:
  deal:
    title: {T}
    key: name
    fields: {{name: {{type: text, pattern: '[A-Za-z0-9/%]{{1,8}}'}}, holder: {{type: party, role: client}}}}
  loan:
    title: {T}
    key: [deal, id]
    fields:
      deal: deal
      id: int
      left: {{type: money, min: '0', max: '5000.00'}}
      plate: {{type: text, pattern: '[A-Z]{{1,4}}', unique: true, optional: true}}
      tags: {{type: list, of: int, most: 4, optional: true}}
      note: {{type: text, private: true, optional: true}}
      grade: {{type: choice, values: [high, low], default: low}}
    states: {{start: live, open: [late], final: [paid]}}
    indexes: {{by_plate: plate}}
    always:
      - {{name: bounded, that: 'this.left <= settings.most', say: {{zh: 余额有上限, en: What is left is bounded}}}}
    steps:
      - {{name: sinks, that: 'this.left <= was.left'}}
instance:
  fields: {{seen: {{type: int, default: '0'}}}}
  always: [{{name: counted, that: 'instance.seen <= 40'}}]
  steps: [{{name: grows, that: 'this.seen >= was.seen'}}]
totals:
  alive: {{sum: loan.left, of: loan.deal, where: 'state == "live" && grade == "low"'}}
  loans: {{count: loan}}
actions:
  begin: {{title: {T}, by: clerk, creates: deal, input: [name, holder]}}
  lend:
    title: {T}
    by: clerk
    creates: loan
    input: [deal, id, left, plate, tags, note, grade]
    require: [{{full: "alive(input.deal) + input.left <= '2000.00'"}}]
    do: [{{set: {{instance.seen: instance.seen + 1}}}}]
  pay:
    title: {T}
    by: this.deal.holder
    on: loan
    from: [live, late]
    input: {{amount: {{type: money, min: '0.01'}}}}
    do:
      - set: {{left: this.left - input.amount}}
      - if: "this.left == '0'"
        then: [{{move: paid}}]
  raise_it:
    title: {T}
    by: clerk
    on: loan
    input: {{amount: money}}
    do: [{{set: {{left: this.left + input.amount}}}}]
  mark_late:
    title: {T}
    by: clerk
    on: loan
    from: live
    to: late
    many: 5
    require: [{{odd: 'this.id >= 0'}}]
  rename:
    title: {T}
    by: clerk
    on: loan
    input: {{plate: {{type: text, pattern: '[A-Z]{{1,4}}'}}}}
    do: [{{set: {{plate: input.plate}}}}]
  swap:
    title: {T}
    by: clerk
    on: loan
    input: {{other: loan}}
    require: [{{odd: 'has(this.plate)'}}, {{odd: 'input.other != this'}}]
    do:
      - if: 'has(input.other.plate) && has(this.plate)'
        then: [{{set: {{plate: input.other.plate, input.other.plate: this.plate}}}}]
        else: [{{refuse: odd}}]
  split:
    title: {T}
    by: clerk
    on: loan
    from: live
    input: {{ids: {{type: list, of: int, most: 4}}, part: money}}
    do:
      - each: {{one: input.ids}}
        do:
          - ensure: {{loan: {{deal: this.deal, id: one, left: input.part}}}}
          - set: {{left: this.left - input.part}}
  find_it:
    title: {T}
    by: clerk
    on: instance
    input: {{plate: {{type: text, pattern: '[A-Z]{{1,4}}'}}}}
    require: [{{odd: 'known(by_plate(input.plate))'}}]
    do:
      - notify: {{to: by_plate(input.plate).deal.holder, say: {{zh: 找到, en: Found}}}}
  lower:
    title: {T}
    by: clerk
    on: instance
    do: [{{set: {{instance.seen: instance.seen - 1}}}}]
"""


def shop() -> Stage:
    """An instance `s`: org1 operates and is the clerk, org2 and org3 are clients."""
    stage = Stage(3)
    stage.open("s", SHOP, {"org1": "clerk", "org2": "client", "org3": "client"})
    return stage
