"""The plan of a network: who takes part, where their nodes are, and what all agree on. A YAML file that people edit."""

import socket
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec
import yaml
from msgspec import Meta

from zhulian import canonical
from zhulian.crypto import suite
from zhulian.errors import Refusal, Words
from zhulian.files import write_atomically
from zhulian.ledger.genesis import GovernanceRules, Title
from zhulian.ledger.limits import Limits

__all__ = [
    "ENGINE_PORTS",
    "GATEWAY_PORTS",
    "BadPlan",
    "OrganisationEntry",
    "Plan",
    "free_port",
    "load_plan",
    "make_plan",
    "read_yaml",
    "save_plan",
]

T = TypeVar("T")
_BYTES_MAX = 256 * 1024
ENGINE_PORTS = 26656
GATEWAY_PORTS = 8421
_WITH_REGULATOR = 4
"""From how many organisations on a plan suggests the last one as the regulator, as in the sample consortium."""
_NAME = r"\A[a-z][a-z0-9-]{0,30}\Z"

_TITLES = (
    Title(zh="示例企业", en="Sample Enterprise"),
    Title(zh="示例公证处", en="Sample Notary Office"),
    Title(zh="示例鉴定中心", en="Sample Forensic Centre"),
    Title(zh="示例法院", en="Sample Court"),
)


class BadPlan(
    Refusal,
    code="network/1",
    zh="组网方案 {path} 有误：{why.zh}。请改正后重试。",
    en="The plan {path} is wrong: {why.en}. Mend it and try again.",
):
    path: str
    why: Words


class OrganisationEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One organisation with its node: where others reach its engine, and where its own people reach its gateway."""

    organisation: Annotated[str, Meta(pattern=_NAME)]
    title: Title
    host: Annotated[str, Meta(min_length=1, max_length=253)] = "127.0.0.1"
    engine_port: Annotated[int, Meta(ge=1, le=65535)]
    gateway_port: Annotated[int, Meta(ge=1, le=65535)]
    power: Annotated[int, Meta(ge=1, le=1_000_000)] = 1
    operator: bool = False


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A network as its founders agree on it. `limits` names only what differs from the defaults."""

    network: Annotated[str, Meta(pattern=_NAME)]
    suite: Literal["gm", "intl"] = "gm"
    governance: GovernanceRules
    modules: dict[str, int]
    retention_heights: Annotated[int, Meta(ge=1)] = 100_000
    zone: str = "Asia/Shanghai"
    limits: dict[str, int] = {}
    regulator: str | None = None
    organisations: Annotated[tuple[OrganisationEntry, ...], Meta(min_length=1, max_length=100)]

    def entry(self, organisation: str) -> OrganisationEntry | None:
        """The entry of an organisation."""
        return next((each for each in self.organisations if each.organisation == organisation), None)

    def digest(self) -> str:
        """What the founders compare before they hand in their keys, in hex."""
        return suite(self.suite).digest(canonical.encode(msgspec.to_builtins(self))).hex()


def make_plan(
    organisations: int, modules: dict[str, int], *, name: str = "zl-net", suite_name: Literal["gm", "intl"] = "gm"
) -> Plan:
    """A plan of so many organisations on this machine, with ports that are free now."""
    taken: set[int] = set()
    entries = []
    for number in range(1, organisations + 1):
        title = (
            _TITLES[number - 1] if number <= len(_TITLES) else Title(zh=f"示例机构{number}", en=f"Sample Organisation {number}")
        )
        entries.append(
            OrganisationEntry(
                organisation=f"org{number}",
                title=title,
                engine_port=free_port(ENGINE_PORTS, taken),
                gateway_port=free_port(GATEWAY_PORTS, taken),
                operator=number == 1,
            )
        )
    rules = GovernanceRules(denominator=3, numerator=2, voting_s=7 * 86_400)
    ordered = tuple(sorted(entries, key=lambda each: each.organisation))
    last = ordered[-1].organisation if organisations >= _WITH_REGULATOR else None
    return Plan(network=name, suite=suite_name, governance=rules, modules=modules, organisations=ordered, regulator=last)


def load_plan(path: Path) -> Plan:
    """Read a plan.

    Raises:
        BadPlan: it cannot be read, or its parts contradict each other.
    """
    plan = read_yaml(path, Plan)
    _judge(path, plan)
    return plan


def read_yaml(path: Path, shape: type[T]) -> T:
    """Read a small YAML file of a shape.

    Raises:
        BadPlan: it cannot be read.
    """
    try:
        data = path.read_bytes()
        if len(data) > _BYTES_MAX:
            raise BadPlan(path=str(path), why=Words(f"超过 {_BYTES_MAX} 字节", f"it has more than {_BYTES_MAX} bytes"))
        return msgspec.convert(yaml.load(data, _Plain), shape)  # noqa: S506 (a safe loader without aliases)
    except (OSError, yaml.YAMLError, msgspec.ValidationError, RecursionError) as wrong:
        raise BadPlan(path=str(path), why=Words.quote(wrong)) from None


def save_plan(path: Path, plan: Plan) -> None:
    """Write a plan, with words about its parts."""
    text = yaml.safe_dump(msgspec.to_builtins(plan), allow_unicode=True, sort_keys=False, width=120)
    write_atomically(path, (_HEAD + text).encode())


def _judge(path: Path, plan: Plan) -> None:
    names = [each.organisation for each in plan.organisations]
    if names != sorted(set(names)):
        raise BadPlan(path=str(path), why=Words("机构须按名称排序且不重复", "organisations must be sorted by name and unique"))
    if not any(each.operator for each in plan.organisations):
        raise BadPlan(path=str(path), why=Words("没有运营方（operator: true）", "nobody is the operator (operator: true)"))
    places = [(each.host, port) for each in plan.organisations for port in (each.engine_port, each.gateway_port)]
    if len(set(places)) != len(places):
        raise BadPlan(path=str(path), why=Words("同一主机上有端口重复", "a port of a host is used twice"))
    if plan.regulator is not None and plan.regulator not in names:
        raise BadPlan(path=str(path), why=Words("监管方不在机构之列", "the regulator is none of the organisations"))
    unknown = set(plan.limits) - set(Limits.__struct_fields__)
    if unknown:
        name = min(unknown)
        raise BadPlan(path=str(path), why=Words(f"没有名为 {name} 的限额", f"there is no limit {name}"))


def free_port(first: int, taken: set[int]) -> int:
    """The first port from `first` on that is free on this machine and not in `taken`, where it is put."""
    for port in range(first, 65_000):
        if port in taken:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        taken.add(port)
        return port
    raise BadPlan(path="—", why=Words("没有空闲端口", "no port is free"))


class _Plain(yaml.SafeLoader):
    """A safe loader that refuses aliases: a plan is small, and nothing in it is repeated by reference."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not allowed")
        return super().compose_node(parent, index)


_HEAD = """\
# 组网方案 / The plan of a network.
# 各机构先核对本文件的摘要（zhulian network digest），再各自生成密钥。私钥不离开本机构。
# Every organisation compares the digest of this file (zhulian network digest) before it makes its keys, which never leave it.
# host / engine_port：其他机构的节点经此相连 / where other nodes reach this one; gateway_port：本机构人员访问 / for its own people.
"""
