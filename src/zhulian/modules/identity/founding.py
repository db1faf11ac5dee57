"""The founding organisations and their signers, from the genesis document into the first state."""

from collections.abc import Sequence

from zhulian.crypto import CryptoFault, Suite
from zhulian.crypto.certificates import parse, verify_root
from zhulian.errors import Refusal, Words
from zhulian.ledger.errors import BadGenesis
from zhulian.ledger.genesis import FoundingOrganisation, FoundingSigner, Genesis
from zhulian.ledger.overlay import State
from zhulian.modules.identity.credentials import from_chain, save_credential, save_encryption_key
from zhulian.modules.identity.guards import require_duties
from zhulian.modules.identity.messages import Kind
from zhulian.modules.identity.state import ADMINS, KEYS, MEMBERS, ORGANISATIONS, SIGNERS, Admins, Members, Organisation, Signer

__all__ = ["found_identity"]

_KINDS: dict[str, Kind] = {"device": "device", "officer": "officer", "service": "service"}


def found_identity(state: State, genesis: Genesis, suite: Suite) -> None:
    """Write organisations, signers, keys and certificates of the founders.

    Raises:
        BadGenesis: if a certificate does not hold at the time of the genesis document, a key is used twice or seals blocks, or an
        organisation has no officer with the duty `admin`.
    """
    MEMBERS.set(state, Members(active=tuple(each.organisation for each in genesis.organisations)))
    for organisation in genesis.organisations:
        roots = [_root(suite, organisation, bytes.fromhex(each), genesis.created) for each in organisation.certificates]
        for signer in organisation.signers:
            _found_signer(state, suite, signer, roots, genesis)
            if signer.encryption is not None:
                _found_encryption(state, suite, signer.signer, signer.encryption, roots, genesis)
        if organisation.encryption is not None:
            _found_encryption(state, suite, organisation.organisation, organisation.encryption, roots, genesis)
        admins = tuple(each.signer for each in organisation.signers if each.kind == "officer" and "admin" in each.duties)
        if not admins:
            raise BadGenesis(
                why=Words(
                    f"{organisation.organisation} 没有职责含 admin 的经办人",
                    f"{organisation.organisation} has no officer with the duty admin",
                )
            )
        ADMINS.set(state, organisation.organisation, value=Admins(signers=admins))
        value = Organisation(
            admitted=0,
            certificates=tuple(organisation.certificates),
            operator=organisation.operator,
            status="active",
            title=organisation.title,
        )
        ORGANISATIONS.set(state, organisation.organisation, value=value)


def _found_signer(state: State, suite: Suite, signer: FoundingSigner, roots: Sequence[bytes], genesis: Genesis) -> None:
    try:
        require_duties(_KINDS[signer.kind], signer.duties)
        credential = from_chain(suite, signer.signer, _chain(bytes.fromhex(signer.certificate), roots), roots, genesis.created)
    except Refusal as refusal:
        no = refusal.words()
        raise BadGenesis(why=Words(f"{signer.signer}：{no.zh}", f"{signer.signer}: {no.en}")) from None
    if KEYS.has(state, credential.fingerprint):
        raise BadGenesis(why=Words(f"{signer.signer} 的密钥重复登记", f"the key of {signer.signer} is registered twice"))
    if any(each.public_key == credential.public_key.hex() for each in genesis.sealers):
        raise BadGenesis(why=Words(f"{signer.signer} 的密钥是签章密钥", f"the key of {signer.signer} is a seal key"))
    value = Signer(duties=tuple(signer.duties), keys=(credential.fingerprint,), kind=_KINDS[signer.kind])
    SIGNERS.set(state, signer.signer, value=value)
    save_credential(state, suite, signer.signer, credential)


def _found_encryption(state: State, suite: Suite, holder: str, der: str, roots: Sequence[bytes], genesis: Genesis) -> None:
    try:
        chain = _chain(bytes.fromhex(der), roots)
        credential = from_chain(suite, holder, chain, roots, genesis.created, "encrypt")
    except Refusal as refusal:
        no = refusal.words()
        raise BadGenesis(why=Words(f"{holder} 的加密证书：{no.zh}", f"the encryption certificate of {holder}: {no.en}")) from None
    if KEYS.has(state, credential.fingerprint):
        raise BadGenesis(why=Words(f"{holder} 的加密密钥也用于签名", f"the encryption key of {holder} signs as well"))
    save_encryption_key(state, suite, holder, credential, 0)


def _root(suite: Suite, organisation: FoundingOrganisation, der: bytes, created: int) -> bytes:
    try:
        verify_root(suite, der, created)
    except CryptoFault as fault:
        name, no = organisation.organisation, fault.words()
        raise BadGenesis(why=Words(f"{name} 的 CA 证书不能采用，{no.zh}", f"a CA certificate of {name}: {no.en}")) from None
    return der


def _chain(leaf: bytes, roots: Sequence[bytes]) -> list[bytes]:
    """The leaf with the CA certificate that bears its issuer's name and key, or the first one, which then is refused."""
    child = parse(leaf)
    for root in roots:
        parent = parse(root)
        if child.issuer_name == parent.subject_name and child.issuer_key_id in (None, parent.subject_key_id):
            return [leaf, root]
    return [leaf, roots[0]]
