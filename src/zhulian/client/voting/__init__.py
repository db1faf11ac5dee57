"""What voters, trustees and observers of a secret vote do on their own machines (modules/ballot/README.md)."""
