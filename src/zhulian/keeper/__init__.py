"""A keeper of key shares: releases its share to whoever the chain says may read, re-encrypted to that reader, and signs that it has."""
