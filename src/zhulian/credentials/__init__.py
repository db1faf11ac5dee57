"""Verifiable credentials off the chain: SD-JWT (RFC 9901), Token Status List, DID documents. Nothing here asks a node or reads a clock."""
