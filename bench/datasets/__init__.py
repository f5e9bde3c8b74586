"""Image sets for clustering: one loader for the Hugging Face Hub, local folders in its layout and bundled sets."""
