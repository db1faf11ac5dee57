"""What happens at its time: the queue of due times, when records are put into it, and what runs out of it."""
