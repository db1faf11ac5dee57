"""EPCIS 2.0 documents in and out, and the way of things from the chain (modules/trace/README.md)."""
