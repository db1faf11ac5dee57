"""Sandboxes: a definition and desensitised state of an instance, copied into a throw-away chain that proves nothing elsewhere."""
