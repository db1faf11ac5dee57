"""Every route of the gateway, in the order in which the API page shows them."""

from collections.abc import Sequence

from zhulian.gateway.catalogue import Route
from zhulian.gateway.routes import (
    about,
    actions,
    alerts,
    anchors,
    apps,
    blocks,
    credentials,
    custody,
    definitions,
    gallery,
    links,
    members,
    proofs,
    receipts,
    records,
    search,
    state,
    supervision,
    tracing,
    transactions,
    vault,
    webhooks,
)

__all__ = ["ROUTES"]

ROUTES: Sequence[Route] = (
    *about.ROUTES,
    *transactions.ROUTES,
    *receipts.ROUTES,
    *state.ROUTES,
    *blocks.ROUTES,
    *anchors.ROUTES,
    *credentials.ROUTES,
    *members.ROUTES,
    *definitions.ROUTES,
    *proofs.ROUTES,
    *gallery.ROUTES,
    *apps.ROUTES,
    *actions.ROUTES,
    *records.ROUTES,
    *search.ROUTES,
    *alerts.ROUTES,
    *supervision.ROUTES,
    *tracing.ROUTES,
    *links.ROUTES,
    *vault.ROUTES,
    *webhooks.ROUTES,
    *custody.ROUTES,
)
