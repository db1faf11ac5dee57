"""Links to public pages that open without signing in: of a record, and of a deposit's certificate."""
