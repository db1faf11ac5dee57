"""What stands beside a node and never takes part in consensus: the vault, search, delivery to people and programmes, and what they read."""
