"""The receipt of a deposit behind a code, with what opens its commitment."""

from typing import Any

from zhulian.gateway.context import Context
from zhulian.gateway.errors import NoSuchReceipt, ReceiptNotReady
from zhulian.gateway.problems import RETRY_AFTER_S
from zhulian.gateway.public.codes import CertificateCode

__all__ = ["opened_receipt"]


async def opened_receipt(context: Context, code: CertificateCode) -> dict[str, Any]:
    """The receipt as its depositor has it.

    Raises:
        NoSuchReceipt, ReceiptNotReady. Refusal: the ledger's own. LedgerSilent.
    """
    name = code.transaction.hex()
    (found,) = await context.read(context.ledger.receipts([name]))
    if found.get("receipt") is None:
        if found.get("why") == "unsealed":
            raise ReceiptNotReady(transaction=name, retry_after_s=RETRY_AFTER_S)
        raise NoSuchReceipt(transaction=name)
    opening: dict[str, Any] = {"digest": code.digest.hex(), "salt": code.salt.hex()}
    if code.count:
        opening["path"] = {"count": code.count, "index": code.index, "siblings": [each.hex() for each in code.siblings]}
    return {**found["receipt"], "opening": opening}
