"""How fast this machine signs, verifies and hashes: `python benchmarks/crypto.py [seconds]` prints JSON."""

from zhulian.assure.bench_crypto import main

main()
