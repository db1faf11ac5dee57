"""An organisation's reader: reads a web page or a database as a source says, and signs what it read (modules/oracle/README.md).

It stands beside the node of a home that has a `sources.toml`, and reads when somebody asks on the chain, or by the clock.
"""
