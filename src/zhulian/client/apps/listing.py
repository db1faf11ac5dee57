"""What belongs to an application as the node shows it, page by page and unproved; single things are proved by `record`."""

from collections.abc import Mapping, Sequence
from typing import Any

from zhulian.client.answers import as_json, path_of
from zhulian.client.apps.acting import AppCore
from zhulian.client.errors import StrangeAnswer
from zhulian.client.flow import Call, Flow, call
from zhulian.client.reading import Page, page
from zhulian.errors import Words
from zhulian.language.asking import record_of

__all__ = ["balances", "board", "figures", "proposals", "records", "roles", "totals"]


def records(
    app: AppCore,
    record: str,
    *,
    starts: str = "",
    words: str = "",
    state: str = "",
    where: Mapping[str, str] | None = None,
    newest: bool = False,
    after: str | None = None,
    limit: int = 50,
) -> Flow[Page]:
    """Records of a type in the order of their keys, as people read them; `starts` narrows it to keys that begin so.

    With `words`, a `state`, values of choices and parties (`where`) or `newest` the node's search index finds them, the newest first.

    Raises:
        UnknownRecordType. FromNode: the index does not run, or there is no such state or field. Unreachable.
    """
    record_of(app.info.tree, record)
    given = {"starts": starts, "q": words, "state": state, "order": "newest" if newest else ""}
    query = [(name, value) for name, value in given.items() if value]
    query += [("where", f"{name}={value}") for name, value in (where or {}).items()]
    query += [("after", after)] if after is not None else []
    path = path_of("apps", app.info.instance, "records", record)
    found = as_json((yield from call(Call("GET", path, [*query, ("limit", str(limit))]))), app.core.url)
    if not isinstance(found, dict) or not isinstance(found.get("items"), list):
        raise StrangeAnswer(url=app.core.url, why=Words("列表的结构不符", "a page of another shape"))
    return Page(found["items"], found.get("next"))


def roles(app: AppCore, role: str | None = None) -> Flow[list[dict[str, Any]]]:
    """Who has which role: `{"role", "party", "admitted_by", "height"}` each.

    Raises:
        FromNode, Unreachable.
    """
    return (yield from _all(app, "scenario/members", ("role", "party"), () if role is None else (role,)))


def totals(app: AppCore, total: str | None = None) -> Flow[list[dict[str, Any]]]:
    """Sums and counts that the chain keeps: `{"total", "of", "value"}` each.

    Raises:
        FromNode, Unreachable.
    """
    return (yield from _all(app, "scenario/totals", ("total", "of"), () if total is None else (total,)))


def figures(
    app: AppCore, record: str, *, field: str = "", by: str = "", since_ms: int | None = None
) -> Flow[list[dict[str, Any]]]:
    """How many records there are, or the sum of `field`, in groups `by` a field, `state`, `day`, `month` or `year`.

    From the node's search index, unproved: `{"group", "title", "value", "shown", "count"}` each; `value` is text.

    Raises:
        UnknownRecordType. FromNode: the index does not run. Unreachable.
    """
    more = [("since_ms", str(since_ms))] if since_ms else []
    return list((yield from _figures(app, record, field, by, more))["rows"])


def board(app: AppCore, record: str, *, field: str = "", by: str = "") -> Flow[dict[str, Any]]:
    """The same as a board may show it: `{"rows", "hidden"}`, without groups of fewer than five records, of which `hidden` are left out.

    Raises:
        UnknownRecordType. FromNode: the index does not run. Unreachable.
    """
    found = yield from _figures(app, record, field, by, [("board", "1")])
    return {"hidden": int(found.get("hidden", 0)), "rows": list(found["rows"])}


def _figures(app: AppCore, record: str, field: str, by: str, more: list[tuple[str, str]]) -> Flow[dict[str, Any]]:
    record_of(app.info.tree, record)
    query = [("record", record), *((name, value) for name, value in (("field", field), ("by", by)) if value), *more]
    found = as_json((yield from call(Call("GET", path_of("apps", app.info.instance, "figures"), query))), app.core.url)
    if not isinstance(found, dict) or not isinstance(found.get("rows"), list):
        raise StrangeAnswer(url=app.core.url, why=Words("统计的结构不符", "figures of another shape"))
    return found


def balances(app: AppCore, asset: str | None = None) -> Flow[list[dict[str, Any]]]:
    """Who holds what of the assets that the instance issues: `{"asset", "of", "owner", "units"}` each.

    Raises:
        FromNode, Unreachable.
    """
    return (yield from _all(app, "asset/balances", ("asset", "of", "owner"), () if asset is None else (asset,)))


def proposals(app: AppCore) -> Flow[list[dict[str, Any]]]:
    """Actions whose signatures are being gathered: `{"proposal", "action", "by", "expires", "approvals", …}` each.

    Raises:
        FromNode, Unreachable.
    """
    return (yield from _all(app, "scenario/proposals", ("proposal",), ()))


def _all(app: AppCore, collection: str, parts: Sequence[str], prefix: Sequence[str]) -> Flow[list[dict[str, Any]]]:
    found: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        got = yield from page(app.core, collection, prefix=(app.info.instance, *prefix), after=after, limit=100)
        for each in got.items:
            value = each["value"] if isinstance(each["value"], dict) else {"value": each["value"]}
            found.append({**dict(zip(parts, each["key"][2:], strict=True)), **value})
        after = got.next
        if after is None:
            return found
