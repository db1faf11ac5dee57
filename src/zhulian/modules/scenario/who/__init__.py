"""Who may act: which party is which signatory, whose signatures and officers count, and who signed earlier."""
