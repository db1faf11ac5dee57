"""A running node: storage, admission, signature workers, and the processes that make one node out of them.

One busy thread per process, a process per role (see `supervisor`). Nothing here decides what is valid; that is the
ledger's. Here is decided only what a machine can bear and in which order it works.
"""
