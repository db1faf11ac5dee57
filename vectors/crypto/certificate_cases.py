"""Cases for certificate chains and requests: good ones, and each fault by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from unittest import mock

from signature_cases import P256_POINT, derive

from zhulian.crypto import GM, INTL, PrivateKey, Signer, Suite
from zhulian.crypto.certificates import Authority, asn1, build, create_ca, issue, issue_authority, make_request, oids
from zhulian.crypto.hazmat.curve import DEFAULT_ID
from zhulian.crypto.hazmat.reference import sm2

START, END = 1_767_225_600, 2_082_758_400
"""2026-01-01 and 2036-01-01."""
NOW = START + 1000
YEAR = 31_536_000


@dataclass
class DerivedSigner:
    """Signs with a nonce derived from key and message, so that the vectors come out the same each time."""

    suite: Suite
    key: PrivateKey

    @property
    def public_key(self) -> bytes:
        return self.key.public_key

    def sign(self, message: bytes) -> bytes:
        if self.suite.name != "gm":
            return self.suite.sign(self.key, message)
        secret = self.key.reveal()
        k = int.from_bytes(derive(secret.hex() + message.hex()), "big") >> 1
        return sm2.sign(int.from_bytes(secret, "big"), message, DEFAULT_ID, k)


def signer(suite: Suite, label: str) -> Signer:
    return DerivedSigner(suite, suite.private_key((int.from_bytes(derive(label), "big") >> 1).to_bytes(32, "big")))


def root(suite: Suite, label: str = "root", path_length: int | None = None) -> Authority:
    return create_ca(suite, "org1", "Org One Root", 3652, signer=signer(suite, label), not_before=START, path_length=path_length)


def middle(above: Authority, label: str, path_length: int = 0) -> Authority:
    return issue_authority(above, signer(above.signer.suite, label), "org1", label.title(), START, END, path_length)


def leaf(authority: Authority, usage: Any = "sign", label: str = "o7", start: int = START, end: int = START + YEAR) -> bytes:
    suite = authority.signer.suite
    if usage == "encrypt" and suite.name == "intl":
        return issue(authority, suite.private_key(derive(label), "encrypt").public_key, "org1", label, usage, start, end)
    return issue(authority, signer(suite, label).public_key, "org1", label, usage, start, end)


def resign(authority: Authority, der: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The certificate with its body changed and signed again, so that nothing but the change is wrong."""
    body = asn1.Reader(der).inner(asn1.SEQUENCE).whole(asn1.SEQUENCE)
    return build._sign(authority.signer, element_of(change(asn1.Reader(body).content(asn1.SEQUENCE))))


def element_of(content: bytes) -> bytes:
    return asn1.element(asn1.SEQUENCE, content)


def swap(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Replaces bytes that occur exactly once."""

    def change(content: bytes) -> bytes:
        if content.count(old) != 1:
            raise ValueError("the bytes to be replaced occur once")
        return content.replace(old, new)

    return change


def with_extensions(authority: Authority, der: bytes, extensions: bytes) -> bytes:
    """The certificate with other extensions."""

    def change(content: bytes) -> bytes:
        reader, kept = asn1.Reader(content), b""
        while reader.more and not reader.next_is(0xA3):
            kept += reader.whole()
        return kept + (asn1.context(3, extensions) if extensions else b"")

    return resign(authority, der, change)


def chain_case(
    description: str,
    suite: Suite,
    chain: Sequence[bytes],
    roots: Sequence[bytes],
    expected: str,
    at: int = NOW,
    usage: str = "sign",
) -> dict[str, Any]:
    return {
        "description": f"{suite.name}: {description}",
        "suite": suite.name,
        "at": at,
        "usage": usage,
        "chain": [der.hex() for der in chain],
        "roots": [der.hex() for der in roots],
        "expected": expected,
    }


def certificate_cases() -> list[dict[str, Any]]:
    with mock.patch.object(build, "_new_serial", side_effect=range(2**64, 2**65)):
        cases: list[dict[str, Any]] = []
        for suite in (GM, INTL):
            cases += trust_cases(suite) + form_cases(suite) + request_cases(suite)
        return cases + kind_cases()


def trust_cases(suite: Suite) -> list[dict[str, Any]]:
    ca, stranger, namesake = root(suite), root(suite, "stranger"), root(suite, "namesake")
    first = middle(ca, "first", 1)
    second = middle(first, "second")
    third = middle(second, "third")
    good = leaf(ca)
    encrypting = leaf(ca, "encrypt")
    roots = [*ca.chain]
    impostor = issue(Authority(namesake.signer, ca.certificate), signer(suite, "o7").public_key, "org1", "o7", "sign", START, END)
    own = signer(suite, "o7")
    below = build._certificate(
        own, _subject(good), _subject(good), own.public_key, "sign", START, END, _plain(suite, own.public_key)
    )

    def case(description: str, chain: Sequence[bytes], expected: str, **more: Any) -> dict[str, Any]:
        return chain_case(description, suite, chain, more.pop("roots", roots), expected, **more)

    many = [good] * 9
    return [
        case("leaf and root", [good, *ca.chain], "valid"),
        case("one of several roots", [good, *ca.chain], "valid", roots=[*stranger.chain, *ca.chain]),
        case("encrypt certificate of the pair", [encrypting, *ca.chain], "valid", usage="encrypt"),
        case("two intermediates", [leaf(second), *second.chain], "valid"),
        case("root alone, as authority", [*ca.chain], "valid", usage="authority"),
        case("first second of validity", [good, *ca.chain], "valid", at=START),
        case("last second of validity", [good, *ca.chain], "valid", at=START + YEAR),
        case("a second before validity", [good, *ca.chain], "crypto/21", at=START - 1),
        case("leaf not yet valid", [leaf(ca, start=NOW + 1), *ca.chain], "crypto/21"),
        case("a second after validity", [good, *ca.chain], "crypto/22", at=START + YEAR + 1),
        case("root expired too", [good, *ca.chain], "crypto/22", at=END + 10 * YEAR),
        case("root before leaf", [*ca.chain, good], "crypto/29"),
        case("intermediates exchanged", [leaf(second), second.chain[1], second.chain[0], second.chain[2]], "crypto/23"),
        case("intermediate left out", [leaf(first), *ca.chain], "crypto/23"),
        case("signed by a namesake of the CA", [resign(namesake, good, bytes), *ca.chain], "crypto/24"),
        case("issued by a namesake with its own key id", [impostor, *ca.chain], "crypto/23"),
        case("a bit of the signature changed", [_flip_last(good), *ca.chain], "crypto/24"),
        case("the signer's name changed", [good.replace(b"\x0c\x02o7", b"\x0c\x02o8"), *ca.chain], "crypto/24"),
        case("root changed", [good, _flip_last(ca.chain[0])], "crypto/29"),
        case("root not listed", [good, *ca.chain], "crypto/29", roots=stranger.chain),
        case("no roots", [good, *ca.chain], "crypto/29", roots=[]),
        case("leaf used as a CA", [below, good, *ca.chain], "crypto/26"),
        case("more intermediates than allowed", [leaf(third), *third.chain], "crypto/27"),
        case("encrypt certificate used to sign", [encrypting, *ca.chain], "crypto/28"),
        case("sign certificate used to encrypt", [good, *ca.chain], "crypto/28", usage="encrypt"),
        case("CA certificate used to sign", [*ca.chain], "crypto/28"),
        case("empty chain", [], "crypto/33"),
        case("nine certificates", many, "crypto/33"),
    ]


def form_cases(suite: Suite) -> list[dict[str, Any]]:
    ca = root(suite)
    good, roots = leaf(ca), [*ca.chain]
    public = signer(suite, "o7").public_key
    plain = build._extensions(suite, public, ca.signer.public_key, "sign", None)
    unknown = build._extension("1.2.3.4", asn1.octets(b""), critical=True)
    usage = build._extension(oids.KEY_USAGE, build._USAGE["sign"], critical=True)
    explicit_false = asn1.sequence(asn1.oid("1.2.3.4"), b"\x01\x01\x00", asn1.octets(b""))
    no_issuing = with_extensions(ca, ca.certificate.der, asn1.sequence(_ca_constraint(), usage))
    common = asn1.element(asn1.SET, asn1.sequence(asn1.oid("2.5.4.3"), asn1.text("o7")))
    organisation = asn1.element(asn1.SET, asn1.sequence(asn1.oid("2.5.4.10"), asn1.text("org1")))
    names, only = asn1.sequence(organisation + common), asn1.sequence(common)
    latin = asn1.sequence(organisation + common.replace(b"\x0c\x02o7", b"\x14\x02o7"))
    hidden = asn1.sequence(organisation + common.replace(b"\x0c\x02o7", b"\x0c\x02o\x00"))
    start = asn1.moment(START)
    sha256 = asn1.sequence(asn1.oid("1.2.840.113549.1.1.11"), asn1.NULL)
    long_time = b"\x18\x0f20260101000000Z"
    version, serial = b"\xa0\x03\x02\x01\x02", asn1.integer(asn1_serial(good))

    def case(description: str, changed: bytes, expected: str, chain: Sequence[bytes] | None = None) -> dict[str, Any]:
        return chain_case(description, suite, chain or [changed, *ca.chain], roots if chain is None else [chain[-1]], expected)

    def signed(description: str, change: Callable[[bytes], bytes], expected: str) -> dict[str, Any]:
        return case(description, resign(ca, good, change), expected)

    return [
        case("without keyUsage", with_extensions(ca, good, asn1.sequence()), "crypto/28"),
        case("without extensions", with_extensions(ca, good, b""), "crypto/28"),
        case("CA whose keyUsage does not let it issue", b"", "crypto/28", [good, no_issuing]),
        case("unknown extension, not critical", with_extensions(ca, good, _more(plain, "1.2.3.4")), "valid"),
        case("unknown critical extension", with_extensions(ca, good, asn1.sequence(usage, unknown)), "crypto/30"),
        signed("no organisation in the subject", swap(names, only), "crypto/31"),
        signed("two names of the signer", swap(names, asn1.sequence(organisation + common + common)), "crypto/31"),
        case("cut by one byte", good[:-1], "crypto/20"),
        case("one byte too many", good + b"\0", "crypto/20"),
        case("empty", b"\x30\x00", "crypto/20"),
        case("no bytes", b"", "crypto/20", [b"", *ca.chain]),
        case("length of indefinite form", b"\x30\x80" + good[4:] + b"\0\0", "crypto/20"),
        case("length not in the shortest form", b"\x30\x83\x00" + good[2:], "crypto/20"),
        case("extension twice", with_extensions(ca, good, asn1.sequence(usage, usage)), "crypto/20"),
        case("FALSE written out", with_extensions(ca, good, asn1.sequence(usage, explicit_false)), "crypto/20"),
        case("zero bits at the end of keyUsage", with_extensions(ca, good, asn1.sequence(_loose_usage())), "crypto/20"),
        signed("version 1", swap(version, b""), "crypto/20"),
        signed("serial number zero", swap(serial, asn1.integer(0)), "crypto/20"),
        signed("negative serial number", swap(serial, b"\x02\x01\xff"), "crypto/20"),
        signed("serial number with a leading zero", swap(serial, b"\x02\x02\x00\x01"), "crypto/20"),
        signed("GeneralizedTime before 2050", swap(start, long_time), "crypto/20"),
        signed("thirteenth month", swap(start, b"\x17\x0d261301000000Z"), "crypto/20"),
        signed("time with a zone", swap(start, b"\x17\x11260101000000+0800"), "crypto/20"),
        signed("T61String in a name", swap(names, latin), "crypto/20"),
        signed("NUL in a name", swap(names, hidden), "crypto/20"),
        signed(
            "another algorithm within than outside", lambda body: body.replace(build._algorithm(suite), sha256, 1), "crypto/20"
        ),
    ]


def kind_cases() -> list[dict[str, Any]]:
    """Keys and algorithms of another kind."""
    ca, foreign = root(GM), root(INTL)
    good, public = leaf(ca), signer(GM, "o7").public_key
    curve = asn1.oid(oids.SM2_CURVE)
    p256 = asn1.oid("1.2.840.10045.3.1.7")
    rsa = asn1.sequence(asn1.sequence(asn1.oid("1.2.840.113549.1.1.1"), asn1.NULL), asn1.bits(bytes(65)))
    info = build._key_info(GM, public, "sign")

    def case(description: str, changed: bytes, expected: str) -> dict[str, Any]:
        return chain_case(description, GM, [changed, *ca.chain], [*ca.chain], expected)

    off_curve = public[:64] + bytes([public[64] ^ 1])
    wrong_curve = swap(info, info.replace(curve, p256).replace(public, P256_POINT))
    return [
        case("key on P-256", resign(ca, good, wrong_curve), "crypto/25"),
        case(
            "curve written out",
            resign(ca, good, swap(curve, asn1.sequence(asn1.integer(1)).ljust(len(curve), b"\0"))),
            "crypto/25",
        ),
        case("curve absent", resign(ca, good, lambda body: _without(body, info, curve)), "crypto/25"),
        case("P-256 point under the SM2 curve", resign(ca, good, swap(public, P256_POINT)), "crypto/3"),
        case("key off the curve", resign(ca, good, swap(public, off_curve)), "crypto/3"),
        case("RSA key", resign(ca, good, swap(info, rsa)), "crypto/32"),
        chain_case("chain of the other suite", GM, [leaf(foreign), *foreign.chain], [*foreign.chain], "crypto/32"),
        chain_case("chain of the other suite", INTL, [good, *ca.chain], [*ca.chain], "crypto/32"),
    ]


def request_cases(suite: Suite) -> list[dict[str, Any]]:
    good = make_request(signer(suite, "o7"), "org1", "o7")
    other = make_request(signer(suite, "o8"), "org1", "o7")
    body = asn1.Reader(other).inner(asn1.SEQUENCE).whole(asn1.SEQUENCE)
    grafted = build._sign(signer(suite, "o7"), body)

    def case(description: str, der: bytes, expected: str) -> dict[str, Any]:
        return {"description": f"{suite.name}: request, {description}", "request": der.hex(), "expected": expected}

    return [
        case("as made", good, "valid"),
        case("a bit of the signature changed", _flip_last(good), "crypto/34"),
        case("the name changed", good.replace(b"\x0c\x02o7", b"\x0c\x02o8"), "crypto/34"),
        case("the key of somebody else", grafted, "crypto/34"),
        case("cut by one byte", good[:-1], "crypto/20"),
        case("a certificate instead", leaf(root(suite)), "crypto/20"),
    ]


def asn1_serial(der: bytes) -> int:
    body = asn1.Reader(der).inner(asn1.SEQUENCE).inner(asn1.SEQUENCE)
    body.whole()
    return asn1.read_integer(body)


def _flip_last(der: bytes) -> bytes:
    return der[:-1] + bytes([der[-1] ^ 1])


def _plain(suite: Suite, public_key: bytes) -> bytes:
    return build._extensions(suite, public_key, public_key, "sign", None)


def _more(extensions: bytes, number: str) -> bytes:
    return element_of(asn1.Reader(extensions).content(asn1.SEQUENCE) + build._extension(number, asn1.octets(b"")))


def _ca_constraint() -> bytes:
    return build._extension(oids.BASIC_CONSTRAINTS, asn1.sequence(asn1.boolean()), critical=True)


def _loose_usage() -> bytes:
    return build._extension(oids.KEY_USAGE, asn1.bits(b"\xc0\x00", 0), critical=True)


def _subject(der: bytes) -> bytes:
    body = asn1.Reader(der).inner(asn1.SEQUENCE).inner(asn1.SEQUENCE)
    for _ in range(5):
        body.whole()
    return body.whole()


def _without(content: bytes, info: bytes, part: bytes) -> bytes:
    algorithm = asn1.sequence(asn1.oid(oids.EC_PUBLIC_KEY))
    key = asn1.Reader(info).inner(asn1.SEQUENCE)
    key.whole()
    return content.replace(info, asn1.sequence(algorithm, key.whole()))
