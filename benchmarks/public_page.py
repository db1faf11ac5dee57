"""How long the gateway takes for a public page, and what it weighs: `python benchmarks/public_page.py ADDRESS`.

ADDRESS is what `zhulian link record` prints. The times are those of whole answers over one line on this machine; the weight is that of the page
with all that it names, packed, as a browser fetches it the first time.
"""

import argparse
import json
import re
import time
from urllib.parse import urlsplit

import httpx

_ROUNDS = 300


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    address = parser.parse_args().address
    base = "{0.scheme}://{0.netloc}".format(urlsplit(address))
    with httpx.Client(headers={"Accept-Encoding": "gzip"}) as http:
        page = http.get(address).raise_for_status()
        named = [base + each for each in re.findall(r'(?:src|href)="(/assets/[^"]+)"', page.text)]
        weights = {each: _weight(http, each) for each in (address, *named, f"{base}/v1/genesis")}
        times = sorted(_timed(http, address) for _ in range(_ROUNDS))
    told = {
        "p50_ms": round(times[_ROUNDS // 2], 2),
        "p99_ms": round(times[_ROUNDS * 99 // 100], 2),
        "page_bytes": weights[address],
        "whole_bytes": sum(weights.values()),
        "verifier_bytes": weights[f"{base}/assets/verifier.js"],
    }
    print(json.dumps(told, indent=2))


def _weight(http: httpx.Client, address: str) -> int:
    with http.stream("GET", address) as answer:
        return len(b"".join(answer.iter_raw()))


def _timed(http: httpx.Client, address: str) -> float:
    began = time.perf_counter()
    http.get(address).raise_for_status()
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
