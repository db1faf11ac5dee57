"""Actions as Python functions whose source is generated from the typed tree; `README.md` says what they may and may not do."""
