"""A time-stamping authority for tests: `openssl ts` with a CA of its own, or the same by hand for SM2, which openssl cannot stamp with."""

import datetime
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from zhulian.crypto import GM, SoftwareSigner
from zhulian.crypto.certificates import create_ca, issue
from zhulian.crypto.hazmat.der import signature_to_der
from zhulian.crypto.timestamps.hashes import SM3_OID, hash_of

POLICY = "1.2.3.4.1"
_CONFIG = f"""
[tsa]
default_tsa = here
[here]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = {POLICY}
other_policies = 1.2.3.4.2
digests = sha256, sha384, sha512, sm3
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


@dataclass
class Tsa:
    """An authority in a folder: `root` is its CA's certificate, DER."""

    folder: Path
    root: bytes
    asked: list[bytes] = field(default_factory=list)

    def reply(self, query: bytes) -> bytes:
        """The response to a request, DER."""
        self.asked.append(query)
        (self.folder / "query.tsq").write_bytes(query)
        command = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "answer.tsr"]
        command += ["-signer", "tsa.pem", "-inkey", "tsa.key", "-chain", "ca.pem"]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True, timeout=20)
        return (self.folder / "answer.tsr").read_bytes()


def make_tsa(folder: Path, *, usage: bool = True, critical: bool = True, days: int = 30) -> Tsa:
    """An authority with a P-256 key; `usage` and `critical` spoil its extended key usage, `days` may lie in the past."""
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.datetime.now(datetime.UTC)
    begin, end = now - datetime.timedelta(days=60), now + datetime.timedelta(days=days)
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name, name = _name("Test TSA CA"), _name("Test TSA")

    def begun(subject: x509.Name, public_key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(ca_name).public_key(public_key)
        return made.serial_number(x509.random_serial_number()).not_valid_before(begin).not_valid_after(end)

    signs = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    ca = (
        begun(ca_name, ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=False, key_cert_sign=True, crl_sign=True, **signs), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    purpose = ExtendedKeyUsageOID.TIME_STAMPING if usage else ExtendedKeyUsageOID.SERVER_AUTH
    leaf = begun(name, key.public_key()).add_extension(x509.ExtendedKeyUsage([purpose]), critical=critical)
    leaf_made = leaf.sign(ca_key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(ca.public_bytes(pem))
    (folder / "tsa.pem").write_bytes(leaf_made.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "tsa.key").write_bytes(private)
    (folder / "tsa.cnf").write_text(_CONFIG)
    (folder / "serial").write_text("01\n")
    return Tsa(folder, ca.public_bytes(serialization.Encoding.DER))


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def sm2_stamp(data: bytes, nonce: int) -> tuple[bytes, bytes]:
    """A token over `data` as GB/T 20520 has it, with SM2 and SM3, and the root it leads to."""
    now = int(datetime.datetime.now(datetime.UTC).timestamp())
    ca = create_ca(GM, "tsa", "SM2 TSA CA", 365, not_before=now - 7200)
    key = GM.generate()
    plain = issue(ca, key.public_key, "tsa", "tsa.stamp", "sign", now - 3600, now + 3600)
    leaf = _for_stamping(plain, ca.signer)
    moment = datetime.datetime.fromtimestamp(now, datetime.UTC)
    info = tsp.TSTInfo(
        {
            "version": 1,
            "policy": POLICY,
            "message_imprint": {"hash_algorithm": {"algorithm": SM3_OID}, "hashed_message": GM.digest(data)},
            "serial_number": 7,
            "gen_time": moment,
            "nonce": nonce,
        }
    ).dump()
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["tst_info"]},
            {"type": "message_digest", "values": [hash_of("sm3")(info)]},
            {
                "type": "signing_certificate_v2",
                "values": [{"certs": [{"hash_algorithm": {"algorithm": SM3_OID}, "cert_hash": GM.digest(leaf)}]}],
            },
        ]
    )
    parsed = asn1_x509.Certificate.load(leaf)
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {"issuer_and_serial_number": {"issuer": parsed.issuer, "serial_number": parsed.serial_number}}
            ),
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": SM3_OID}),
            "signed_attrs": attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "1.2.156.10197.1.501"}),
            "signature": signature_to_der(GM.sign(key, attributes.dump())),
        }
    )
    signed = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [{"algorithm": SM3_OID}],
            "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(info)},
            "certificates": [parsed, asn1_x509.Certificate.load(ca.certificate.der)],
            "signer_infos": [signer],
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump(), ca.certificate.der


def _for_stamping(der: bytes, signer: SoftwareSigner) -> bytes:
    """The certificate again, with the extended key usage that time stamping asks for, signed anew by its CA."""
    made = asn1_x509.Certificate.load(der)
    body = made["tbs_certificate"].copy()
    body["extensions"].append({"extn_id": "extended_key_usage", "critical": True, "extn_value": ["time_stamping"]})
    made = asn1_x509.Certificate(
        {
            "tbs_certificate": body,
            "signature_algorithm": made["signature_algorithm"],
            "signature_value": signature_to_der(signer.sign(body.dump(force=True))),
        }
    )
    return made.dump(force=True)
