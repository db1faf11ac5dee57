"""Issue credentials, keep and show them, and check them without a node (modules/credential/README.md)."""
