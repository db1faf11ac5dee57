"""The engine: what an action of a definition does to records, assets and everything else that it names."""
