"""Statistics of seeds, of pairs of rows and of pairs of partitions. Imports no other module of the project."""
