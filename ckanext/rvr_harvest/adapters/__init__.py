"""Adapters: one module for each kind of portal. Each yields pages of records and says how complete it was."""
