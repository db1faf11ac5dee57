"""`file_report` and `reports`: what organisations say of a definition."""

import os
from typing import Any

from zhulian.client.answers import as_json, path_of
from zhulian.client.apps.reading import definition, find_definition
from zhulian.client.body import Identity
from zhulian.client.core import Core
from zhulian.client.flow import Call, Flow, call, work
from zhulian.client.reporting.errors import PublishedOtherwise, ReportOfAnother
from zhulian.client.reporting.papers import Paper, paper_of, read_report
from zhulian.client.submit import Outcome, submit

__all__ = ["file_report", "reports"]


def file_report(
    core: Core, scenario: str, report: str | os.PathLike[str] | bytes, *, signer: str | Identity | None = None
) -> Flow[tuple[Paper, Outcome]]:
    """File a prover's report (its file, or its bytes) about a published definition (a name, `name@2`, or a digest) for the signer's organisation.

    Raises:
        NoSuchDefinition, FileGone, ReportUnread. ReportOfAnother: the file is about another definition; PublishedOtherwise: the bytes are.
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    digest = yield from find_definition(core, scenario)
    tree = (yield from definition(core, digest)).to_json()
    if isinstance(report, bytes):
        paper = yield from _just_made(core, scenario, report, tree)
    else:
        paper = yield from work(read_report, report, core.hasher, tree)
    message = {
        "type": "scenario.file_report",
        "definition": digest,
        "proved": paper.proved,
        "refuted": paper.refuted,
        "report": paper.digest,
        "run_time": paper.run_time,
    }
    return paper, (yield from submit(core, [message], signers=None if signer is None else [signer]))


def _just_made(core: Core, scenario: str, report: bytes, tree: bytes) -> Flow[Paper]:
    """What is filed of a report that lies in no file yet.

    Raises:
        ReportUnread, PublishedOtherwise.
    """
    try:
        return (yield from work(paper_of, report, "report.json", core.hasher, tree))
    except ReportOfAnother as other:
        raise PublishedOtherwise(scenario=scenario[:64], found=other.found, wanted=other.wanted) from None


def reports(core: Core, scenario: str) -> Flow[dict[str, Any]]:
    """Who has filed which report about a published definition, how many the chain asks for, and whether they are enough.

    Raises:
        NoSuchDefinition, FromNode, Unreachable.
    """
    digest = yield from find_definition(core, scenario)
    found: dict[str, Any] = as_json((yield from call(Call("GET", path_of("definitions", digest, "reports")))), core.url)
    return found
