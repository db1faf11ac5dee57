"""Supervision from the client's side: the gallery's packs, alerts, cases, what the regulator did, and sandboxes."""
