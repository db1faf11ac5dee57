"""How instances are opened, who takes part in them, and how they follow a later version of their definition."""
