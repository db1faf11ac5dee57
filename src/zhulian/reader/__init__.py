"""An organisation's reader: reads a web page or a database as a source says, and signs what it read (modules/oracle/README.md)."""
