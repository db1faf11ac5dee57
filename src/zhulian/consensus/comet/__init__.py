"""The engine for many organisations: CometBFT drives the application through ABCI 2.0, and headers are sealed in SM2."""
