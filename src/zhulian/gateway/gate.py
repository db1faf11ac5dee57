"""How much may be under way at once, in requests and in bytes; whoever comes beyond it is told when to come again."""

from zhulian.gateway.errors import Overloaded
from zhulian.gateway.problems import RETRY_AFTER_S

__all__ = ["Gate", "Ticket"]


class Gate:
    """Counts requests under way and the bytes of their bodies, both bounded."""

    def __init__(self, requests_max: int, bytes_max: int) -> None:
        self._requests_max = requests_max
        self._bytes_max = bytes_max
        self.requests = 0
        self.bytes = 0

    def enter(self) -> "Ticket":
        """Let one request in.

        Raises:
            Overloaded: if as many as may be are under way.
        """
        if self.requests >= self._requests_max:
            raise Overloaded(retry_after_s=RETRY_AFTER_S)
        self.requests += 1
        return Ticket(self)

    def hold(self, size: int) -> None:
        """Count `size` more bytes.

        Raises:
            Overloaded: if they would go beyond what may be held.
        """
        if self.bytes + size > self._bytes_max:
            raise Overloaded(retry_after_s=RETRY_AFTER_S)
        self.bytes += size


class Ticket:
    """One request's share of a gate; given back once, whatever becomes of the request."""

    __slots__ = ("_gate", "_held", "_inside")

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._held = 0
        self._inside = True

    def hold(self, size: int) -> None:
        """Count `size` bytes of this request's body.

        Raises:
            Overloaded: if all bodies together would become too large.
        """
        self._gate.hold(size)
        self._held += size

    def leave(self) -> None:
        """Give everything back; the second time does nothing. A long stream leaves early, it is counted elsewhere."""
        if self._inside:
            self._inside = False
            self._gate.requests -= 1
            self._gate.bytes -= self._held
