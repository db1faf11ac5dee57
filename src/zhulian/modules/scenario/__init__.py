"""The scenario module: definitions on chain, instances of them, and every action that their rules allow."""
