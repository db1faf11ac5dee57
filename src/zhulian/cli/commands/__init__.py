"""One module for each command or group of commands; each is imported only when it is called."""
