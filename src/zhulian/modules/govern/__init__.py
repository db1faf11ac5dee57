"""What the members decide by vote, and the rules that follow for every block."""
