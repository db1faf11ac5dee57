"""What a freeze by the regulator keeps from happening in applications."""
