"""The HTTP edge of a node: REST under /v1, an event stream, an API page and a small root page.

It relays signed bytes to the ledger process (`ledger.Ledger`) and holds no state of its own. See README.md.
"""
