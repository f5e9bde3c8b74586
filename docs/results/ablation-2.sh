#!/bin/sh
# Measures the effect of each part of the preset consensus, on 10,000 images of MNIST and of Fashion-MNIST, with three seeds.
#
#     sh docs/results/ablation-2.sh
#
# Run it from the top folder of the project, with the environment of the project active. It writes the results folders
# mnist-alone, mnist-without, fashion-alone and fashion-without in results/ablation-2. If you run it again, it makes only the
# missing cells. A cell is one fit to be made: a method, its configuration and one seed. data/mnist and data/fashion-mnist-20k
# have the images in the Hub's layout. The variable OPTIONS is added to every command, for example "--threads 1 --jobs 2".
set -e

# Arguments: name of the results folder, method, preset, option=value…; --limit draws the same images every time.
bench() {
    name=$1 method=$2 preset=$3
    shift 3
    for setting in "$@"; do
        set -- "$@" --param "$method.$setting"
        shift
    done
    python -m bench run --methods "$method" --dataset "$data" --limit 10000 --seeds 3 --results-dir results/ablation-2 \
        --name "$short-$name" --preset "$preset" "$@" $OPTIONS
}

# flagship with the epochs of consensus.
base="pretrain_epochs=3 pretrain_steps=800 rounds=2 warmup_epochs=12 epochs=12"
for short in mnist fashion; do
    data=data/mnist
    [ $short = mnist ] || data=data/fashion-mnist-20k

    # consensus, and consensus without one part, or with one part replaced. With 16 epochs, four of them have the target P.
    bench without dec consensus
    bench without umap-gmm-hidden consensus
    bench without dec consensus rotation=10 shear=10 zoom=0.1
    bench without dec consensus n_networks=1 vote_epochs=0 input_starts=0
    bench without dec consensus input_starts=0
    bench without dec consensus epochs=16
    bench without dec consensus rounds=1
    bench without dec consensus pretrain_steps=0
    bench without dec consensus umap_samples=5000

    # One more part. In the last rows, parts that consensus does not have.
    bench alone dec flagship $base
    bench alone umap-gmm-hidden flagship $base
    bench alone dec flagship $base rotation=15 shear=15 zoom=0.15
    bench alone dec flagship $base n_networks=3 vote_epochs=6
    bench alone dec flagship $base n_networks=3 vote_epochs=6 input_starts=1
    bench alone dec flagship $base umap_neighbor_share=0.005
    bench alone dec flagship $base epochs=16
    bench alone dec flagship $base epochs=16 target_neighbors=10
    bench alone dec flagship $base epochs=16 equal_sizes=true
    bench alone dec flagship $base flip=0.5 check_augmentation=true
    bench alone dec flagship $base padding=reflection
    bench alone dec flagship $base intensity=0.3
    bench alone dec flagship $base crop=0.2
done
