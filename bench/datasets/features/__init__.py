"""Features that a pretrained model computes from images or texts."""
