from typing import Any

import msgspec
import pytest
from gateway_fake import FakeLedger, Make

from zhulian.errors import REFUSALS
from zhulian.gateway.app import Gateway
from zhulian.gateway.openapi import describe
from zhulian.gateway.problems import TITLES, status_of
from zhulian.gateway.routes import ROUTES

pytestmark = pytest.mark.anyio

TRACING = {"resolve_identifier", "get_way"}
OPERATIONS = TRACING | {
    "get_status", "get_genesis", "get_head", "submit_transaction", "submit_batch", "get_transaction", "get_receipt", "get_receipts",
    "get_spoken_head", "list_agreements", "make_link",
    "get_state", "list_collection", "list_blocks", "get_block", "stream_events", "get_seals", "list_snapshots", "ask_engine",
    "list_definitions", "get_definition", "get_manual", "list_reports", "prove_definition", "get_proof", "end_proof", "list_apps", "get_app", "get_app_openapi", "list_roles", "list_totals",
    "list_balances", "list_proposals", "build_action", "check_action", "list_records", "get_record", "get_record_history",
    "prove_record", "list_anchors", "get_anchors", "add_co_seal", "get_index", "get_figures", "search", "get_vault", "get_upload", "put_object", "get_object",
    "resolve_did", "get_status_list", "put_status_list",
    "get_gallery", "list_mandate_uses", "get_case", "list_alerts", "get_alert", "handle_alert", "list_watch_rules", "list_webhooks", "list_deliveries", "test_webhook", "add_webhook", "remove_webhook",
    "ask_custody", "bind_custody_name", "begin_custody_directory", "finish_custody_directory", "unlink_custody_directory", "custody_act", "custody_change_password", "custody_enrol", "custody_recovery_codes", "custody_sign_in",
    "custody_sign_out", "decide_custody", "deposit_custody_log", "export_custody_key", "get_custody", "get_custody_account",
    "get_custody_act", "get_custody_log", "hand_over_custody", "invite_to_custody", "list_custody_accounts",
    "list_custody_acts", "list_custody_handles", "list_custody_requests", "open_custody_handle",
}  # fmt: skip


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for operation in path.values()]


def test_openapi__operation_ids_are_these_and_stay() -> None:
    assert {each["operationId"] for each in _operations(describe(None))} == OPERATIONS


def test_openapi__every_operation_speaks_both_languages_and_names_its_problems() -> None:
    for operation in _operations(describe(None)):
        assert operation["x-summary-zh"]
        assert operation["x-summary-en"].isascii()
        assert {"429", "500", "503"} <= set(operation["responses"])
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert answer["content"]["application/problem+json"]["schema"]["$ref"].endswith("/Problem")


def test_openapi__every_reference_is_there() -> None:
    document = describe("en")
    text = msgspec.json.encode(document).decode()
    for part in text.split('"#/components/schemas/')[1:]:
        assert part.partition('"')[0] in document["components"]["schemas"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_openapi__one_language_means_one_language(language: str) -> None:
    for operation in _operations(describe(language)):
        assert operation["summary"].isascii() == (language == "en")
        assert operation["description"].isascii() == (language == "en")


async def test_openapi__is_served_and_agrees_with_the_router(client: Make, gateways: list[Gateway]) -> None:
    async with client() as http:
        answer = await http.get("/v1/openapi.json")
        kept = await http.get("/v1/openapi.json", headers={"If-None-Match": answer.headers["etag"]})
    assert answer.json() == describe(None)
    assert kept.status_code == 304
    routed = {
        (each.name, *(each.methods - {"HEAD"}))
        for each in gateways[0].routes.router.routes
        if each.path.startswith(("/v1/", "/id/"))
    }
    assert routed - {("openapi", "GET")} == {(each.operation_id, each.method) for each in ROUTES}


async def test_openapi__examples_of_the_batch_are_taken(client: Make, ledger: FakeLedger) -> None:
    operation = describe(None)["paths"]["/v1/transactions"]["post"]
    example = operation["requestBody"]["content"]["application/json"]["example"]
    async with client() as http:
        answer = await http.post("/v1/transactions", content=msgspec.json.encode(example, order="sorted"))
    assert answer.status_code == 200


def test_problems__every_number_of_the_gateway_has_a_status_with_a_title() -> None:
    import zhulian.gateway.errors
    import zhulian.node.errors  # noqa: F401

    for code in REFUSALS:
        assert status_of(code) in TITLES, code
