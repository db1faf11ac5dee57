"""The scenario language: what a definition says, whether it is sound, and what it means. Pure; knows no module by name."""
