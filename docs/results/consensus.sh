#!/bin/sh
# Runs the preset consensus of dec beside baselines on seven data sets.
#
#     sh docs/results/consensus.sh
#
# Run it from the top folder of the project, with the environment of the project active. It writes one folder in results for
# each data set. If you run it again, it makes only the missing cells. A cell is one fit to be made: a method, its
# configuration and one seed. data/ has the data sets in the Hub's layout, except digits; multiple_features.py makes one of
# them. The variable OPTIONS is added to every command, for example "--threads 1 --jobs 2".
set -e

# Arguments: name of the results folder, data set, further options…
bench() {
    name=$1 data=$2
    shift 2
    python -m bench run --methods dec,umap-gmm-hidden,umap-gmm,ae-kmeans,pca-kmeans,kmeans --preset consensus \
        --dataset "$data" --seeds 5 --name "$name" "$@" $OPTIONS
}

bench digits-consensus digits
bench multiple-features-consensus data/multiple-features
bench fashion-consensus data/fashion-mnist-20k
bench mnist-600-6000 data/mnist --class-sizes 600:6000
bench mnist-consensus data/mnist
