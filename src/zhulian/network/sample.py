"""A sample consortium in one home: four organisations, one sealer, for trying things out on one machine."""

import secrets

from zhulian.crypto import suite
from zhulian.errors import Refusal
from zhulian.files import write_atomically
from zhulian.home import Home
from zhulian.ledger.genesis import CODEC, Genesis, GovernanceRules, Mandate, Retention, Title, Workdays, parse_genesis
from zhulian.ledger.limits import Limits
from zhulian.network.founding import OrganisationPlan, SignerPlan, make_organisation, make_sealer

__all__ = ["MODULES", "AlreadyFounded", "found_sample"]

MODULES = {
    "asset": 1, "ballot": 1, "codes": 1, "credential": 1, "device": 1, "earmark": 1, "evidence": 1, "fair": 1, "govern": 1, "identity": 1, "mandate": 1, "oracle": 1,
    "registry": 1, "scenario": 1, "settle": 1, "share": 1, "ticket": 1, "trace": 1,
}  # fmt: skip
"""What a new chain runs: every module of this program, at the version that it begins with."""

_DAY = 86_400
_STAFF = (
    SignerPlan("admin", "officer", ("admin", "voter")),
    SignerPlan("clerk", "officer", ()),
)
_KEEPER = SignerPlan("keeper", "service", ("keeper",), can_read=True)
_AGENT = SignerPlan("counter", "service", ("agent",))
_ORGANISATIONS = (
    OrganisationPlan("org1", Title(zh="示例企业", en="Sample Enterprise"), True, _STAFF),
    OrganisationPlan("org2", Title(zh="示例公证处", en="Sample Notary Office"), False, (*_STAFF, _AGENT, _KEEPER)),
    OrganisationPlan("org3", Title(zh="示例鉴定中心", en="Sample Forensic Centre"), False, (*_STAFF, _KEEPER)),
    OrganisationPlan("org4", Title(zh="示例法院", en="Sample Court"), False, (*_STAFF, _KEEPER)),
)
_CONFIG = """\
# Local settings of this machine. What the members agree on stands in genesis.json.

[gateway]
host = "127.0.0.1"
port = 8420

[node]
sealer = "org1"   # whose seal key under keys/ seals the blocks
workers = 1       # processes that verify signatures
keepers = ["org2.keeper", "org3.keeper", "org4.keeper"]  # who share the keys of guarded content

[client]
signer = "org1.clerk"

[custody]
agent = "org2.counter"  # who signs for people whose keys are kept here, once `zhulian custody init` has set it up
"""


class AlreadyFounded(
    Refusal,
    code="home/5",
    zh="{path} 中已有创世配置。如需另建，请换用其他目录（ZHULIAN_HOME）。",
    en="{path} holds a genesis already. For another chain use another folder (ZHULIAN_HOME).",
):
    path: str


def found_sample(
    home: Home, now: int, *, name: str = "zl-demo", suite_name: str = "gm", passphrase: str | None = None
) -> Genesis:
    """Found the sample consortium in `home` at `now` (Unix seconds). Genesis is written last, so a crash leaves no half chain.

    Where `passphrase` is None, a random one is made and kept beside the keys: fit for trying out, not for real work.

    Raises:
        AlreadyFounded: if the home has a genesis.
    """
    if home.exists:
        raise AlreadyFounded(path=str(home.root))
    chosen = suite(suite_name)
    home.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    home.keys.mkdir(exist_ok=True, mode=0o700)
    for leftover in home.keys.glob("*.key.json"):  # of a founding that was interrupted before it had a genesis
        leftover.unlink()
    if passphrase is None:
        passphrase = secrets.token_urlsafe(24)
        write_atomically(home.passphrase_file, passphrase.encode() + b"\n", mode=0o600)
    organisations = [make_organisation(home, chosen, plan, now - _DAY, passphrase) for plan in _ORGANISATIONS]
    genesis = Genesis(
        created=now,
        format="zhulian/genesis/1",
        governance=GovernanceRules(denominator=3, numerator=2, voting_s=7 * _DAY),
        limits=Limits(),
        modules=MODULES,
        name=name,
        organisations=organisations,
        regulator=Mandate(document="", organisation="org4", powers=["freeze", "open", "recall"]),
        retention=Retention(heights=100_000),
        sealers=[make_sealer(home, chosen, "org1", passphrase)],
        suite=suite_name,
        workdays=Workdays(holidays=[], worked=[]),
        zone="Asia/Shanghai",
    )
    document = CODEC.encode(genesis)
    parse_genesis(document)
    if not home.config_file.exists():
        write_atomically(home.config_file, _CONFIG.encode())
    write_atomically(home.genesis_file, document)
    return genesis
