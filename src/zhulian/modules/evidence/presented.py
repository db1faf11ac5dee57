"""How evidence looks as an application: a definition that lists, forms and pages are made from, and nothing is done through.

Deposits are made by this module's own messages, whose names the actions have; a chain with scenarios shows the definition as the
instance `evidence`. It is part of the first state, so it never changes.
"""

from typing import Final

__all__ = ["PRESENTED"]

PRESENTED: Final = """
scenario: evidence
version: 1
title: {zh: 存证, en: Evidence}
about:
  zh: 把文件的摘要或加盐承诺值连同时间和存证方固定在链上，他人可以见证，存证方可以撤回。
  en: Fixes the digest of a file, or a salted commitment to it, with the time and the depositor. Others can witness it, and the depositor can withdraw it.

roles:
  depositor: {title: {zh: 存证方, en: Depositor}, admitted_by: anyone, persons: true}
  witness: {title: {zh: 见证方, en: Witness}, admitted_by: anyone}

records:
  deposit:
    title: {zh: 存证, en: Deposit}
    key: [deposit, party]
    fields:
      deposit: {type: text, pattern: '[0-9a-f]{64}', title: {zh: 承诺值或摘要, en: Commitment or digest}}
      party: {type: party, title: {zh: 存证方, en: Depositor}}
      kind:
        type: choice
        title: {zh: 类别, en: Kind}
        values: {commitment: {zh: 承诺值, en: Commitment}, digest: {zh: 公开摘要, en: Public digest}, batch: {zh: 批量根值, en: Root of a batch}}
      count: {type: int, min: '1', optional: true, title: {zh: 文件数, en: Files}}
      source:
        type: choice
        title: {zh: 来源, en: Source}
        values:
          own_file: {zh: 自有文件, en: Own file}
          web_capture: {zh: 网页取证, en: Web capture}
          third_party: {zh: 第三方提供, en: Third party}
          device: {zh: 设备采集, en: Device}
        default: own_file
    states: {start: {standing: {zh: 有效, en: Standing}}, final: {withdrawn: {zh: 已撤回, en: Withdrawn}}}

actions:
  deposit:
    title: {zh: 存证, en: Deposit}
    by: anyone
    creates: deposit
    input: [deposit, kind, source]
    do: [{set: {party: actor}}]
  deposit_batch:
    title: {zh: 批量存证, en: Deposit many}
    by: anyone
    creates: deposit
    input: [deposit, kind, count, source]
    do: [{set: {party: actor}}]
  witness:
    title: {zh: 见证, en: Witness}
    by: anyone
    on: deposit
    from: standing
    input:
      kind:
        type: choice
        values:
          saw_capture: {zh: 目睹取证, en: Saw the capture}
          recomputed: {zh: 重算摘要, en: Recomputed the digest}
          examined: {zh: 核验内容, en: Examined the file}
      report: {type: file, optional: true}
  withdraw:
    title: {zh: 撤回, en: Withdraw}
    by: this.party
    on: deposit
    from: standing
    to: withdrawn
    input:
      reason:
        type: choice
        values:
          mistaken: {zh: 有误, en: Mistaken}
          superseded: {zh: 已被替代, en: Superseded}
          consent_withdrawn: {zh: 撤回同意, en: Consent withdrawn}
          order: {zh: 依法要求, en: By order}

pages:
  list: {record: deposit, columns: [deposit, party, kind, state], filter: [party, kind, state]}
"""
"""The text of the definition."""
