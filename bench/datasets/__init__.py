"""Image data sets: one loader for the Hugging Face Hub, for local folders in the Hub's layout and for bundled sets."""
