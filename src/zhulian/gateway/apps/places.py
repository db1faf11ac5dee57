"""Which instance, record and key a path speaks of; a key is one part of the path, its slashes encoded."""

from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from starlette.requests import Request

from zhulian.errors import Words
from zhulian.gateway.apps.definitions import App
from zhulian.gateway.apps.showing import record_type
from zhulian.gateway.context import context_of
from zhulian.gateway.errors import BadPath, NoSuchPage, NoSuchRecordType
from zhulian.language.definition.shapes import Record

__all__ = ["RecordPlace", "app_of", "place_of"]


@dataclass(frozen=True)
class RecordPlace:
    """A record type of an instance, with a key where the path has one, and what of it is asked for."""

    app: App
    record: str
    kind: Record
    key: str | None
    wanted: str


async def app_of(request: Request) -> App:
    """The instance that the path names.

    Raises:
        NoSuchApp, LedgerSilent.
    """
    context = context_of(request)
    return await context.read(context.definitions.app(str(request.path_params["instance"])))


async def place_of(request: Request) -> RecordPlace:
    """The record that the path `/v1/apps/{instance}/records/{record}[/{key}[/history|/proof]]` names.

    Raises:
        NoSuchApp, NoSuchRecordType, NoSuchPage, BadPath, LedgerSilent.
    """
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    try:
        parts = [unquote_to_bytes(each).decode() for each in raw.partition(b"?")[0].split(b"/")[5:]]
    except UnicodeDecodeError:
        raise BadPath(why=Words("不是 UTF-8 编码", "it is not UTF-8")) from None
    wanted = parts[2] if len(parts) == 3 else ""
    if not 1 <= len(parts) <= 3 or wanted not in ("", "history", "proof"):
        raise NoSuchPage(path=request.scope["path"][:200])
    app = await app_of(request)
    kind = record_type(app.tree, parts[0])
    if kind is None:
        known = [each.name for each in app.tree.records] + (["instance"] if app.tree.instance else [])
        raise NoSuchRecordType(instance=app.name, record=parts[0][:64], known=", ".join(known) or "-")
    key = parts[1] if len(parts) > 1 else None
    return RecordPlace(app, parts[0], kind, "" if key == "-" and parts[0] == "instance" else key, wanted)
