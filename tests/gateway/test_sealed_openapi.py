"""Actions that seal and open say so in OpenAPI, since nobody could guess what they are handed."""

from tests.meta.source import ROOT
from zhulian.gateway.apps.definitions import App, Loaded
from zhulian.gateway.apps.openapi import app_paths
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.reading import read_definition
from zhulian.modules import every_word

TENDER = ROOT / "tests" / "modules" / "scenario" / "sealing" / "tender.yaml"


def test_openapi__describes_what_seals_and_opens() -> None:
    checked = check_definition(read_definition(TENDER.read_text(encoding="utf-8")), every_word())
    app = App("tenders", {"version": 1}, Loaded("00" * 32, {}, checked.definition.to_json(), checked, {}))
    paths = app_paths(app, None)

    def group(action: str) -> dict[str, object]:
        body = paths[f"/v1/apps/tenders/actions/{action}"]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert "offer" in body["properties"]["input"]["required"]
        found: dict[str, object] = body["properties"]["input"]["properties"]["offer"]
        return found

    assert group("submit")["pattern"] == "^[0-9a-f]{64}$"
    shown = group("show")
    assert shown["required"] == ["salt", "values"]
    assert "报价" in str(shown["title"])
