"""Scenario packs: one folder for each scenario, with its `scenario.yaml` and, in `files`, the papers that its stories hand in."""
