"""What several organisations read outside, each signed by its reader, and the one value in which enough of them agree."""
