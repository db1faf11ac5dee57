"""Runs CometBFT beside the ledger process: finds or builds it, writes its folder, starts, watches and ends it."""
