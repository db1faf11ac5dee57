"""What waits in an organisation's own house: votes, requests for access, reviews, decisions of custody's desk, certificates that run out."""

import asyncio

from zhulian.console.tasks.shapes import Asker, Task, held, listed
from zhulian.console.words.messages import MESSAGES, worded
from zhulian.errors import Words

__all__ = ["CERTIFICATE_DAYS", "certificates", "decisions", "requests", "reviews", "votes"]

CERTIFICATE_DAYS = 30
"""How long before its end a certificate is a task."""
_DAY_S = 86_400
_PAGES = 5
_PEOPLE_MAX = 20


async def votes(asker: Asker) -> list[Task]:
    """Open proposals on which the organisation has not voted, for those of its officers who may vote."""
    if not asker.organisation:
        return []
    signer, organisation = await asyncio.gather(
        held(asker.chain, "identity/signers", asker.person), held(asker.chain, "identity/organisations", asker.organisation)
    )
    entitled = signer is not None and signer["kind"] == "officer" and {"admin", "voter"} & set(signer["duties"])
    if not entitled or organisation is None or organisation["status"] != "active":
        return []
    return [
        Task(
            "task.vote",
            "/govern",
            {"what": _named(each["value"]["actions"]), "by": each["value"]["proposer"]},
            each["value"]["closes"],
        )
        for each in await listed(asker.chain, "govern/proposals", pages=_PAGES)
        if each["value"]["status"] == "open"
        and each["value"]["closes"] > asker.now_s
        and asker.organisation not in each["value"]["votes"]
    ]


def _named(actions: list[dict[str, str]]) -> Words:
    named = [worded(MESSAGES, each.get("type", "")) for each in actions]
    return Words("、".join(each.zh for each in named), ", ".join(each.en for each in named))


async def requests(asker: Asker) -> list[Task]:
    """Requests of others to read what the organisation offers in its catalogue."""
    if not asker.organisation:
        return []
    asked, offered = await asyncio.gather(
        listed(asker.chain, "share/requests", asker.organisation), listed(asker.chain, "share/catalogue", asker.organisation)
    )
    titles = {each["key"][2]: each["value"]["title"] for each in offered}
    return [
        Task(
            "task.request",
            "/requests",
            {"what": titles.get(each["key"][2], each["key"][2]), "who": each["key"][3], "why": each["value"]["purpose"]},
        )
        for each in asked
        if each["value"]["status"] == "open"
    ]


async def reviews(asker: Asker) -> list[Task]:
    """Emergency openings of the organisation's content that it has still to review."""
    if not asker.organisation:
        return []
    return [
        Task("task.review", "/requests", {"who": each["key"][2]})
        for each in await listed(asker.chain, "share/reviews", asker.organisation)
    ]


async def decisions(asker: Asker) -> list[Task]:
    """What another officer of custody's desk has asked for."""
    if not asker.token:
        return []
    me, asked = await asyncio.gather(asker.chain.custody.me(asker.token), asker.chain.custody.requests(asker.token))
    return [
        Task("task.desk", "/desk", {"kind": each["kind"], "why": each["reason"]}, each["until_ms"] // 1000)
        for each in asked
        if each["state"] == "open" and each["until_ms"] > asker.now_s * 1000 and each["maker"] != me["account"]
    ]


async def certificates(asker: Asker) -> list[Task]:
    """Certificates of the asker, of the people whose keys the asker looks after, and of the node, that run out soon."""
    if not asker.organisation:
        return []
    names = list(dict.fromkeys((asker.person, *asker.people)))[:_PEOPLE_MAX]
    last = await asyncio.gather(*(_lasts(asker, each) for each in names))
    found = [
        Task("task.certificate", f"/people/{name}", {"who": name}, until)
        for name, until in zip(names, last, strict=True)
        if until is not None and until - asker.now_s < CERTIFICATE_DAYS * _DAY_S
    ]
    if asker.node_days is not None and asker.node_days < CERTIFICATE_DAYS:
        found.append(Task("task.node", "/network", {}, asker.now_s + asker.node_days * _DAY_S))
    return found


async def _lasts(asker: Asker, name: str) -> int | None:
    """Until when the newest key of a signer that counts can be used; None where none does."""
    signer = await held(asker.chain, "identity/signers", name)
    if signer is None or "revoked" in signer or not signer["keys"]:
        return None
    key = await held(asker.chain, "identity/keys", signer["keys"][-1])
    return None if key is None or "revoked" in key else int(key["not_after"])
