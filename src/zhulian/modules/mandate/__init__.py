"""The regulator's written mandate at work: what is frozen, by whom, under which document and until when."""
