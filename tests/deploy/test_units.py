"""Units, image and compose file: what must be in them is in them, and systemd itself reads the units where it is there."""

import configparser
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
HARD = {
    "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "PrivateDevices": "yes",
    "ProtectKernelTunables": "yes", "ProtectKernelModules": "yes", "ProtectControlGroups": "yes", "RestrictNamespaces": "yes",
    "RestrictSUIDSGID": "yes", "LockPersonality": "yes", "CapabilityBoundingSet": "", "SystemCallArchitectures": "native", "UMask": "0077",
}  # fmt: skip


def sections(unit: Path) -> dict[str, dict[str, list[str]]]:
    """A unit as systemd reads it: a key may occur several times."""
    found: dict[str, dict[str, list[str]]] = {}
    section = ""
    for line in unit.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line[0] in "#;":
            continue
        if match := re.fullmatch(r"\[(\w+)\]", line):
            section = match[1]
            continue
        key, equals, value = line.partition("=")
        assert equals, (unit.name, line)
        assert re.fullmatch(r"[A-Z][A-Za-z]+", key), (unit.name, line)
        found.setdefault(section, {}).setdefault(key, []).append(value)
    return found


@pytest.mark.parametrize("unit", UNITS, ids=[each.name for each in UNITS])
def test_unit__is_hardened_and_names_a_command_that_exists(unit: Path) -> None:
    from scripts import surface

    read = sections(unit)
    assert set(read) == {"Unit", "Service", "Install"}
    service = {key: values[-1] for key, values in read["Service"].items()}
    assert {key: service.get(key) for key in HARD} == HARD
    assert service["User"] not in ("", "root")
    assert not any("PASSPHRASE" in value for value in read["Service"]["Environment"])
    words = [word for word in service["ExecStart"].split() if not word.startswith(("-", "$"))][1:]
    command = " ".join(["zhulian", *words[:2]]) if words[0] == "anchor" else f"zhulian {words[0]}"
    known = surface.commands()
    assert command in known
    assert {each for each in service["ExecStart"].split() if each.startswith("--")} <= set(known[command])


@pytest.mark.parametrize("unit", UNITS, ids=[each.name for each in UNITS])
def test_unit__is_read_by_systemd_itself(unit: Path, tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:  # no systemd on this machine; the test above has read it by our own rules
        assert configparser.ConfigParser(strict=False, interpolation=None).read(unit)
        return
    copy = tmp_path / unit.name  # the program is not installed here
    copy.write_text(unit.read_text(encoding="utf-8").replace("/opt/zhulian/bin/zhulian", "/bin/true"), encoding="utf-8")
    verified = subprocess.run([program, "verify", "--man=no", copy], capture_output=True, text=True, timeout=60)
    assert (verified.returncode, unit.name in verified.stderr) == (0, False), verified.stderr
    exposed = subprocess.run(
        [program, "security", "--offline=true", "--threshold=20", "--no-pager", copy], capture_output=True, text=True, timeout=60
    )
    assert exposed.returncode == 0, exposed.stdout[-400:]  # at most 2.0 of 10 by systemd's own count


def instructions() -> Iterator[tuple[str, str]]:
    text = re.sub(r"\\\n\s*", "", (DEPLOY / "Containerfile").read_text(encoding="utf-8"))
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            yield word, rest.strip()


def test_image__is_made_from_the_bundle_and_runs_as_nobody_special() -> None:
    found = list(instructions())
    words = [word for word, _ in found]
    assert set(words) <= {
        "ARG", "FROM", "RUN", "COPY", "ENV", "USER", "WORKDIR", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD",
    }  # fmt: skip
    base = next(rest for word, rest in found if word == "ARG").partition("=")[2]
    assert re.fullmatch(r"[a-z0-9./-]+:[0-9][\w.-]*", base), "a base with a fixed tag"
    last_user = [rest for word, rest in found if word == "USER"][-1]
    assert re.fullmatch(r"[1-9][0-9]*:[1-9][0-9]*", last_user), "by number, so that an orchestrator can see that it is not root"
    for word, rest in found:
        if word == "RUN" and "apt-get install" in rest:
            assert "--no-install-recommends" in rest
            assert "rm -rf /var/lib/apt/lists" in rest
        assert not re.search(r"\b(curl|wget|git clone|pip install|sudo)\b", rest), "nothing is fetched"
        if word in ("ENTRYPOINT", "CMD") or (word == "HEALTHCHECK"):
            assert "[" in rest, "as a list, so that signals reach the node"
    assert words.index("USER") > max(place for place, word in enumerate(words) if word == "RUN")
    assert {"HEALTHCHECK", "STOPSIGNAL", "ENTRYPOINT"} <= set(words)


def test_compose__has_four_organisations_that_share_nothing_but_a_network() -> None:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    services = read["services"]
    assert sorted(services) == ["org1", "org2", "org3", "org4"]
    for name, service in services.items():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert "privileged" not in service
        assert "environment" not in service, "no secret stands in the file"
        assert service["env_file"] == [f"secrets/{name}.env"]
        assert all(each.startswith("127.0.0.1:") for each in service["ports"])
        assert int(service["stop_grace_period"].rstrip("s")) >= 30
        assert service["restart"] == "no"
        assert set(service["networks"]) <= set(read["networks"])
    for part in ("volumes", "ports", "hostname"):
        used = [str(service[part]) for service in services.values()]
        assert len(set(used)) == 4, part
    addresses = {service["networks"]["consortium"]["ipv4_address"] for service in services.values()}
    assert len(addresses) == 4
