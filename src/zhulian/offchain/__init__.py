"""What stands beside a node and never takes part in consensus: search, delivery to people and programmes, and what they read."""
