"""Turn raw JSON in a data lake into partitioned tables."""
