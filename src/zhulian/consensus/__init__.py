"""The seam between a ledger and the engine that orders its transactions; `solo` is the embedded engine."""
