"""The index process of a home, with what its keys open: descriptors that the vaults keep sealed for this home's organisations."""
