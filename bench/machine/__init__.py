"""This machine: its processor, memory, threads and signals, and the version of the code on it."""
