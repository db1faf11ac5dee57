"""Tasks of one record that agencies do side by side within a time."""
