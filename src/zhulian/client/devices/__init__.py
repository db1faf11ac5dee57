"""Devices: what they sign, and how their organisation enrols, calibrates and retires them (modules/device/README.md)."""
