"""Registering records from spreadsheets: a plan says which column is which input, a dry run names each bad row, a run can go on."""
