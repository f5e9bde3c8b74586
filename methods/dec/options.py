"""The options of `dec` and of the methods that share its autoencoder."""

from typing import Literal

from methods.options import ClustererOptions, argument, of_preset, option, options

MANIFOLD_INITS = ("manifold", "hidden-manifold")
"""Values of `init` that need UMAP."""
N2D_PRESET = "mcconville2021"
"""The preset with the autoencoder of `n2d`."""
RANGES = ("shift", "rotation", "zoom", "shear", "flip", "intensity", "crop")
"""The options that say how much augmented images are changed."""
AMOUNTS = (*RANGES, "padding", "check_augmentation")
"""The options that say how augmented images are changed: without augmented images, they have no effect."""

AUGMENTED_CLUSTERING = ("augment", "cluster_contrastive_weight", "cluster_triplet_weight")
"""The options that make clustering use augmented images, if they are true or above 0."""

_GUO_2017 = "Guo et al. 2017, IDEC"
_GUO_2018 = "Guo et al. 2018, DEC-DA"
_KRIZHEVSKY = "Krizhevsky et al. 2012, AlexNet"
_MCCONVILLE = "McConville et al. 2021, N2D"
_MAHON = "Mahon & Lukasiewicz 2021, SPC"
_SHA12 = "report SHA-12"
_XIE = "Xie et al. 2016"


@options
class PretrainingOptions(ClustererOptions):
    """The options of the autoencoder and its pretraining.

    The options that are `--param` parameters determine the pretrained weights, together with data, preset, latent size,
    seed, device and precision.
    """

    preset: str = argument(
        "str",
        "name of a preset, see `methods.dec.presets`: a network and its training; a table has no use for convolutions "
        "and gets the network mlp, with a warning",
        default="sha12",
    )
    latent_dim: int | None = option(None, "size of the code; none: the preset's own", low=1, provided=True)
    image_shape: tuple[int, int, int] | None = argument(
        "tuple (height, width, channels) or None",
        "shape of images whose rows are flattened; none: an X with two dimensions is a table, an X with three or four "
        "has its own shape",
        default=None,
    )
    device: str = argument(
        "str", "auto, cpu, cuda, cuda:1 or mps; auto is the fastest device of the machine", default="auto"
    )
    pretrained: str | None = argument(
        "str or None",
        "path of a file of pretrained weights that `pretrain` has written; none: `fit` pretrains",
        default=None,
    )

    pretrain_epochs: int = of_preset(50, "epochs of pretraining, at most", low=0, source=_SHA12)
    pretrain_steps: int = of_preset(
        0,
        "least number of steps of pretraining: small data have so many more epochs than pretrain_epochs, unless these "
        "are 0",
        low=0,
    )
    optimizer: Literal["adam", "sgd"] = of_preset(
        "adam",
        "optimizer of both phases, unless cluster_optimizer is given; sgd: stochastic gradient descent with momentum",
        source=f"Kingma & Ba 2015 (adam); {_XIE} (sgd)",
    )
    momentum: float = of_preset(0.9, "momentum of sgd", low=0, high=1, high_included=False, source=_XIE)
    lr: float = of_preset(
        1e-3, "learning rate of both phases, unless cluster_lr is given", low=0, low_included=False, source=_SHA12
    )
    lr_schedule: Literal["constant", "one-cycle", "step"] = of_preset(
        "constant",
        "how the learning rate changes during a phase; one-cycle: it rises to lr in the first three tenths of the "
        "phase, then it falls to zero; step: it is divided by 10 after every lr_step steps of pretraining, and it is "
        "constant in clustering",
        source=f"Smith & Topin 2019 (one-cycle); {_XIE} (step)",
    )
    lr_step: int = of_preset(
        20_000, "number of steps until the learning rate is divided by 10, with lr_schedule=step", low=1, source=_XIE
    )
    input_scale: Literal["unchanged", "unit"] = of_preset(
        "unchanged",
        "factor of all features before the network; unit: one number, with which the mean of their squares over the "
        "training data is 1; reconstruction losses are those of the scaled features",
        source=f"{_XIE}, section 4",
    )
    batch_size: int = of_preset(256, "number of samples in a training step", low=1)
    weight_decay: float = of_preset(
        1e-4, "L2 penalty on the weights of convolutions and dense layers", low=0, source=_SHA12
    )
    dropout: float = of_preset(
        0.3, "share of the code's values that training sets to zero", low=0, high=1, high_included=False, source=_SHA12
    )
    augment_pretraining: bool = of_preset(
        False, "whether pretraining uses augmented images; a contrastive loss always uses them", source=_GUO_2018
    )
    shift: float = of_preset(
        0.1, "largest shift of augmented images, as a share of their sides", low=0, high=0.5, source=_GUO_2018
    )
    rotation: float = of_preset(
        10.0, "largest rotation of augmented images, in degrees", low=0, high=180, source=_GUO_2018
    )
    zoom: float = of_preset(
        0.0, "largest change of size of augmented images, as a share", low=0, high=1, high_included=False
    )
    shear: float = of_preset(0.0, "largest shear of augmented images, in degrees", low=0, high=45)
    flip: float = of_preset(
        0.0, "share of augmented images that are mirrored, left to right", low=0, high=0.5, source=_KRIZHEVSKY
    )
    intensity: float = of_preset(
        0.0,
        "largest change of the exponent γ with which augmented images replace each pixel x, from 0 to 1, by x^γ; 0.5: "
        "from 1/1.5 to 1.5",
        low=0,
        high=9,
        source="Isensee et al. 2021, nnU-Net",
    )
    crop: float = of_preset(
        0.0,
        "largest share of the area that is cut off augmented images; the rest, of at most the ratio 4/3, is enlarged "
        "to the whole image",
        low=0,
        high=1,
        high_included=False,
        source="Szegedy et al. 2015, GoogLeNet; Chen et al. 2020, SimCLR",
    )
    padding: Literal["border", "reflection", "auto"] = of_preset(
        "border",
        "what moved images show outside their sides; border: their outermost pixels; reflection: themselves, mirrored; "
        "auto: border if the outermost pixels are alike in 95 % of the images, else reflection",
        source=f"{_GUO_2018} (border); this project (auto)",
    )
    check_augmentation: bool = of_preset(
        False,
        "whether each range, from shift to crop, is tried on the images without labels, and halved or left out if it "
        "moves most of them out of their neighbourhood; the fit then warns",
    )
    contrastive_weight: float = of_preset(
        0.0,
        "weight of the contrastive loss of two augmented views in pretraining; 0: one view, no contrastive loss",
        low=0,
        source="Chen et al. 2020, SimCLR",
    )
    patience: int | None = option(
        None,
        "pretraining stops after this many epochs without a lower loss on held-out samples; none: it never stops early",
        low=1,
        source="Prechelt 1998",
    )
    validation_fraction: float = option(
        0.1,
        "share of the samples that is held out, if patience is given",
        low=0,
        high=1,
        low_included=False,
        high_included=False,
    )


@options
class AEKMeansOptions(PretrainingOptions):
    """The options of `ae-kmeans`."""

    n_init: int = option(20, "restarts of K-Means on the codes", low=1, source=_XIE)


@options
class AEGMMOptions(PretrainingOptions):
    """The options of `ae-gmm`."""

    n_init: int = option(5, "restarts of the Gaussian mixture on the codes", low=1)


@options
class HiddenLayerOptions(PretrainingOptions):
    """The options of the methods that map a hidden layer of the encoder."""

    hidden_resolution: int | None = of_preset(
        None,
        "largest size of the hidden layer that UMAP maps, in a convolutional encoder: the first block from the middle "
        "on whose maps have at most so many rows and columns, or the last block; with 8 in preset consensus, maps are "
        "2 × 2 for images of 8 × 8, 7 × 7 for 28 × 28, and 8 × 8 for 32 × 32 and 64 × 64; without a size and in a "
        "dense encoder, it is the block in the middle",
        low=1,
    )


@options
class UMAPGMMHiddenOptions(HiddenLayerOptions):
    """The options of `umap-gmm-hidden`."""

    n_init: int = option(5, "restarts of the Gaussian mixture on the map", low=1)


@options
class N2DOptions(PretrainingOptions):
    """The options of `n2d`, whose autoencoder is its own."""

    preset: str = argument(
        "str", "name of the preset with the network and its training; the default is the paper's", default=N2D_PRESET
    )
    latent_dim: int | None = option(
        None, "size of the code; none: n_clusters", low=1, provided=True, source=_MCCONVILLE
    )
    n_init: int = option(1, "restarts of the Gaussian mixture on the map", low=1, source=_MCCONVILLE)


@options
class DECOptions(HiddenLayerOptions):
    """The options of `dec`."""

    n_init: int = option(20, "restarts of K-Means on the codes, with init=kmeans", low=1, source=_XIE)
    init: Literal["kmeans", "gmm", "manifold", "hidden-manifold"] = of_preset(
        "kmeans",
        "how the first clusters are found; kmeans: K-Means on the codes; gmm: a Gaussian mixture on the codes; "
        "manifold: a mixture on the UMAP of the codes; hidden-manifold: a mixture on the UMAP of the block of the "
        "encoder that hidden_resolution names",
        source=f"{_XIE} (kmeans); McConville et al. 2021, N2D (manifold); this project (gmm, hidden-manifold)",
    )
    n_starts: int = of_preset(
        1, "number of times a mixture computes the first clusters; the most typical result of 3 or more is used", low=1
    )
    n_networks: int = of_preset(
        1,
        "number of autoencoders, each pretrained and trained from its own random weights; at the end, the first learns "
        "what all of them agree on, and the others are not kept",
        low=1,
        source=_MAHON,
    )
    vote_epochs: int = of_preset(
        0,
        "number of epochs at the end, with several n_networks: clusters are found once more in each network, and the "
        "first network learns the clusters of the samples on which all networks agree",
        low=0,
        source=_MAHON,
    )
    input_starts: int = of_preset(
        0,
        "number of further clusterings that show whether the first clusters of a network disagree with the others: "
        "mixtures on the UMAP of 50 principal components of the samples themselves",
        low=0,
        source=_MAHON,
    )
    umap_neighbors: int = of_preset(
        20, "neighbours of a sample in the graph of UMAP, with init=manifold and init=hidden-manifold", low=2
    )
    umap_neighbor_share: float = of_preset(
        0.0,
        "least number of neighbours in the graph of UMAP, as a share of the samples that it maps; 0: umap_neighbors "
        "for any number of samples",
        low=0,
        high=1,
    )
    umap_samples: int | None = of_preset(
        None,
        "number of drawn samples that UMAP maps; each of the others gets the cluster of most of its 10 nearest drawn "
        "samples in the space that UMAP maps; none: all samples",
        low=10,
    )
    rounds: int = of_preset(
        1,
        "number of times the first clusters are computed, each time from the latest network; every round but the last "
        "has warmup_epochs epochs",
        low=1,
        source="Caron et al. 2018, DeepCluster",
    )
    epochs: int = of_preset(30, "epochs of clustering, at most", low=0, source=_SHA12)
    cluster_steps: int = of_preset(
        0,
        "least number of steps of the last round: small data have a multiple of epochs, warmup_epochs and vote_epochs, "
        "unless epochs is 0",
        low=0,
    )
    cluster_optimizer: Literal["adam", "sgd"] | None = of_preset(
        None, "optimizer of clustering, if it differs from optimizer", source=_GUO_2017
    )
    cluster_lr: float | None = of_preset(
        None, "learning rate of clustering, if it differs from lr", low=0, low_included=False, source=_XIE
    )
    cluster_dropout: float | None = of_preset(
        None,
        "share of the code's values that clustering sets to zero, if it differs from dropout",
        low=0,
        high=1,
        high_included=False,
    )
    warmup_epochs: int = of_preset(
        0, "number of epochs, at the start of each round, in which the first clusters are the target", low=0
    )
    code_scale: float = of_preset(
        0.0,
        "root mean squared distance of the codes from their mean at the start of each round; 0: it is not changed",
        low=0,
    )
    augment: bool = of_preset(
        False,
        "whether clustering uses augmented images; its targets always come from the original images; a contrastive or "
        "triplet loss in clustering always uses them",
        source=_GUO_2018,
    )
    kl_weight: float = of_preset(0.5, "λ, the weight of KL(P‖Q)", low=0, source=f"{_GUO_2017}; {_SHA12}")
    reconstruction_weight: float = of_preset(
        1.0, "weight of the reconstruction loss during clustering; 0: the original DEC", low=0, source=_GUO_2017
    )
    cluster_contrastive_weight: float = of_preset(
        0.0,
        "weight of the contrastive loss of two augmented views in clustering; 0: no contrastive loss",
        low=0,
        source=f"Chen et al. 2020, SimCLR; {_SHA12}, section 4.3",
    )
    cluster_triplet_weight: float = of_preset(
        0.0,
        "weight of the triplet loss in clustering: of two augmented views of an image, and an image of another "
        "cluster; 0: no triplet loss",
        low=0,
        source=f"Schroff et al. 2015, FaceNet; {_SHA12}, section 4.3",
    )
    triplet_margin: float = of_preset(
        0.2,
        "margin of the triplet loss, as a squared distance between codes of length 1",
        low=0,
        high=4,
        low_included=False,
        source="Schroff et al. 2015, FaceNet",
    )
    update_interval: int | None = of_preset(
        None, "number of steps between two updates of P, if it is not one epoch", low=1, source=_XIE
    )
    tol: float = of_preset(
        1e-3,
        "clustering stops if a smaller share of the labels changed between two updates; only with a constant lr",
        low=0,
        high=1,
        source=_XIE,
    )
    target_power: float = of_preset(
        2.0,
        "power of q in P in the first epoch of clustering; the paper has 2",
        low=1,
        high=10,
        source=f"{_XIE}, Eq. 3",
    )
    final_target_power: float | None = of_preset(
        None, "power of q in P in the last epoch, if it differs from target_power", low=1, high=10
    )
    balance: bool = of_preset(
        True, "whether P is divided by the sizes of the clusters, as in the paper", source=f"{_XIE}, Eq. 3"
    )
    equal_sizes: bool = of_preset(
        False,
        "whether P, instead of the division by the sizes of the clusters, is scaled until all clusters have the same "
        "total; this assumes clusters of equal size",
        source="Asano et al. 2020, SeLa; Caron et al. 2020, SwAV",
    )
    target_neighbors: int = of_preset(
        0,
        "number of nearest samples of a sample; P is computed from the mean of their soft assignments and its own. The "
        "nearest samples are found once for each network, before the last round: in 50 principal components of the "
        "block that hidden_resolution names with init=hidden-manifold, else among the codes; 0: P is computed from the "
        "sample alone",
        low=0,
        source="Van Gansbeke et al. 2020, SCAN; Adaloglou et al. 2023, TEMI",
    )
    final_assignment: Literal["argmax", "kmeans"] = option(
        "argmax",
        "how samples get their final labels; argmax: by the largest soft assignment; kmeans: by K-Means on the codes",
        source=f"{_XIE} (argmax); {_SHA12} (kmeans)",
    )
    keep_labels: bool = option(False, "whether the labels of each update are kept, with the time, in `trace_`")
