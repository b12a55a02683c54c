"""Tables of uploaded files: checked at upload, loaded into the DataStore by a worker, shown with how they were read."""
