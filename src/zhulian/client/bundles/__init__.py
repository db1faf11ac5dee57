"""Evidence bundles: made from a running chain, verified without one."""
