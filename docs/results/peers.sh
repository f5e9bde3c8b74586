#!/bin/sh
# Clusters the 5,000 digits of mnist-5k with classes of other packages and with this project.
#
#     make peers
#
# or, with the packages of requirements-peers.lock installed, the environment active and from the top folder of the
# project: sh docs/results/peers.sh [PART…]. It writes the results folders defaults and equal in results/peers-mnist-5k. If
# you run it again, it makes only the missing cells. A cell is one fit: a method, its configuration and one seed. Two cells
# run at once, each with one thread. SEEDS=2 makes two seeds of each row. OPTIONS is added to every command.
set -e

# Arguments: name of the results folder, number of seeds, options…
bench() {
    name=$1 seeds=${SEEDS:-$2}
    shift 2
    TQDM_DISABLE=1 PYTHONPATH=docs/results python -m bench run --dataset mnist-5k --seeds "$seeds" --jobs 2 --threads 1 \
        --no-models --results-dir results/peers-mnist-5k --name "$name" "$@" $OPTIONS
}

# The defaults of each class: only the number of clusters and the seed are given. A fit takes less than a minute.
quick() {
    ours=dec,umap-gmm-hidden,umap-gmm,som,kmeans
    bench defaults 10 --methods $ours,mini-batch-kmeans,agglomerative,gaussian-mixture,bisecting,birch,hdbscan,torchsom \
        --alias mini-batch-kmeans=sklearn.cluster:MiniBatchKMeans --alias agglomerative=sklearn.cluster:AgglomerativeClustering \
        --alias gaussian-mixture=sklearn.mixture:GaussianMixture --alias bisecting=sklearn.cluster:BisectingKMeans \
        --alias birch=sklearn.cluster:Birch --alias hdbscan=hdbscan:HDBSCAN --alias torchsom=peers:TorchSOM
}

# Equal network, epochs, batches, learning rates and loss weights: peers.py has them. A fit takes some minutes.
equal() {
    bench equal 3 --methods our-dec,clustpy-dec,our-idec,clustpy-idec \
        --alias our-dec=peers:EqualDEC --alias clustpy-dec=peers:EqualClustPyDEC \
        --alias our-idec=peers:EqualIDEC --alias clustpy-idec=peers:EqualClustPyIDEC
}

# The defaults of ClustPy's classes. A fit takes some minutes.
clustpy() {
    bench defaults 3 --methods clustpy-dec,clustpy-idec,clustpy-dcn,clustpy-n2d --alias clustpy-dec=peers:DEC \
        --alias clustpy-idec=peers:IDEC --alias clustpy-dcn=peers:DCN --alias clustpy-n2d=peers:N2D
}

for part in ${*:-quick equal clustpy}; do
    "$part"
done
