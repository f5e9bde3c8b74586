"""This machine: processor, memory, threads, signals."""
