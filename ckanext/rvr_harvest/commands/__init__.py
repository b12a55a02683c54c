"""The commands of `ckan rvr-harvest`, by what they are about."""
