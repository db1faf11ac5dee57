"""The edge: takes what devices sign over MQTT and HTTP, keeps it on disk, and carries their batches to the chain.

It stands at the devices, not at a node, and reaches the chain as any client does. What it keeps can be taken away or delayed, but
not changed without notice: readings and batches are signed by the devices (src/zhulian/edge/README.md).
"""
