// The shapes of receipts, state facts and genesis (docs/formats.md §3, §5, §8-§10), as src/zhulian/ledger has them.

import { IRREGULAR, anything, integer, list, map, object, tagged, text, truth } from "./shape.js";

const NAME = /^[a-z][a-z0-9-]{0,30}$/;
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const digest = text(/^[0-9a-f]{64}$/);
const hex = text(/^(?:[0-9a-f]{2})*$/, 0, 1 << 20);
const signature = text(/^[0-9a-f]{128}$/);
const publicKey = text(/^(?:04[0-9a-f]{128}|[0-9a-f]{64})$/);
const seconds = integer(0, 2 ** 40);
const milliseconds = integer(0, 2 ** 50);
const signerName = text(/^(?:[a-z][a-z0-9-]{0,30}\.[a-z0-9][a-z0-9-]{0,30}|~[0-9a-f]{32})$/, 0, 63);

const header = object({
  chain: text(),
  height: integer(1),
  next_sealers_root: digest,
  previous: digest,
  results_root: digest,
  state_root: digest,
  time_ms: milliseconds,
  transactions_root: digest,
});
const seal = object({ key: digest, sealer: text(), signature, time_ms: milliseconds });
const sealer = object({ power: integer(1, 1_000_000), public_key: publicKey, sealer: text(NAME) });
const cost = object({ bytes: integer(), steps: integer() });
const change = object({ header, sealers: list(sealer), seals: list(seal) });
const changes = [list(change), []];

export const FACT = object(
  { format: text(), header, key: list(text()), proof: anything, seals: list(seal) },
  { sealer_changes: changes, value: [anything, null] },
);
const opening = object({ digest, salt: digest }, { path: [anything, null] });
const result = tagged("status", {
  applied: object({ cost, events: list(anything), keys: list(digest), status: text(), transaction: digest }),
  refused: object({ code: text(), cost, keys: list(digest), status: text(), transaction: digest, types: list(text()) }),
});

export const RECEIPT = object(
  {
    body: map(anything),
    certificates: list(list(hex)),
    format: text(),
    header,
    result,
    result_path: anything,
    seals: list(seal),
    signatures: list(object({ key: digest, signature, signer: signerName })),
    transaction_path: anything,
  },
  { facts: [list(FACT), []], opening: [opening, null], sealer_changes: changes },
);

const title = object({ en: text(null, 1, 200), zh: text(null, 1, 200) });
const LIMITS = [
  "transaction_bytes_max", "transaction_signers_max", "transaction_messages_max", "transaction_steps_max", "block_bytes_max",
  "block_transactions_max", "block_steps_max", "expiry_window_s", "organisation_pending_max", "organisation_block_bytes_max",
  "organisation_block_steps_max",
];
const founder = object(
  { certificate: hex, duties: list(text(NAME)), kind: text(/^(?:officer|service|device)$/), signer: signerName },
  { encryption: [hex, null] },
);
const organisation = object(
  { certificates: list(hex, 1, 4), organisation: text(NAME), signers: list(founder, 1, 64), title },
  { encryption: [hex, null], operator: [truth, false] },
);
const mandate = object({ document: hex, organisation: text(NAME), powers: list(text(/^(?:open|freeze|recall)$/)) });

export const GENESIS = object(
  {
    created: seconds,
    format: text(),
    governance: object({ denominator: integer(1, 100), numerator: integer(1, 100), voting_s: integer(60, 366 * 86400) }),
    limits: object(Object.fromEntries(LIMITS.map((name) => [name, integer()])), {}, IRREGULAR),
    modules: map(integer()),
    name: text(NAME),
    organisations: list(organisation, 1, 200),
    retention: object({ heights: integer(1) }),
    sealers: list(sealer, 1, 200),
    suite: text(/^(?:gm|intl)$/),
    workdays: object({ holidays: list(text(DAY)), worked: list(text(DAY)) }),
    zone: text(/^[A-Za-z]{1,20}(?:\/[A-Za-z_]{1,30}){0,2}$/),
  },
  {
    filing: [object({ number: text(null, 0, 100) }), null],
    regulator: [mandate, null],
    sandbox: [object({ chain: text(null, 0, 160), height: integer(0) }), null],
    validators: [map(digest), {}],
  },
);
