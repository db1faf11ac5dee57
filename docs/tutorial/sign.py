"""Signs the body in a file; the key never leaves this machine."""

import json
import sys

from zhulian.client import connect
from zhulian.client.body import sign_body

with connect("http://127.0.0.1:8420") as chain:
    body = json.load(open(sys.argv[1]))["body"]
    signers = [chain.core.find_identity(name) for name in body["signers"]]
    sys.stdout.buffer.write(sign_body(chain.core.hasher, body, signers).envelope)
