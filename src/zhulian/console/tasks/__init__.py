"""What waits for a visitor: votes, signatures, records in hand, requests, reviews, decisions of the desk, certificates that run out."""
