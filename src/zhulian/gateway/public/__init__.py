"""Pages that open without signing in, by a code that nobody can guess: what the code holds, and what is shown of a record."""
