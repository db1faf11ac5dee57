"""The command `zhulian`: thin over the client, in two languages, quick to start."""
