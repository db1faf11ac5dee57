"""The home folder of one machine: where keys, genesis, data and local settings lie. Nothing in it is agreed among members.

genesis.json                      what the members agreed on; public
adoption.json                     where a chain of one node became a network, or went on without lost members; public
agreements/                       what the members agreed on outside the chain, in force here; public
config.toml                       ports, paths, default signer; local
passphrase                        opens the keys of a demonstration home; delete it and use ZHULIAN_PASSPHRASE or the prompt
keys/<signer>.key.json            private keys, encrypted at rest
certificates/<signer>.pem         the signer's certificate and those above it, leaf first
client/                           secret of the salts, journal of deposits
vault/                            sealed content and envelopes, where this machine keeps them
node/db, node/seal.log, node/lock what a node keeps
engine/                           what the consensus engine keeps, its transport and voting keys included
index/                            the search index, where it lies in SQLite; can be built anew
alerts/                           what people did about alerts; no rebuilding touches it
watch.yaml                        watch rules of this node's own beside those of the applications, if there are any
sources.toml                      where this organisation reads sources for the oracle, if it does; oracle/ keeps the raw answers
custody/                          people's keys in custody, where this machine keeps them; the service key, without which they are lost
courier/                          webhooks with their secrets, and the height that each has acknowledged; who is told by mail or SMS, and what waits
sandboxes/                        throw-away copies of applications, desensitised; each may be removed at any time
run/, logs/                       socket, process id; logs
"""

import hashlib
import ipaddress
import os
import stat
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from zhulian.crypto import PrivateKey, Signer, SoftwareSigner, load_key, suite
from zhulian.crypto.certificates import from_pem, to_pem
from zhulian.errors import Refusal, Words
from zhulian.files import write_atomically

__all__ = [
    "BadConfig",
    "ClientConfig",
    "Config",
    "CourierConfig",
    "CustodyConfig",
    "DirectoryConfig",
    "DoorFolderTaken",
    "EngineConfig",
    "GatewayConfig",
    "Home",
    "IndexConfig",
    "NoGenesis",
    "NoPassphrase",
    "NoSuchSigner",
    "NodeConfig",
    "NoticesConfig",
    "VaultConfig",
    "make_door_folder",
]


class BadConfig(
    Refusal,
    code="home/1",
    zh="本机配置 {path} 有误：{why.zh}。请改正后重试。",
    en="The local settings {path} are wrong: {why.en}. Mend them and try again.",
):
    path: str
    why: Words


class NoGenesis(
    Refusal,
    code="home/2",
    zh="{path} 中没有创世配置。请先运行 zhulian init 建立示范链，或放入所加入链的 genesis.json。",
    en="There is no genesis in {path}. Run zhulian init for a sample chain, or put the genesis.json of your chain there.",
):
    path: str


class NoSuchSigner(
    Refusal,
    code="home/3",
    zh="{path} 中没有 {signer} 的密钥。现有：{present}。",
    en="There is no key of {signer} in {path}. There are: {present}.",
):
    signer: str
    path: str
    present: str


class NoPassphrase(
    Refusal,
    code="home/4",
    zh="打开密钥需要口令。请设置 ZHULIAN_PASSPHRASE，或在终端中运行以便输入。",
    en="A passphrase is needed to open the key. Set ZHULIAN_PASSPHRASE, or run in a terminal and type it.",
):
    pass


class DoorFolderTaken(
    Refusal,
    code="home/6",
    zh="套接字目录 {path} 属于其他用户。请删除该目录，或把数据目录（ZHULIAN_HOME）放到更短的路径下。",
    en="The folder of sockets {path} is another user's. Remove it, or put the home (ZHULIAN_HOME) at a shorter path.",
):
    path: str


_DOOR_FOLDER_BYTES_MAX = 92
"""So that the longest name of a socket still fits into an address."""


class GatewayConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the gateway listens."""

    host: str = "127.0.0.1"
    port: int = 8420


class NodeConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How this machine runs its node; `sealer` names the seal key under keys/ (`<sealer>.seal`).

    `engine`: alone (`solo`), or with others by CometBFT (`cometbft`). `name` is the node's name among them.
    `keepers` are signers whose keeper processes this node starts beside it.
    `renew`: the node renews its people's certificates by itself, where the CA's key lies in this home.
    """

    sealer: str = ""
    workers: int = 1
    engine: Literal["solo", "cometbft"] = "solo"
    name: str = ""
    renew: bool = False
    keepers: list[str] = []


class EngineConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where other nodes' engines reach this one, and where they are: `node id@host:port`.

    `gateways` are other members' (`http://…`), which a node asks when it is new or lacks seals. `snapshot_every` is after how
    many heights this node takes a snapshot for those that are new; 0: never.
    """

    host: str = "127.0.0.1"
    port: int = 26656
    peers: list[str] = []
    metrics: str = ""
    gateways: list[str] = []
    snapshot_every: int = 1_000


class IndexConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The search index beside the node: whether it runs, and its database (empty: SQLite in the home; else `postgresql://…`).

    ZHULIAN_INDEX_DATABASE wins over `database`, so that a password need not stand in the file.
    """

    enabled: bool = True
    database: str = ""


class CourierConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The delivery of events beside the node: whether it runs, networks that it may reach beyond the public ones (such as
    `10.0.0.0/8`), and who may subscribe beside the home's own organisation.
    """

    enabled: bool = True
    allow: list[str] = []
    parties: list[str] = []


class DirectoryConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An organisation's own directory for signing in to custody (OpenID Connect); empty `issuer`: none.

    `redirect` is where the directory sends browsers back, `secret_file` holds the client's secret, `authority` is a PEM file of the CA behind the directory's TLS
    certificate (empty: the machine's own). `algorithms` may sign an ID token.
    """

    issuer: str = ""
    client: str = ""
    redirect: str = ""
    secret_file: str = "custody/directory.secret"  # noqa: S105 - where it lies
    authority: str = ""
    algorithms: Annotated[tuple[Literal["RS256", "PS256", "ES256"], ...], msgspec.Meta(min_length=1)] = ("RS256", "ES256")


class CustodyConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Custody of people's keys: the agent that signs for them (empty: none runs here), and its database (empty: SQLite in the home).

    ZHULIAN_CUSTODY_DATABASE wins over `database`. `key_file` is the service key, best on another disk than the database. A session ends
    after `idle_s` without a request, and `session_s` after it began. With `real_names` nobody acts whose account is not bound to a person.
    """

    agent: str = ""
    database: str = ""
    key_file: str = "custody/service.key"
    idle_s: Annotated[int, msgspec.Meta(ge=30, le=86_400)] = 900
    session_s: Annotated[int, msgspec.Meta(ge=60, le=604_800)] = 28_800
    directory: DirectoryConfig = DirectoryConfig()
    real_names: bool = False


class NoticesConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How people are told of tasks, alerts and expiries: by a mail server (`host` and what follows), a gateway for SMS and messengers
    (`hook`, an address that is posted to), or both; neither: nobody is told. Times in seconds.

    ZHULIAN_SMTP_PASSWORD wins over `password_file`, a path in the home. `ca` is a PEM file of authorities in place of the system's.
    `public` is the https address at which people reach this gateway, so that they opt out by themselves (empty: by a code alone).
    `gather_s` is how long the first notice waits for others, `interval_s` how long a person is left alone after a message.
    """

    host: str = ""
    port: int = 465
    security: Literal["tls", "starttls", "none"] = "tls"
    user: str = ""
    password_file: str = ""
    sender: str = ""
    ca: str = ""
    hook: str = ""
    contact: str = ""
    public: str = ""
    gather_s: int = 5
    interval_s: int = 600


class ConsoleConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The web console beside the node: whether it runs (where nothing is said: beside a node that works alone at a port of its
    own), and where it listens (port 0: the one after the gateway's, if it is free).

    `names` are the hosts by which browsers reach it, as in `console.example.gov.cn:8443` (empty: this machine's own names, or any
    where it listens for others). `trusted_proxies` are addresses or networks of reverse proxies whose X-Forwarded-For, -Proto and -Host
    are believed; nobody else's are. A session ends `idle_s` after its last use, and `session_s` after it began. An upload may have
    `upload_bytes_max`.
    """

    enabled: bool | None = None
    host: str = "127.0.0.1"
    port: int = 0
    names: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    idle_s: Annotated[int, msgspec.Meta(ge=30, le=86_400)] = 1_800
    session_s: Annotated[int, msgspec.Meta(ge=60, le=7 * 86_400)] = 12 * 3600
    upload_bytes_max: Annotated[int, msgspec.Meta(ge=1024)] = 16 * 1024**3

    def __post_init__(self) -> None:
        for each in self.trusted_proxies:
            ipaddress.ip_network(each)


class ClientConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who signs by default, and which gateway is asked (empty: this machine's)."""

    signer: str = ""
    url: str = ""


class VaultConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What sealed content this machine keeps, and where: in files, or in S3-compatible storage. Sizes in bytes, times in seconds.

    `operator` is the organisation that answers for it (empty: the node's), `elsewhere` are gateways with other vaults (empty: those
    of `[engine]`). `grace_s` is how long an object may lie here that the chain does not name.
    """

    store: Literal["disk", "s3"] = "disk"
    operator: str = ""
    elsewhere: list[str] = []
    object_bytes_max: int = 64 * 1024**3
    party_bytes_max: int = 256 * 1024**3
    bytes_max: int = 1024**4
    grace_s: int = 24 * 3600
    endpoint: str = ""
    bucket: str = ""
    prefix: str = ""
    region: str = ""
    secure: bool = True


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """config.toml."""

    gateway: GatewayConfig = GatewayConfig()
    node: NodeConfig = NodeConfig()
    client: ClientConfig = ClientConfig()
    engine: EngineConfig = EngineConfig()
    index: IndexConfig = IndexConfig()
    vault: VaultConfig = VaultConfig()
    courier: CourierConfig = CourierConfig()
    notices: NoticesConfig = NoticesConfig()
    custody: CustodyConfig = CustodyConfig()
    console: ConsoleConfig = ConsoleConfig()


class Home:
    """The home folder; `Home.default()` honours ZHULIAN_HOME, else `~/.zhulian`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.genesis_file = root / "genesis.json"
        self.config_file = root / "config.toml"
        self.adoption_file = root / "adoption.json"
        self.agreements = root / "agreements"
        self.passphrase_file = root / "passphrase"
        self.keys = root / "keys"
        self.certificates_folder = root / "certificates"
        self.client = root / "client"
        self.database = root / "node" / "db"
        self.vault = root / "vault"
        self.seal_log = root / "node" / "seal.log"
        self.lock = root / "node" / "lock"
        self.engine = root / "engine"
        doors = _short(root / "run")
        self.abci_socket = doors / "abci.sock"
        self.engine_socket = doors / "engine.sock"
        self.light_socket = doors / "light.sock"
        self.shown_validators = root / "run" / "validators.json"
        self.engine_note = root / "run" / "engine.version"
        self.fetched_seals = root / "run" / "seals.json"
        self.snapshots = root / "node" / "snapshots"
        self.checkpoint = root / "node" / "backup" / "node" / "db"
        self.socket = root / "run" / "ledger.sock"
        self.index = root / "index"
        self.index_socket = root / "run" / "index.sock"
        self.alerts = root / "alerts"
        self.watch_rules = root / "watch.yaml"
        self.sandboxes = root / "sandboxes"
        self.console_link = root / "run" / "console.link"
        self.console = root / "console"
        self.courier = root / "courier"
        self.courier_socket = root / "run" / "courier.sock"
        self.custody_socket = root / "run" / "custody.sock"
        self.node_file = root / "run" / "node.json"
        self.logs = root / "logs"

    @classmethod
    def default(cls) -> "Home":
        """The home that ZHULIAN_HOME names, or `~/.zhulian`."""
        named = os.environ.get("ZHULIAN_HOME")
        return cls(Path(named).expanduser().absolute() if named else Path.home() / ".zhulian")

    @property
    def exists(self) -> bool:
        """Whether a chain was set up here."""
        return self.genesis_file.is_file()

    def genesis_bytes(self) -> bytes:
        """The genesis document as it lies here.

        Raises:
            NoGenesis.
        """
        try:
            return self.genesis_file.read_bytes()
        except FileNotFoundError:
            raise NoGenesis(path=str(self.root)) from None

    def config(self) -> Config:
        """The local settings; ZHULIAN_PORT wins over the file.

        Raises:
            BadConfig.
        """
        try:
            text = self.config_file.read_text(encoding="utf-8")
        except FileNotFoundError:
            text = ""
        try:
            read = msgspec.convert(tomllib.loads(text), Config)
        except (tomllib.TOMLDecodeError, msgspec.ValidationError) as wrong:
            raise BadConfig(path=str(self.config_file), why=Words.quote(wrong)) from None
        port = os.environ.get("ZHULIAN_PORT")
        if port is None:
            return read
        if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise BadConfig(path="ZHULIAN_PORT", why=Words(f"{port[:20]!r} 不是端口号", f"{port[:20]!r} is no port"))
        return msgspec.structs.replace(read, gateway=msgspec.structs.replace(read.gateway, port=int(port)))

    def vault_config(self) -> VaultConfig:
        """The settings of this machine's vault, with what they leave to the node's.

        Raises:
            BadConfig.
        """
        whole = self.config()
        operator = whole.vault.operator or whole.node.name or whole.node.sealer
        elsewhere = whole.vault.elsewhere or whole.engine.gateways
        return msgspec.structs.replace(whole.vault, operator=operator, elsewhere=elsewhere)

    def encryption_key(self, holder: str, passphrase: str | None = None) -> PrivateKey:
        """The key with which content for `holder` is opened, `<holder>.encrypt` under keys/.

        Raises:
            NoSuchSigner, NoPassphrase, WrongPassphrase.
        """
        path = self.key_file(f"{holder}.encrypt")
        opened = passphrase if passphrase is not None else self.passphrase()
        if opened is None:
            raise NoPassphrase()
        return _key(path, opened)

    def signers(self) -> list[str]:
        """The names whose keys lie here, seal keys left out."""
        names = [each.name.removesuffix(".key.json") for each in self.keys.glob("*.key.json")]
        return sorted(name for name in names if not name.endswith((".seal", ".ca")) and ".encrypt" not in name)

    def key_file(self, name: str) -> Path:
        """Where the key of `name` lies.

        Raises:
            NoSuchSigner: if there is none, or the name is no file name.
        """
        path = self.keys / f"{name}.key.json"
        if path.parent != self.keys or not path.is_file():
            raise NoSuchSigner(signer=name[:80], path=str(self.keys), present=", ".join(self.signers()) or "—")
        return path

    def passphrase(self) -> str | None:
        """The passphrase from ZHULIAN_PASSPHRASE or the file; None where a person must be asked."""
        given = os.environ.get("ZHULIAN_PASSPHRASE")
        if given is not None:
            return given
        try:
            return self.passphrase_file.read_text(encoding="utf-8").rstrip("\n")
        except FileNotFoundError:
            return None

    def signer(self, name: str, suite_name: str, passphrase: str | None = None) -> Signer:
        """The signer of that name, its key opened by `passphrase` or, where that is None, by this home's.

        Raises:
            NoSuchSigner, NoPassphrase, WrongPassphrase.
        """
        path = self.key_file(name)
        opened = passphrase if passphrase is not None else self.passphrase()
        if opened is None:
            raise NoPassphrase()
        return SoftwareSigner(suite(suite_name), _key(path, opened))

    def certificates(self, name: str) -> list[bytes]:
        """The certificate chain of a signer as DER, leaf first; empty where none lies here."""
        path = self.certificates_folder / f"{name}.pem"
        if path.parent != self.certificates_folder or not path.is_file():
            return []
        return from_pem(path.read_bytes())

    def save_certificates(self, name: str, chain: Sequence[bytes]) -> None:
        """Keep the certificate chain of a signer, leaf first."""
        write_atomically(self.certificates_folder / f"{name}.pem", to_pem(chain))


_Opened = tuple[str, int, int, int, bytes]
_opened: dict[_Opened, PrivateKey] = {}
_OPENED_MAX = 64
_MARK = os.urandom(32)


def _key(path: Path, passphrase: str) -> PrivateKey:
    """The key in a file. Stretching a passphrase takes some 100 ms on purpose, so a process does it once for each file as it stands."""
    there = path.stat()
    mark = hashlib.blake2b(passphrase.encode("utf-8", "surrogatepass"), key=_MARK).digest()  # so that no passphrase is kept
    name = (str(path.absolute()), there.st_ino, there.st_mtime_ns, there.st_size, mark)
    if name not in _opened:
        key = load_key(path, passphrase)
        if len(_opened) >= _OPENED_MAX:
            del _opened[next(iter(_opened))]
        _opened[name] = key
    return _opened[name]


def _short(folder: Path) -> Path:
    """The folder itself, or one with a short name where the kernel would cut the addresses of sockets in it.

    The engine takes no other way to a socket than its address, which has at most 107 bytes. The short folder is this user's
    alone and named after the long one; whoever starts the node makes it (`make_door_folder`).
    """
    if len(os.fsencode(folder)) <= _DOOR_FOLDER_BYTES_MAX:
        return folder
    named = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:16]
    return Path("/tmp") / f"zhulian-{os.getuid()}-{named}"  # noqa: S108 (checked to be this user's by make_door_folder)


def make_door_folder(folder: Path) -> None:
    """Make the folder of the engine's sockets, and hold that it is this user's alone.

    Raises:
        DoorFolderTaken: somebody else has made it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise DoorFolderTaken(path=str(folder))
    folder.chmod(0o700)
