"""Requests for data: kept, limited, and brought to the publisher by mail."""
