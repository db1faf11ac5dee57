"""Web capture: a page as a real browser saw it, with whatever shows how it was collected, in one bundle."""
