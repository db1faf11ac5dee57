"""One-use tickets: a holder's offline consent to one named use by one named agency, burnt on chain when used."""
