"""Tables in files: what kind of file it is, how its text is written, what its columns mean, what is wrong with it."""
