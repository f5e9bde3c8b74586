#!/bin/sh
# What each part of the preset flagship buys, on the first 20,000 training images of MNIST, three seeds a row:
#
#     sh docs/ablation.sh
#
# from the top of the project, its environment active, writes alone, without and networks under results/ablation-mnist.
# A second call goes on where the first stopped. MNIST=folder takes the images from a folder in the Hub's layout;
# OPTIONS are added to every command.
set -e

# table preset parameter=value…
bench() {
    name=$1 preset=$2
    shift 2
    for setting in "$@"; do
        set -- "$@" --param "dec.$setting"
        shift
    done
    python -m bench run --methods dec --dataset "${MNIST:-mnist}" --split "train[:20000]" --seeds 3 \
        --results-dir results/ablation-mnist --name "$name" --preset "$preset" "$@" $OPTIONS
}

# A plain DEC, and with one part more.
plain="pretrain_epochs=10 epochs=16"
affine="zoom=0.1 shear=10"
bench alone doubled $plain
bench alone doubled pretrain_epochs=10 epochs=40
bench alone doubled $plain $affine augment=true
bench alone doubled $plain $affine augment_pretraining=true
bench alone doubled $plain $affine contrastive_weight=0.1
bench alone doubled $plain init=gmm
bench alone doubled $plain init=manifold
bench alone doubled $plain init=hidden-manifold
bench alone doubled $plain warmup_epochs=12
bench alone doubled $plain warmup_epochs=12 rounds=3
bench alone doubled $plain code_scale=0.3
bench alone doubled $plain lr=0.003 lr_schedule=one-cycle
bench alone doubled $plain kl_weight=1 reconstruction_weight=0
bench alone doubled $plain balance=false
bench alone doubled $plain final_target_power=4
bench alone convdec $plain
bench alone mlp $plain

# All parts, and with one part less or another in its place.
bench without flagship
bench without flagship augment=false
bench without flagship zoom=0 shear=0
bench without flagship contrastive_weight=0
bench without flagship contrastive_weight=0 augment_pretraining=true
bench without flagship init=kmeans
bench without flagship init=gmm
bench without flagship init=manifold
bench without flagship rounds=1
bench without flagship rounds=1 warmup_epochs=0
bench without flagship code_scale=0
bench without flagship lr=0.001 lr_schedule=constant
bench without flagship reconstruction_weight=1
bench without flagship balance=false
bench without flagship n_starts=3

# All parts with another network.
bench networks convdec,mlp lr=0.003 lr_schedule=one-cycle contrastive_weight=0.1 $affine init=hidden-manifold rounds=3 \
    warmup_epochs=12 $plain code_scale=0.3 augment=true kl_weight=1 reconstruction_weight=0 tol=0
