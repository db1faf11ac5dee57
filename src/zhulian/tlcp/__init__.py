"""TLCP (GB/T 38636) in front of the gateway: a process of its own, off by default, on a library whose base is at its end of life."""
