"""What the gateway counts about itself, and the page where Prometheus reads it together with the ledger process's metrics."""

import ipaddress

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.requests import Request
from starlette.responses import Response

from zhulian.errors import Refusal
from zhulian.gateway.errors import MetricsElsewhere, NoSuchPage
from zhulian.gateway.gate import Gate
from zhulian.gateway.stream import Hub
from zhulian.gateway.tls import Certificate

__all__ = ["PATH", "GatewayTelemetry", "metrics"]

PATH = "/metrics"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)


class GatewayTelemetry:
    """One gateway process's metrics: requests by method and status, time until their answers, what is under way."""

    def __init__(self, gate: Gate, hub: Hub) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter("zhulian_gateway_requests", "Requests answered.", ["method", "status"], registry=self._registry)
        self._seconds = Histogram(
            "zhulian_gateway_answer_seconds",
            "From a request's head to the head of its answer.",
            ["method"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        busy = Gauge("zhulian_gateway_requests_under_way", "Requests that have no answer yet.", registry=self._registry)
        busy.set_function(lambda: gate.requests)
        held = Gauge("zhulian_gateway_body_bytes", "Bytes of bodies held for requests under way.", registry=self._registry)
        held.set_function(lambda: gate.bytes)
        streams = Gauge("zhulian_gateway_streams", "Event streams that are open.", registry=self._registry)
        streams.set_function(lambda: hub.streams)
        ProcessCollector(namespace="zhulian_gateway", registry=self._registry)

    def show_certificate(self, certificate: Certificate) -> None:
        """Also tell until when the TLS certificate is valid."""
        end = Gauge("zhulian_gateway_tls_not_after_seconds", "End of the TLS certificate, Unix time.", registry=self._registry)
        end.set_function(lambda: certificate.not_after)

    def answered(self, method: str, status: int, seconds: float) -> None:
        """A request has its answer."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, str(status)).inc()
        self._seconds.labels(known).observe(seconds)

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)


async def metrics(request: Request) -> Response:
    """The metrics of the gateway and, where it answers, of the ledger process; for whoever the settings let read them."""
    from zhulian.gateway.context import context_of

    context = context_of(request)
    allowed = context.settings.metrics
    if allowed == "off":
        raise NoSuchPage(path=PATH)
    if allowed == "loopback" and not _is_loopback(request):
        raise MetricsElsewhere()
    found = [context.telemetry.text()]
    try:
        found.append(await context.read(context.ledger.metrics()))
        up = b"1"
    except Refusal:
        up = b"0"
    found.append(
        b"# HELP zhulian_ledger_up Whether the ledger process answers.\n# TYPE zhulian_ledger_up gauge\nzhulian_ledger_up "
    )
    return Response(b"".join([*found, up, b"\n"]), media_type=CONTENT_TYPE_PLAIN_0_0_4)


def _is_loopback(request: Request) -> bool:
    if request.client is None:
        return True  # a Unix socket
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
