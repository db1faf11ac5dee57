"""Devices and what they measure: keys, calibration, and signed batches of readings in which every gap shows."""
