#!/bin/sh
# Runs the preset consensus of dec beside baselines on five sets of images, and its parts without images on news texts.
#
#     sh docs/results/consensus.sh
#
# Run it from the top folder of the project, with the environment of the project active. It writes one folder in results for
# each data set. If you run it again, it makes only the missing cells. A cell is one fit to be made: a method, its
# configuration and one seed. data/ has the data sets in the Hub's layout, except digits; multiple_features.py makes one of
# them. The variable OPTIONS is added to every command, for example "--threads 1 --jobs 2".
set -e

# Arguments: name of the results folder, data set, methods, preset, further options…
bench() {
    name=$1 data=$2 methods=$3 preset=$4
    shift 4
    python -m bench run --methods "$methods" --preset "$preset" --dataset "$data" --seeds 5 --name "$name" "$@" $OPTIONS
}

baselines=umap-gmm,ae-kmeans,pca-kmeans,kmeans
images=dec,umap-gmm-hidden,$baselines
bench digits-consensus digits $images consensus
bench multiple-features-consensus data/multiple-features $images consensus
bench fashion-consensus data/fashion-mnist-20k $images consensus

# Texts are vectors, so nothing can be shifted or rotated. `umap-gmm-hidden` and the first network of `dec` are pretrained
# alike.
pretraining="pretrain_steps=800 lr=0.003 lr_schedule=one-cycle"
parts="$pretraining init=hidden-manifold n_networks=3 input_starts=1 vote_epochs=6 rounds=2 warmup_epochs=12 epochs=12
    cluster_steps=200 code_scale=0.3 kl_weight=1 reconstruction_weight=0 tol=0 umap_samples=20000"
set --
for part in $parts; do
    set -- "$@" --param "dec.$part"
done
for part in $pretraining; do
    set -- "$@" --param "umap-gmm-hidden.$part"
done
bench ag-news-consensus data/ag_news $images mlp "$@"

bench mnist-600-6000 data/mnist $images consensus --class-sizes 600:6000
bench mnist-consensus data/mnist $images consensus
