"""The search index: SQL tables that follow the ledger, in a process of their own, and say the height that they have reached.

Nothing in it is evidence. Whoever searches checks what comes back against the chain (`zhulian.client.searching`).
"""
