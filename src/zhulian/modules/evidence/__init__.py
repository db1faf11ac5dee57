"""Deposits of files, by commitment, digest or batch, with witnesses and withdrawals."""
