"""How a ticket is used up."""

from zhulian.language.lending import Arguments, Caller, VerbRun
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import SIGNATURE_STEPS
from zhulian.modules.ticket.errors import AgencyNotSigning
from zhulian.modules.ticket.events import TicketBurnt
from zhulian.modules.ticket.judging import judge_ticket, wanted_use
from zhulian.modules.ticket.needs import Keys
from zhulian.modules.ticket.state import BURNT, Burnt

__all__ = ["make_burn"]


def make_burn(keys: Keys) -> VerbRun:
    """The verb `burn`, which asks `keys` whose a key is."""

    def burn(context: Context, caller: Caller, arguments: Arguments) -> None:
        """Use a ticket up (`ticket`, `use`, `agency`, `holder`, `of`, `valid`); the agency itself must sign.

        Raises:
            AgencyNotSigning, TicketFault.
        """
        # AUTHORIZE
        wanted = wanted_use(arguments)
        if wanted.agency not in caller.parties:
            raise AgencyNotSigning(agency=wanted.agency[:80])

        # VALIDATE
        context.state.charge(SIGNATURE_STEPS)
        judged = judge_ticket(keys, context.block, context.state, caller, wanted)

        # APPLY
        value = Burnt(
            agency=wanted.agency,
            height=context.block.height,
            holder=wanted.holder,
            instance=caller.instance,
            time_ms=context.block.time_ms,
            transaction=context.transaction,
            use=wanted.use,
        )
        BURNT.set(context.state, judged.ticket, value=value)

        # EMIT
        event = TicketBurnt(
            agency=wanted.agency, holder=wanted.holder, instance=caller.instance, ticket=judged.ticket, use=wanted.use
        )
        context.emit(event)

    return burn
