"""A chain made by hand from docs/formats.md, so that receipts of every shape exist without running a node."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhulian import canonical
from zhulian.crypto import Hasher, PrivateKey, SoftwareSigner, fingerprint, suite
from zhulian.crypto.certificates import Authority, create_ca, issue, issue_authority
from zhulian.ledger.limits import Limits
from zhulian.merkle import ListTree, list_root

CREATED = 1_766_880_000
DAY = 86_400
TITLES = {
    "hangzhou-notary": {"en": "Hangzhou West Lake Notary Office", "zh": "杭州市西湖公证处"},
    "zj-court": {"en": "Zhejiang Internet Court Liaison", "zh": "浙江互联网法院联络处"},
    "zj-ca": {"en": "Zhejiang Timber Exchange", "zh": "浙江木材交易中心股份有限公司"},
    "ningbo-bank": {"en": "Bank of Ningbo Port Branch", "zh": "宁波银行股份有限公司港区支行"},
    "late-org": {"en": "Latecomer Ltd", "zh": "后来者有限公司"},
}


@dataclass
class Signing:
    """A signer with its key and chain of certificates."""

    name: str
    key: PrivateKey
    chain: list[bytes]


class Chain:
    """Genesis, sealers and signers of a small consortium; `receipt` makes a sealed block of one's own transactions."""

    def __init__(
        self,
        names: Sequence[str] = ("hangzhou-notary",),
        *,
        suite_name: str = "gm",
        depositor: str = "hangzhou-notary",
        **more: Any,
    ) -> None:
        self.suite = suite(suite_name)
        self.authorities: dict[str, Authority] = {}
        self.seal_keys: dict[str, PrivateKey] = {}
        for name in (*names, *((depositor,) if depositor not in names else ())):
            self.authorities[name] = create_ca(self.suite, name, f"{name} CA", 3650, not_before=CREATED - DAY)
        for name in names:
            self.seal_keys[name] = self.suite.generate()
        self.signer = self.enrol(depositor, "o7")
        self.document = self._genesis(names, more)
        self.genesis = canonical.encode(self.document)
        self.digest = Hasher(self.suite).digest("genesis", self.genesis)
        self.hasher = Hasher(self.suite, self.digest)
        self.chain = f"{self.document['name']}.{self.digest.hex()}"
        self.sealers = self.document["sealers"]

    def enrol(self, organisation: str, serial: str, *, intermediate: bool = False) -> Signing:
        """A fresh signer of an organisation, certified by its CA."""
        authority = self.authorities[organisation]
        if intermediate:
            below = SoftwareSigner(self.suite, self.suite.generate())
            authority = issue_authority(
                authority, below, organisation, f"{organisation} second CA", CREATED, CREATED + 1000 * DAY
            )
        key = self.suite.generate()
        leaf = issue(authority, key.public_key, organisation, f"{organisation}.{serial}", "sign", CREATED, CREATED + 365 * DAY)
        return Signing(f"{organisation}.{serial}", key, [leaf, *authority.chain])

    def _genesis(self, names: Sequence[str], more: Mapping[str, Any]) -> dict[str, Any]:
        organisations = []
        for name in sorted(self.authorities):
            own = self.signer.name.startswith(f"{name}.")
            signer = self.signer if own else self.enrol(name, "admin")
            entry = {"certificate": signer.chain[0].hex(), "duties": ["admin"], "kind": "officer", "signer": signer.name}
            one: dict[str, Any] = {"organisation": name, "signers": [entry], "title": TITLES[name]}
            one["certificates"] = [self.authorities[name].certificate.der.hex()]
            if name == names[0]:
                one["operator"] = True
            organisations.append(one)
        return {
            "created": CREATED,
            "format": "zhulian/genesis/1",
            "governance": {"denominator": 3, "numerator": 2, "voting_s": 86400},
            "limits": {name: getattr(Limits(), name) for name in Limits.__struct_fields__},
            "modules": {"evidence": 1, "govern": 1, "identity": 1},
            "name": "zl-demo",
            "organisations": organisations,
            "retention": {"heights": 1000},
            "sealers": self.sealer_set(names),
            "suite": self.suite.name,
            "workdays": {"holidays": [], "worked": []},
            "zone": "Asia/Shanghai",
            **more,
        }

    def sealer_set(self, names: Sequence[str]) -> list[dict[str, Any]]:
        """The sealers of these names, with equal power."""
        return [{"power": 1, "public_key": self.seal_keys[name].public_key.hex(), "sealer": name} for name in sorted(names)]

    def deposit(self, content: bytes, *, public: bool = False, source: str | None = None, **more: Any) -> dict[str, Any]:
        """A receipt for the deposit of one file."""
        digest = self.suite.digest(content)
        if public:
            return self.receipt([_message("evidence.deposit", source, digest=digest.hex())], **more)
        salt = self.suite.digest(b"salt" + digest)
        commitment = self.hasher.digest("commitment", salt + digest)
        opening = {"digest": digest.hex(), "salt": salt.hex()}
        return self.receipt([_message("evidence.deposit", source, commitment=commitment.hex())], opening=opening, **more)

    def batch(self, contents: Sequence[bytes], index: int, **more: Any) -> dict[str, Any]:
        """A receipt for one of several files that were deposited under one root."""
        digests = [self.suite.digest(each) for each in contents]
        salts = [self.suite.digest(b"salt" + each) for each in digests]
        tree = ListTree(
            self.hasher, [self.hasher.digest("commitment", salt + each) for salt, each in zip(salts, digests, strict=True)]
        )
        message = _message("evidence.deposit_batch", None, count=len(contents), root=tree.root.hex())
        opening = {"digest": digests[index].hex(), "path": tree.path(index).to_json(), "salt": salts[index].hex()}
        return self.receipt([message], opening=opening, **more)

    def readings(self, contents: Sequence[bytes], index: int, **more: Any) -> dict[str, Any]:
        """A receipt for one of several readings that a device signed under one root."""
        receipt = self.batch(contents, index, **more)
        (message,) = receipt["body"]["messages"]
        batch = {"count": message["count"], "device": "zj-ca.probe-1", "root": message["root"]}
        return self.receipt([_message("device.measure", None, batch=batch)], opening=receipt["opening"], **more)

    def receipt(
        self,
        messages: Sequence[Mapping[str, Any]],
        *,
        signers: Sequence[Signing] = (),
        height: int = 12,
        time_ms: int = (CREATED + 40 * DAY) * 1000 + 123,
        block: int = 5,
        index: int = 2,
        sealed_by: Sequence[str] | None = None,
        refused: str | None = None,
        state: Mapping[tuple[str, ...], Any] | None = None,
        shown: Sequence[tuple[str, ...]] = (),
        changes: Sequence[dict[str, Any]] = (),
        opening: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """A receipt for `messages`, transaction `index` of a block of `block`."""
        acting = sorted(signers or [self.signer], key=lambda each: each.name)
        body = {
            "chain": self.chain,
            "expires": time_ms // 1000 + 300,
            "messages": list(messages),
            "nonce": "00112233445566778899aabbccddeeff",
            "signers": [each.name for each in acting],
        }
        encoded = canonical.encode(body)
        preimage = self.hasher.preimage("body", encoded)
        transaction = self.suite.digest(preimage).hex()
        keys = [fingerprint(self.suite, each.key.public_key) for each in acting]
        result = _result(transaction, keys, messages, refused)
        leaf = bytes.fromhex(transaction) + self.hasher.digest("accepted", canonical.encode(keys))
        transactions = ListTree(self.hasher, [leaf if at == index else bytes([at]) * 64 for at in range(block)])
        results = ListTree(self.hasher, [canonical.encode(result) if at == index else b"%d" % at for at in range(block)])
        proofs, state_root = self._state(state or {}, shown)
        header = self.header(height, time_ms, transactions.root, results.root, state_root)
        made: dict[str, Any] = {
            "body": body,
            "certificates": [[each.hex() for each in one.chain] for one in acting],
            "format": "zhulian/receipt/1",
            "header": header,
            "result": result,
            "result_path": results.path(index).to_json(),
            "seals": self.seal(header, sealed_by),
            "signatures": [
                {"key": key, "signature": self.suite.sign(one.key, preimage).hex(), "signer": one.name}
                for one, key in zip(acting, keys, strict=True)
            ],
            "transaction_path": transactions.path(index).to_json(),
        }
        if opening is not None:
            made["opening"] = opening
        if changes:
            made["sealer_changes"] = list(changes)
        if proofs:
            made["facts"] = [
                {"format": "zhulian/state/1", "header": header, "key": list(key), "proof": proof, "seals": made["seals"], **value}
                for key, proof, value in proofs
            ]
            if changes:
                made["facts"] = [{**each, "sealer_changes": list(changes)} for each in made["facts"]]
        return made

    def header(
        self, height: int, time_ms: int, transactions: bytes, results: bytes, state: bytes, sealers: Sequence[Any] | None = None
    ) -> dict[str, Any]:
        """A header; its set of next sealers is the present one unless another is given."""
        next_sealers = list_root(self.hasher, [canonical.encode(each) for each in (sealers or self.sealers)])
        return {
            "chain": self.chain,
            "height": height,
            "next_sealers_root": next_sealers.hex(),
            "previous": self.suite.digest(b"previous").hex(),
            "results_root": results.hex(),
            "state_root": state.hex(),
            "time_ms": time_ms,
            "transactions_root": transactions.hex(),
        }

    def seal(self, header: Mapping[str, Any], names: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """Seals by these sealers (all of the present set), each some milliseconds after the block."""
        digest = self.hasher.digest("header", canonical.encode(dict(header)))
        seals = []
        for at, name in enumerate(sorted(names or [each["sealer"] for each in self.sealers])):
            time_ms = header["time_ms"] + 37 + 11 * at
            signed = self.hasher.preimage("seal", canonical.encode({"header": digest.hex(), "time_ms": time_ms}))
            key = self.seal_keys[name]
            seal = {"key": fingerprint(self.suite, key.public_key), "sealer": name, "time_ms": time_ms}
            seals.append({**seal, "signature": self.suite.sign(key, signed).hex()})
        return seals

    def change(self, names: Sequence[str], height: int, time_ms: int = (CREATED + DAY) * 1000) -> dict[str, Any]:
        """A sealed header that makes `names` the sealers from the next height on, which they are here from now on."""
        for name in names:
            self.seal_keys.setdefault(name, self.suite.generate())
        sealers = self.sealer_set(names)
        header = self.header(height, time_ms, bytes(32), bytes(32), bytes(32), sealers)
        made = {"header": header, "sealers": sealers, "seals": self.seal(header)}
        self.sealers = sealers
        return made

    def _state(self, state: Mapping[tuple[str, ...], Any], shown: Sequence[tuple[str, ...]]) -> tuple[list[Any], bytes]:
        leaves = {}
        for key, value in state.items():
            place = self.hasher.digest("state-key", canonical.encode(list(key)))
            leaves[place] = self.hasher.digest("tree-leaf", place + self.hasher.digest("state-value", canonical.encode(value)))
        root, _ = self._subtree(sorted(leaves), leaves, 0, None)
        proofs = []
        for key in shown:
            place = self.hasher.digest("state-key", canonical.encode(list(key)))
            _, siblings = self._subtree(sorted(leaves), leaves, 0, place)
            proofs.append((key, {"siblings": [each.hex() for each in siblings]}, {"value": state[key]}))
        return proofs, root

    def _subtree(
        self, places: list[bytes], leaves: Mapping[bytes, bytes], depth: int, wanted: bytes | None
    ) -> tuple[bytes, list[bytes]]:
        if len(places) <= 1:
            return (leaves[places[0]] if places else bytes(32)), []
        sides: list[list[bytes]] = [[], []]
        for place in places:
            sides[place[depth // 8] >> (7 - depth % 8) & 1].append(place)
        (left, below_left), (right, below_right) = (self._subtree(side, leaves, depth + 1, wanted) for side in sides)
        root = self.hasher.digest("tree-node", left + right)
        if wanted is None:
            return root, []
        is_right = wanted[depth // 8] >> (7 - depth % 8) & 1
        return root, [left, *below_right] if is_right else [right, *below_left]


def _message(kind: str, source: str | None, **fields: Any) -> dict[str, Any]:
    return {"type": kind, **fields, **({"source": source} if source else {})}


def _event(message: Mapping[str, Any]) -> dict[str, Any]:
    recorded = message.get("commitment") or message.get("digest") or message.get("root") or ""
    return {
        "deposit": recorded,
        "party": "hangzhou-notary",
        "type": "evidence.batch_deposited" if "root" in message else "evidence.deposited",
    }


def _result(transaction: str, keys: list[str], messages: Sequence[Mapping[str, Any]], refused: str | None) -> dict[str, Any]:
    common = {"cost": {"bytes": 512, "steps": 40}, "keys": keys, "transaction": transaction}
    if refused:
        return {**common, "code": refused, "status": "refused", "types": [each["type"] for each in messages]}
    return {**common, "events": [_event(each) for each in messages], "status": "applied"}
