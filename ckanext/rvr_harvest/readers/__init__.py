"""Readers: one module for each format of records. Each turns a record into a dataset dict, and knows no portal."""
