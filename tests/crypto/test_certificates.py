"""An organisation's own CA; the vectors hold what is refused when chains are checked."""

import pytest

from zhulian.crypto import GM, INTL, BadKey, SoftwareSigner, Suite, fingerprint
from zhulian.crypto.certificates import (
    BadValidity,
    CertificateMalformed,
    NotAnAuthority,
    RequestForged,
    SubjectIncomplete,
    SubjectLayout,
    SubjectUnfit,
    WrongAlgorithm,
    WrongIssuer,
    create_ca,
    from_pem,
    issue,
    issue_authority,
    issue_from_request,
    issue_pair,
    make_request,
    parse,
    renew,
    to_pem,
    verify_chain,
    verify_root,
)

both = pytest.mark.parametrize("suite", [GM, INTL], ids=["gm", "intl"])
START, DAY = 1_767_225_600, 86_400


@both
def test_issue_pair__gives_one_certificate_for_each_use(suite: Suite) -> None:
    ca = create_ca(suite, "org1", "Org One Root", 3650, not_before=START)
    key, opening = suite.generate(), suite.generate_encryption()
    request = make_request(SoftwareSigner(suite, key), "org1", "o7")
    signing, encrypting = (parse(der) for der in issue_pair(ca, request, opening.public_key, START, START + 365 * DAY))
    assert (signing.usage, encrypting.usage) == ("sign", "encrypt")
    assert signing.key_usage == ("digitalSignature", "nonRepudiation")
    assert encrypting.key_usage == ("keyEncipherment", "dataEncipherment", "keyAgreement")
    assert (signing.organisation, signing.signer, signing.title) == ("org1", "o7", "O=org1,CN=o7")
    assert signing.subject_name == encrypting.subject_name
    assert signing.serial != encrypting.serial
    assert (signing.public_key, encrypting.public_key) == (key.public_key, opening.public_key)
    assert (signing.not_before, signing.not_after) == (START, START + 365 * DAY)
    assert signing.fingerprint == fingerprint(suite, key.public_key)
    assert suite.decrypt(opening, suite.encrypt(encrypting.public_key, b"x")) == b"x"


@both
def test_create_ca__makes_a_root_fit_to_be_registered(suite: Suite) -> None:
    ca = create_ca(suite, "org1", "Org One Root", 3650, not_before=START, path_length=0)
    root = verify_root(suite, ca.certificate.der, START)
    assert (root.is_ca, root.path_length, root.usage) == (True, 0, "authority")
    assert root.not_after == START + 3650 * DAY
    assert ca.key is not None
    given = create_ca(suite, "org1", "Org One Root", 3650, signer=ca.signer, not_before=START)
    assert given.key is None
    assert given.certificate.public_key == root.public_key


@both
def test_verify_root__refuses_what_issues_nothing(suite: Suite) -> None:
    ca = create_ca(suite, "org1", "Root", 3650, not_before=START)
    leaf = issue(ca, suite.generate().public_key, "org1", "o7", "sign", START, START + DAY)
    with pytest.raises(NotAnAuthority):
        verify_root(suite, leaf, START)
    with pytest.raises(WrongAlgorithm):
        verify_root(INTL if suite is GM else GM, ca.certificate.der, START)


@both
def test_renew__keeps_subject_and_use(suite: Suite) -> None:
    ca = create_ca(suite, "org1", "Root", 3650, not_before=START)
    old = issue(ca, suite.generate().public_key, "org1", "o7", "sign", START, START + DAY)
    new = parse(renew(ca, old, START + DAY, START + 2 * DAY))
    assert (new.subject_name, new.public_key, new.usage) == (parse(old).subject_name, parse(old).public_key, "sign")
    assert new.serial != parse(old).serial
    other = suite.generate().public_key
    assert parse(renew(ca, old, START, START + DAY, other)).public_key == other
    verify_chain(suite, [new.der, *ca.chain], ca.chain, START + DAY)
    with pytest.raises(WrongIssuer):
        renew(create_ca(suite, "org2", "Root", 3650, not_before=START), old, START, START + DAY)


@both
def test_issue__stays_within_the_ca(suite: Suite) -> None:
    ca = create_ca(suite, "org1", "Root", 10, not_before=START)
    key = suite.generate().public_key
    for not_before, not_after in ((START - 1, START + DAY), (START, START + 10 * DAY + 1), (START + DAY, START)):
        with pytest.raises(BadValidity):
            issue(ca, key, "org1", "o7", "sign", not_before, not_after)
    with pytest.raises(BadKey):
        issue(ca, key[:-1], "org1", "o7", "sign", START, START + DAY)
    with pytest.raises(BadValidity):
        create_ca(suite, "org1", "Root", -1, not_before=START)


@pytest.mark.parametrize("name", ["", "x" * 65, "o7\n", "o\x007", "o\u200b7", "o\u202e7", "e\u0301"])
def test_issue__refuses_names_that_deceive(name: str) -> None:
    ca = create_ca(GM, "org1", "Root", 10, not_before=START)
    with pytest.raises(SubjectUnfit):
        issue(ca, GM.generate().public_key, "org1", name, "sign", START, START + DAY)
    with pytest.raises(SubjectUnfit):
        make_request(ca.signer, name, "o7")


@both
def test_issue_from_request__wants_possession(suite: Suite) -> None:
    ca = create_ca(suite, "org1", "Root", 3650, not_before=START)
    request = make_request(SoftwareSigner(suite, suite.generate()), "org1", "o7")
    assert parse(issue_from_request(ca, request, START, START + DAY)).signer == "o7"
    with pytest.raises(RequestForged):
        issue_from_request(ca, request[:-1] + bytes([request[-1] ^ 1]), START, START + DAY)
    other = INTL if suite is GM else GM
    with pytest.raises(WrongAlgorithm):
        issue_from_request(ca, make_request(SoftwareSigner(other, other.generate()), "org1", "o7"), START, START + DAY)


@both
def test_parse__reads_dates_on_both_sides_of_2050(suite: Suite) -> None:
    for start in (0, 2_524_607_999, 2_524_608_000, 253_402_300_799 - DAY):
        ca = create_ca(suite, "org1", "Root", 1, not_before=start)
        assert (ca.certificate.not_before, ca.certificate.not_after) == (start, start + DAY)


def test_parse__takes_chinese_names_and_other_layouts() -> None:
    ca = create_ca(GM, "杭州示例有限公司", "根证书", 10, not_before=START)
    assert (ca.certificate.organisation, ca.certificate.signer) == ("杭州示例有限公司", "根证书")
    swapped = parse(ca.certificate.der, SubjectLayout(organisation="CN", signer="O"))
    assert (swapped.organisation, swapped.signer) == ("根证书", "杭州示例有限公司")
    absent = SubjectLayout("OU", "CN")
    assert parse(ca.certificate.der, absent).organisation == ""
    with pytest.raises(SubjectIncomplete):
        verify_chain(GM, ca.chain, ca.chain, START, "authority", absent)


def test_verify_chain__without_a_time_passes_over_validity() -> None:
    ca = create_ca(GM, "org1", "Root", 10, not_before=START)
    below = issue_authority(ca, SoftwareSigner(GM, GM.generate()), "org1", "Sub", START, START + DAY)
    leaf = issue(below, GM.generate().public_key, "org1", "o7", "sign", START, START)
    assert verify_chain(GM, [leaf, *below.chain], [ca.certificate.der], None).signer == "o7"


def test_pem__comes_back() -> None:
    ca = create_ca(GM, "org1", "Root", 10, not_before=START)
    text = to_pem([*ca.chain, *ca.chain])
    assert from_pem(b"prose before\n" + text.replace(b"\n", b"\r\n")) == [*ca.chain, *ca.chain]
    assert from_pem(ca.chain[0]) == [*ca.chain]
    for wrong in (b"", b"no certificate", text.replace(b"CERTIFICATE", b"PRIVATE KEY"), text[:200]):
        with pytest.raises(CertificateMalformed):
            from_pem(wrong)
