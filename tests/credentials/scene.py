"""A school, the ministry that accredits it, and a graduate: a chain with proofs, and presentations to be cheated with."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tests.solo import Solo, open_solo
from tests.world import key_of, make_genesis
from zhulian.client.credentials.checking import PROOF_FORMAT, Checked, Named, Wanted, check, facts_of
from zhulian.client.credentials.issuing import Terms, holder_key, issue_batch, list_of, prove_keys
from zhulian.client.credentials.keeping import Register
from zhulian.credentials.dids import key_url, list_url, schema_url
from zhulian.credentials.jose import SuiteJose
from zhulian.credentials.sd_jwt import present
from zhulian.credentials.status_list import make_list_token
from zhulian.crypto import Hasher, PrivateKey, SoftwareSigner, fingerprint
from zhulian.ledger.genesis import Title
from zhulian.modules.credential.format import key_preimage, list_digest
from zhulian.modules.credential.messages import AddKey, Claim, Define, Publish, RetireKey, SetStatus
from zhulian.modules.credential.state import SCHEMAS, Schema
from zhulian.node.heads import Heads

TITLE = Title(zh="学位", en="Degree")
CLAIMS = {"degree": "bachelor", "major": "law", "name": "王小明", "school": "珠江大学"}
AUDIENCE, NONCE = "employer.example", "1f" * 16
SECRET = b"holder" * 5 + b"xx"


class School:
    """`org1` is the ministry, `org2` the school; `proof` is what an employer fetches, `shown` what a graduate shows."""

    def __init__(self, folder: Path, suite: str = "gm") -> None:
        genesis = make_genesis(2, suite)
        self.solo: Solo = open_solo(folder, genesis=replace(genesis, modules={**genesis.modules, "credential": 1}))
        self.hasher: Hasher = self.solo.world.world.hasher
        self.jose = SuiteJose(self.hasher.suite)
        self.key = self.issuing_key("org2", "issuing")
        self.register = Register()
        self.sequence = 0
        self.token = ""
        claims = [
            Claim(name="degree", title=TITLE),
            Claim(name="major", title=TITLE),
            Claim(name="name", title=TITLE),
            Claim(name="school", title=TITLE, always=True),
        ]
        self.solo.run(Define(claims=claims, schema="degree", standing="grants", title=TITLE))
        self.stand("valid")

    def issuing_key(self, issuer: str, name: str) -> SoftwareSigner:
        key = SoftwareSigner(self.hasher.suite, key_of(self.hasher.suite.name, name))
        public = key.public_key.hex()
        possession = key.sign(key_preimage(self.hasher, issuer, public)).hex()
        self.solo.run(AddKey(possession=possession, public_key=public), f"{issuer}.admin")
        return key

    def stand(self, status: str) -> None:
        self.solo.run(SetStatus(holder="org2", schema="grants", status=status))  # type: ignore[arg-type]

    def retire(self, reason: str) -> None:
        name = fingerprint(self.hasher.suite, self.key.public_key)
        self.solo.run(RetireKey(key=name, reason=reason), "org2.admin")  # type: ignore[arg-type]

    @property
    def now(self) -> int:
        return self.solo.now_ms // 1000

    @property
    def schema(self) -> Schema:
        return SCHEMAS.get(self.solo.application.chain_store, "org1", "degree")

    @property
    def vct(self) -> str:
        return schema_url(self.hasher.genesis, "org1", "degree")

    def terms(self, **changed: Any) -> Terms:
        given = {
            "issuer": "org2",
            "key": self.key,
            "owner": "org1",
            "schema": "degree",
            "until": self.now + 86_400 * 365,
            "list": "2026",
        }
        return Terms(**{**given, **changed})

    def issue(
        self, count: int = 3, claims: Mapping[str, Any] = CLAIMS, secret: bytes = SECRET, **changed: Any
    ) -> tuple[str, dict[str, Any]]:
        """The number of a credential, and the batch for the holder."""
        terms = self.terms(**changed)
        keys = prove_keys(self.hasher, secret, terms.issuer, count, self.now)
        made = issue_batch(self.hasher, terms, self.schema, claims, keys, self.register, self.now)
        self.register = made.register
        return made.credential, made.document

    def publish(self, issuer: str = "org2", **changed: Any) -> str:
        """Publish the list as the register has it."""
        key = key_url(self.hasher.genesis, issuer, fingerprint(self.hasher.suite, self.key.public_key))
        uri = changed.get("uri") or list_url(self.hasher.genesis, issuer, "2026")
        statuses = list_of(self.register, "2026")
        self.token = make_list_token(self.jose, changed.get("signer") or self.key, key, uri, self.now, 3600, statuses)
        self.sequence += 1
        digest = list_digest(self.hasher, self.token.encode())
        self.solo.run(Publish(bits=2, digest=digest, list="2026", sequence=self.sequence, size=statuses.size), f"{issuer}.clerk")
        return self.token

    def proof(self, issuer: str = "org2") -> dict[str, Any]:
        """What the chain proves now."""
        application = self.solo.application
        signer = SoftwareSigner(self.hasher.suite, key_of(self.hasher.suite.name, "org1.seal"))
        heads = Heads(application, signer, lambda: self.solo.now_ms, lambda: True)
        head = application.head
        facts = [
            application.prover.state_fact(list(key), None)
            for key in facts_of(Named(issuer, "org1", "degree", "2026", 0), self.schema)
        ]
        return {
            "facts": facts,
            "format": PROOF_FORMAT,
            "head": heads.say(head.height, head.digest, self.solo.now_ms),
            "token": self.token,
        }

    def holder(self, batch: Mapping[str, Any], place: int, secret: bytes = SECRET) -> PrivateKey:
        return holder_key(self.hasher, secret, batch["batch"], place)

    def show(self, batch: Mapping[str, Any], place: int = 0, *names: str, **changed: Any) -> str:
        """A presentation of one copy."""
        key = SoftwareSigner(self.hasher.suite, changed.pop("key", None) or self.holder(batch, place))
        binding = {"aud": AUDIENCE, "iat": self.now, "nonce": NONCE, **changed}
        return present(self.jose, key, batch["copies"][place], names or ("degree",), binding)

    def check(self, presentation: str, proof: Any = None, later: int = 0, **wanted: Any) -> Checked:
        """As an employer with no node at hand checks it, `later` seconds from now."""
        due = Wanted(**{"audience": AUDIENCE, "nonce": NONCE, "schema": self.vct, **wanted})
        return check(presentation, self.proof() if proof is None else proof, self.solo.trusted, due, self.now + later)
