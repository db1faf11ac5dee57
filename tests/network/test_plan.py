"""Plans that people edit: what is read back, and what is refused in words."""

from pathlib import Path

import pytest

from zhulian.network.plan import BadPlan, Plan, load_plan, make_plan, save_plan

MODULES = {"evidence": 1, "govern": 1, "identity": 1}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    save_plan(tmp_path / "plan.yaml", make_plan(4, MODULES))
    return tmp_path / "plan.yaml"


def test_plan__reads_as_it_was_written(path: Path) -> None:
    plan = load_plan(path)
    assert [each.organisation for each in plan.organisations] == ["org1", "org2", "org3", "org4"]
    assert plan.organisations[1].title.zh == "示例公证处"
    assert load_plan(path).digest() == plan.digest()


def test_plan__gives_every_node_ports_of_its_own(path: Path) -> None:
    plan = load_plan(path)
    ports = [port for each in plan.organisations for port in (each.engine_port, each.gateway_port)]
    assert len(set(ports)) == 8


def test_digest__changes_with_every_part(path: Path) -> None:
    plan = load_plan(path)
    path.write_text(path.read_text(encoding="utf-8").replace("power: 1", "power: 2", 1), encoding="utf-8")
    assert load_plan(path).digest() != plan.digest()


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("network: zl-net", "network: ZL", "network"),
        ("suite: gm", "suite: rsa", "suite"),
        ("organisation: org2", "organisation: org1", "sorted"),
        ("operator: true", "operator: false", "operator"),
        ("limits: {}", "limits: {speed: 9}", "speed"),
        ("regulator: org4", "regulator: org9", "regulator"),
        ("limits: {}", "limits: &a {x: 1}\nmore: *a", "alias"),
        ("limits: {}", "limits: !!python/object:os.system {}", "tag"),
        ("limits: {}", "limits: {}\nspeed: 9", "speed"),
    ],
)
def test_plan__is_refused_in_words(path: Path, old: str, new: str, why: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadPlan) as refused:
        load_plan(path)
    assert why in refused.value.say("en")


def test_plan__refuses_a_port_twice_and_a_file_too_long(path: Path) -> None:
    plan = load_plan(path)
    first = plan.organisations[0]
    text = path.read_text(encoding="utf-8").replace(f"gateway_port: {first.gateway_port}", f"gateway_port: {first.engine_port}")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadPlan, match="twice"):
        load_plan(path)
    path.write_text("#" * 300_000, encoding="utf-8")
    with pytest.raises(BadPlan, match="bytes"):
        load_plan(path)


def test_faults_tolerated__follow_from_the_power() -> None:
    plan: Plan = make_plan(7, MODULES)
    assert (sum(each.power for each in plan.organisations) - 1) // 3 == 2
