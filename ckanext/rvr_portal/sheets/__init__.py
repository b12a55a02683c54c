"""Datasets as sheets: export, import with a report before anything is written, and one field of many datasets at once."""
