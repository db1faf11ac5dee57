"""The web console: everything that the platform does, in a browser, in Chinese and English."""
