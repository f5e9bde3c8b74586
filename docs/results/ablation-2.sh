#!/bin/sh
# Measures the effect of each part of the preset consensus, on 5,000 images of MNIST and of Fashion-MNIST, with three seeds.
#
#     sh docs/results/ablation-2.sh
#
# Run it from the top folder of the project, with the environment of the project active. It writes the results folders
# mnist-alone, mnist-without, fashion-alone and fashion-without in results/ablation-2. If you run it again, it makes only the
# missing cells. A cell is one fit to be made: a method, its configuration and one seed. MNIST and FASHION are folders in the
# Hub's layout. The variable OPTIONS is added to every command, for example "--threads 1 --jobs 2".
set -e

# Arguments: name of the results folder, method, preset, option=value…; --limit draws the same images every time.
bench() {
    name=$1 method=$2 preset=$3
    shift 3
    for setting in "$@"; do
        set -- "$@" --param "$method.$setting"
        shift
    done
    python -m bench run --methods "$method" --dataset "$data" --limit 5000 --seeds 3 --no-models \
        --results-dir results/ablation-2 --name "$short-$name" --preset "$preset" "$@" $OPTIONS
}

# flagship with the epochs of consensus.
pretraining="pretrain_epochs=3 pretrain_steps=800"
rounds="$pretraining rounds=2 warmup_epochs=12"
base="$rounds epochs=12"
for short in mnist fashion; do
    data=${MNIST:-data/mnist}
    [ $short = mnist ] || data=${FASHION:-data/fashion-mnist-20k}

    # consensus, and consensus without one part, or with one part replaced. With 16 epochs, four of them have the target P.
    bench without dec consensus
    bench without umap-gmm-hidden consensus
    bench without dec consensus rotation=10 shear=10 zoom=0.1
    bench without dec consensus n_networks=1 vote_epochs=0 input_starts=0
    bench without dec consensus input_starts=0
    bench without dec consensus epochs=16
    bench without dec consensus rounds=1

    # One more part. Without the last four rows, these are parts of consensus.
    bench alone dec flagship $base
    bench alone umap-gmm-hidden flagship $pretraining
    bench alone dec flagship $base rotation=15 shear=15 zoom=0.15
    bench alone dec flagship $base n_networks=3 vote_epochs=6
    bench alone dec flagship $base n_networks=3 vote_epochs=6 input_starts=1
    bench alone dec flagship $base umap_neighbor_share=0.005
    bench alone dec flagship $rounds epochs=16
    bench alone dec flagship $rounds epochs=16 target_neighbors=10
    bench alone dec flagship $rounds epochs=16 equal_sizes=true
    bench alone dec flagship $base flip=0.5 intensity=0.3 crop=0.2 check_augmentation=true
done
