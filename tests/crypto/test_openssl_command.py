"""Both directions against the `openssl` command."""

from collections.abc import Callable
from pathlib import Path

import pytest

from zhulian.crypto import GM, INTL, BadSignature, PrivateKey, SoftwareSigner, Suite
from zhulian.crypto.certificates import (
    CertificateFault,
    CertificateForged,
    SubjectLayout,
    WrongCurve,
    asn1,
    build,
    create_ca,
    from_pem,
    issue,
    issue_authority,
    issue_pair,
    make_request,
    to_pem,
    verify_chain,
    verify_request,
    verify_root,
)
from zhulian.crypto.hazmat.der import ciphertext_from_der, ciphertext_to_der, signature_from_der, signature_to_der

Run = Callable[..., str]
DISTID = "distid:1234567812345678"
START, END = 1_767_225_600, 2_082_758_400


def write_private(path: Path, key: PrivateKey) -> None:
    """The key as PKCS #8 inside PEM, which `openssl` reads."""
    if key.suite == "gm":
        scalar = asn1.sequence(asn1.integer(1), asn1.octets(key.reveal()), asn1.context(1, asn1.bits(key.public_key)))
    else:
        scalar = asn1.octets(key.reveal())
    info = asn1.Reader(build._key_info(GM if key.suite == "gm" else INTL, key.public_key, "sign")).inner(asn1.SEQUENCE)
    encoded = asn1.sequence(asn1.integer(0), info.whole(), asn1.octets(scalar))
    path.write_bytes(to_pem([encoded], "PRIVATE KEY"))


def write_public(path: Path, key: bytes) -> None:
    path.write_bytes(to_pem([build._key_info(GM, key, "sign")], "PUBLIC KEY"))


def read_private(run: Run, folder: Path, name: str) -> PrivateKey:
    run("pkcs8", "-topk8", "-nocrypt", "-in", name, "-outform", "DER", "-out", f"{name}.der")
    outer = asn1.Reader((folder / f"{name}.der").read_bytes()).inner(asn1.SEQUENCE)
    outer.whole()
    outer.whole()
    inner = outer.inner(asn1.OCTET_STRING).inner(asn1.SEQUENCE)
    inner.whole()
    return GM.private_key(inner.content(asn1.OCTET_STRING))


def test_sm3__equals_dgst(openssl: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 1000)
    assert GM.digest(b"x" * 1000).hex() in openssl("dgst", "-sm3", "file")


@pytest.mark.parametrize("identifier", [DISTID, "distid:ALICE123@YAHOO.COM"])
def test_sign__verified_by_openssl(openssl: Run, tmp_path: Path, identifier: str) -> None:
    key = GM.generate()
    name = identifier.removeprefix("distid:").encode()
    (tmp_path / "message").write_bytes(b"message digest")
    (tmp_path / "signature").write_bytes(signature_to_der(key.native.sign(b"message digest", name)))
    write_public(tmp_path / "key.pem", key.public_key)
    check = (
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        "key.pem",
        "-rawin",
        "-digest",
        "sm3",
        "-in",
        "message",
        "-sigfile",
        "signature",
    )
    openssl(*check, "-pkeyopt", identifier)
    openssl(*check, "-pkeyopt", "distid:somebody", fails=True)


def test_verify__accepts_what_openssl_signed(openssl: Run, tmp_path: Path) -> None:
    openssl("genpkey", "-algorithm", "SM2", "-out", "key.pem")
    key = read_private(openssl, tmp_path, "key.pem")
    (tmp_path / "message").write_bytes(b"message digest")
    sign = ("pkeyutl", "-sign", "-inkey", "key.pem", "-rawin", "-digest", "sm3", "-in", "message", "-out", "signature")
    openssl(*sign, "-pkeyopt", DISTID)
    signature = signature_from_der((tmp_path / "signature").read_bytes())
    GM.verify(key.public_key, b"message digest", signature)
    openssl(*sign, "-pkeyopt", "distid:somebody")
    with pytest.raises(BadSignature):
        GM.verify(key.public_key, b"message digest", signature_from_der((tmp_path / "signature").read_bytes()))


def test_encrypt__opened_by_openssl_and_back(openssl: Run, tmp_path: Path) -> None:
    key = GM.generate_encryption()
    write_private(tmp_path / "key.pem", key)
    write_public(tmp_path / "public.pem", key.public_key)
    (tmp_path / "sealed").write_bytes(ciphertext_to_der(GM.encrypt(key.public_key, b"a secret of some length")))
    openssl("pkeyutl", "-decrypt", "-inkey", "key.pem", "-in", "sealed", "-out", "plain")
    assert (tmp_path / "plain").read_bytes() == b"a secret of some length"
    openssl("pkeyutl", "-encrypt", "-pubin", "-inkey", "public.pem", "-in", "plain", "-out", "back")
    assert GM.decrypt(key, ciphertext_from_der((tmp_path / "back").read_bytes())) == b"a secret of some length"


@pytest.mark.parametrize("suite", [GM, INTL], ids=["gm", "intl"])
def test_certificates__verified_by_openssl(openssl: Run, tmp_path: Path, suite: Suite) -> None:
    option = ("-vfyopt", DISTID) if suite is GM else ()
    at = ("-attime", str(START + 1000), "-x509_strict")
    ca = create_ca(suite, "org1", "Org One Root 珠联", 3650, not_before=START)
    below = issue_authority(ca, SoftwareSigner(suite, suite.generate()), "org1", "Sub", START, END - 10**6)
    key = suite.generate()
    request = make_request(SoftwareSigner(suite, key), "org1", "o7")
    signing, encrypting = issue_pair(below, request, suite.generate_encryption().public_key, START, START + 10**6)
    for name, der in {"root": ca.chain[0], "sub": below.chain[0], "sign": signing, "encrypt": encrypting}.items():
        (tmp_path / f"{name}.pem").write_bytes(to_pem([der]))
    openssl("verify", *option, *at, "-CAfile", "root.pem", "sub.pem")
    for name in ("sign", "encrypt"):  # link by link: the option reaches the target certificate only
        openssl("verify", *option, *at, "-partial_chain", "-trusted", "sub.pem", f"{name}.pem")
    printed = openssl("x509", "-in", "sign.pem", "-noout", "-text", "-nameopt", "utf8")
    assert "Digital Signature, Non Repudiation" in printed
    assert "Key Encipherment, Data Encipherment, Key Agreement" in openssl("x509", "-in", "encrypt.pem", "-noout", "-text")
    (tmp_path / "request.pem").write_bytes(to_pem([request], "CERTIFICATE REQUEST"))
    openssl("req", "-verify", "-noout", "-in", "request.pem", *option)


def test_verify_chain__accepts_an_external_ca_of_openssl(openssl: Run, tmp_path: Path) -> None:
    """A CA in another layout: C and L in front, the organisation in OU, the signer in serialNumber, no keyUsage in the CAs."""
    sign = ("-sm3", "-sigopt", DISTID)
    (tmp_path / "ca.ext").write_text("basicConstraints=critical,CA:TRUE\n")
    (tmp_path / "leaf.ext").write_text("keyUsage=critical,digitalSignature,nonRepudiation\nbasicConstraints=CA:FALSE\n")
    for name, subject in {
        "root": "/C=CN/L=杭州/O=Test Root CA",
        "sub": "/C=CN/O=Test Root CA/CN=Sub",
        "leaf": "/C=CN/OU=org1/serialNumber=o7/CN=张三",
    }.items():
        openssl("genpkey", "-algorithm", "SM2", "-out", f"{name}.key")
        openssl("req", "-new", "-utf8", "-key", f"{name}.key", *sign, "-subj", subject, "-out", f"{name}.csr")
    openssl("req", "-x509", "-utf8", "-key", "root.key", *sign, "-in", "root.csr", "-days", "3650", "-out", "root.pem")
    for name, above, extensions in (("sub", "root", "ca.ext"), ("leaf", "sub", "leaf.ext")):
        issuer = ("-CA", f"{above}.pem", "-CAkey", f"{above}.key", "-CAcreateserial", "-vfyopt", DISTID)
        openssl(
            "x509", "-req", "-in", f"{name}.csr", *issuer, *sign, "-extfile", extensions, "-days", "30", "-out", f"{name}.pem"
        )
    chain = [from_pem((tmp_path / f"{name}.pem").read_bytes())[0] for name in ("leaf", "sub", "root")]
    leaf = verify_chain(GM, chain, chain[-1:], None, layout=SubjectLayout("OU", "serialNumber"))
    assert (leaf.organisation, leaf.signer) == ("org1", "o7")
    assert leaf.public_key == read_private(openssl, tmp_path, "leaf.key").public_key
    assert dict(verify_root(GM, chain[-1], None).subject)["L"] == "杭州"
    request = verify_request(from_pem((tmp_path / "leaf.csr").read_bytes())[0])
    assert request.public_key == leaf.public_key


def test_verify_root__refuses_openssl_without_the_default_identifier(openssl: Run, tmp_path: Path) -> None:
    """OpenSSL 3.0 signs with the empty identifier where none is given, which GB/T 35276 does not."""
    openssl("genpkey", "-algorithm", "SM2", "-out", "key")
    openssl("req", "-x509", "-key", "key", "-sm3", "-subj", "/O=org1/CN=root", "-out", "root.pem")
    with pytest.raises(CertificateForged):
        verify_root(GM, from_pem((tmp_path / "root.pem").read_bytes())[0], None)


def test_parse__refuses_certificates_of_other_kinds_from_openssl(openssl: Run, tmp_path: Path) -> None:
    make = ("req", "-x509", "-nodes", "-keyout", "key", "-subj", "/O=org1/CN=root", "-out", "c.pem")
    openssl(*make, "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
    with pytest.raises(WrongCurve):
        verify_root(GM, from_pem((tmp_path / "c.pem").read_bytes())[0], None)
    openssl(*make, "-newkey", "rsa:2048")
    with pytest.raises(CertificateFault) as caught:
        verify_root(GM, from_pem((tmp_path / "c.pem").read_bytes())[0], None)
    assert caught.value.code == "crypto/32"


def test_issue__takes_a_key_that_openssl_made(openssl: Run, tmp_path: Path) -> None:
    openssl("genpkey", "-algorithm", "SM2", "-out", "key")
    key = read_private(openssl, tmp_path, "key")
    ca = create_ca(GM, "org1", "Root", 3650, not_before=START)
    der = issue(ca, key.public_key, "org1", "o7", "sign", START, END - 10**6)
    (tmp_path / "leaf.pem").write_bytes(to_pem([der]))
    printed = openssl("x509", "-in", "leaf.pem", "-noout", "-pubkey")
    assert printed.strip() == openssl("pkey", "-in", "key", "-pubout").strip()
