"""Deep Embedded Clustering: a convolutional autoencoder whose codes are drawn towards cluster centres."""
