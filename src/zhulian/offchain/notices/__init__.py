"""Notices: tasks, alerts and expiries reach people by mail and through gateways for SMS and messengers."""
