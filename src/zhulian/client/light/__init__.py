"""The light client: reads state with proof from nodes that it does not trust, and no older than it was told to accept."""
