"""What contributors and observers of a draw do on their own machines (modules/fair/README.md)."""
