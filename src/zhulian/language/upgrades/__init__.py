"""How a version of a definition follows another: whether every record finds its way, shown on the two trees alone."""
