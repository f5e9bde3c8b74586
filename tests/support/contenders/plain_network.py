"""The autoencoder of the preset sha12 with the layers that PyTorch's tutorials use."""

from torch import nn


def plain_network() -> nn.Sequential:
    """It has the parameters of the preset's autoencoder, in the same order. Images are (n, 1, 28, 28)."""
    return nn.Sequential(
        *(nn.Conv2d(1, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(32, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(64, 128, 3, padding=1), nn.BatchNorm2d(128), nn.ReLU(), nn.Flatten()),
        *(nn.Linear(6272, 64), nn.Dropout(0.3), nn.Linear(64, 6272), nn.Unflatten(1, (128, 7, 7))),
        *(nn.ConvTranspose2d(128, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU(), nn.Upsample(scale_factor=2)),
        *(nn.ConvTranspose2d(64, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.Upsample(scale_factor=2)),
        *(nn.ConvTranspose2d(32, 1, 3, padding=1), nn.Sigmoid()),
    )
