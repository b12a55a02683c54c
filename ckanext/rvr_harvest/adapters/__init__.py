"""Adapters: one module for each kind of portal. Each yields pages of records and says at the end how complete it was."""
