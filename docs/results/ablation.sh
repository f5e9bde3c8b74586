#!/bin/sh
# Measures the effect of each part of the preset flagship, on the first 20,000 training images of MNIST, with three seeds.
#
#     sh docs/results/ablation.sh
#
# Run it from the top folder of the project, with the environment of the project active. It writes the results folders alone,
# without, networks and contrast in results/ablation-mnist. If you run it again, it makes only the missing cells. A cell is
# one fit to be made: a method, its configuration and one seed. If the variable MNIST is a folder in the Hub's layout, the
# images of MNIST are read from there. The folder contrast uses small images of the bundled MNIST-5k. The variable OPTIONS is
# added to every command.
set -e
data=${MNIST:-mnist} split="train[:20000]" smaller=

# Arguments: name of the results folder, method, preset, option=value…
bench() {
    name=$1 method=$2 preset=$3
    shift 3
    for setting in "$@"; do
        set -- "$@" --param "$method.$setting"
        shift
    done
    python -m bench run --methods "$method" --dataset "$data" --split "$split" $smaller --seeds 3 \
        --results-dir results/ablation-mnist --name "$name" --preset "$preset" "$@" $OPTIONS
}

# Plain DEC, and plain DEC with one more part. The last rows are its possible starts, one for each value of init.
pretraining="pretrain_epochs=10"
plain="$pretraining epochs=16"
affine="zoom=0.1 shear=10"
bench alone dec doubled $plain
bench alone dec doubled $pretraining epochs=40
bench alone dec doubled $plain $affine augment=true
bench alone dec doubled $plain $affine augment_pretraining=true
bench alone dec doubled $plain $affine contrastive_weight=0.1
bench alone dec doubled $plain init=gmm
bench alone dec doubled $plain init=manifold
bench alone dec doubled $plain init=hidden-manifold
bench alone dec doubled $plain warmup_epochs=12
bench alone dec doubled $plain warmup_epochs=12 rounds=3
bench alone dec doubled $plain code_scale=0.3
bench alone dec doubled $plain lr=0.003 lr_schedule=one-cycle
bench alone dec doubled $plain kl_weight=1 reconstruction_weight=0
bench alone dec doubled $plain balance=false
bench alone dec doubled $plain final_target_power=4
bench alone dec convdec $plain
bench alone dec mlp $plain
bench alone ae-kmeans doubled $pretraining
bench alone ae-gmm doubled $pretraining
bench alone dec doubled $pretraining epochs=0 init=manifold
bench alone umap-gmm-hidden doubled $pretraining

# flagship, and flagship with one part removed or replaced. The last row is the start of flagship.
bench without dec flagship
bench without dec flagship augment=false
bench without dec flagship zoom=0 shear=0
bench without dec flagship contrastive_weight=0
bench without dec flagship contrastive_weight=0 augment_pretraining=true
bench without dec flagship init=kmeans
bench without dec flagship init=gmm
bench without dec flagship init=manifold
bench without dec flagship rounds=1
bench without dec flagship rounds=1 warmup_epochs=0
bench without dec flagship rounds=1 warmup_epochs=16
bench without dec flagship code_scale=0
bench without dec flagship lr=0.001 lr_schedule=constant
bench without dec flagship reconstruction_weight=1
bench without dec flagship balance=false
bench without dec flagship n_starts=3
bench without umap-gmm-hidden flagship

# All parts of flagship, with other networks.
bench networks dec convdec,mlp lr=0.003 lr_schedule=one-cycle contrastive_weight=0.1 $affine init=hidden-manifold rounds=3 \
    warmup_epochs=12 $plain code_scale=0.3 augment=true kl_weight=1 reconstruction_weight=0 tol=0

# A small plain DEC with a contrastive loss or a triplet loss, on fewer and smaller images. The weight of each loss is the
# weight of the contrastive loss in flagship, and the margin is the default. No other value was tried. The first command has
# plain DEC. The others have augmented images in clustering, because both losses use them.
data=mnist-5k split=all smaller="--limit 1000 --resize 14"
bench contrast dec small $affine contrastive_weight=0,0.1
bench contrast dec small $affine augment=true cluster_triplet_weight=0.1
bench contrast dec small $affine augment=true cluster_contrastive_weight=0,0.1 contrastive_weight=0,0.1
