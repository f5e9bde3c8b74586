#!/bin/bash
# Measures this project on a GPU in less than ten minutes, on a machine without a network:
#
#     make gpu-wheels                       on a machine with a network
#     bash tests/gpu/check.sh DATA OUT      on the machine with the GPU, from a copy of the project
#
# DATA is a folder with all of MNIST in the Hub's layout (Parquet files). OUT gets gpu.md (the tables), gpu.csv (each turn),
# gpu.json (the stages, the ceilings, the versions), log.txt, mnist-gpu.md (the table of the runs) and runs.tar.gz (their
# records). The machine needs Python 3.11 or newer with torch, numpy, scikit-learn, numba and pyarrow; packages that it
# lacks come from the folder .gpu-wheels. Each stage has its own time limit and keeps its numbers at once, so a stage that
# fails or is stopped loses only its own.
#
# Variables: DEVICE (cuda; `cpu` for a rehearsal), SCALE (1; `0.02` does a fiftieth of the work), MINUTES (9.5: no stage
# runs longer), PATIENCE (1; every limit is multiplied by it, for a slow machine), ONLY (the
# names of the stages to run, such as "training map"; all without it), PYTHON (python3).
set -u

if [ $# -ne 2 ] || [ ! -d "$1" ]; then
    echo "usage: bash tests/gpu/check.sh DATA OUT; DATA is a folder with all of MNIST in the Hub's layout" >&2
    exit 2
fi
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$2" || exit 2
data=$(cd "$1" && pwd)
OUT=$(cd "$2" && pwd)
WORK=$(mktemp -d)
DEVICE=${DEVICE:-cuda}
SCALE=${SCALE:-1}
python=${PYTHON:-python3}
case $python in */*) python=$(cd "$(dirname "$python")" && pwd)/$(basename "$python") ;; esac
log=$OUT/log.txt
end=$(awk "BEGIN { print int(${MINUTES:-9.5} * 60) }")
export OUT WORK DEVICE SCALE
export DEC_BENCH_CACHE=$WORK/cache PYTHONUNBUFFERED=1 PYTHONPYCACHEPREFIX=$WORK/bytecode
export PYTHONPATH=$root:$root/tests/support:$WORK/site
export CUBLAS_WORKSPACE_CONFIG=:4096:8 # before CUDA starts: same seed, same bits
export TEARDOWN_CUPTI=0 # CUDA graphs after a profile can crash if the profiler's library was unloaded
trap 'rm -rf "$WORK"' EXIT
cd "$root" || exit 2
failed=

# stage NAME LIMIT COMMAND…: runs the command for at most LIMIT seconds, and keeps how it ended.
stage() {
    local name=$1 limit=$2 left=$((end - SECONDS)) begin=$SECONDS status
    shift 2
    case " machine data ${ONLY:-$name} " in *" $name "*) ;; *) return 0 ;; esac
    limit=$((limit * ${PATIENCE:-1}))
    [ "$limit" -le "$left" ] || limit=$left
    if [ "$limit" -lt 5 ]; then
        "$python" -m gpu_check.stages "$name" "had no time left" 0 "$limit" ""
        failed="$failed $name;"
        return 1
    fi
    echo "=== $name ===" | tee -a "$log"
    timeout --signal=INT --kill-after=5 "$limit" "$@" > "$WORK/printed" 2>&1 < /dev/null
    status=$?
    cat "$WORK/printed" >> "$log"
    "$python" -m gpu_check.stages "$name" "$status" $((SECONDS - begin)) "$limit" "$WORK/printed" 2>> "$log"
    "$python" -m gpu_check.report "$OUT" 2>> "$log"
    tail -n 1 "$WORK/printed"
    [ $status -eq 0 ] || failed="$failed $name;"
    return $status
}

# share NUMBER LEAST: a number of epochs at this scale.
share() {
    awk "BEGIN { n = int($1 * $SCALE + 0.5); print (n < $2 ? $2 : n) }"
}

# fits NAME LIMIT PRESET SEED [OPTION…]: one whole fit by `bench run`; the table of all fits so far.
fits() {
    local name=$1 limit=$2 preset=$3 seed=$4 status
    shift 4
    stage "$name" "$limit" env -C "$WORK" "$python" -m bench run --dataset mnist.npz --methods dec --preset "$preset" \
        --seeds "$seed," --name mnist-gpu --results-dir results --device "$DEVICE" --no-models "${few[@]}" "$@"
    status=$?
    [ -d "$WORK/results/mnist-gpu" ] || return $status
    "$python" -m gpu_check.runs "$WORK/results/mnist-gpu" >> "$log" 2>&1
    "$python" -m gpu_check.report "$OUT" 2>> "$log"
    [ -e "$WORK/results/mnist-gpu/table.md" ] && cp "$WORK/results/mnist-gpu/table.md" "$OUT/mnist-gpu.md"
    tar -czf "$OUT/runs.tar.gz" -C "$WORK/results" --exclude='*.npz' --exclude=models --exclude=assignments \
        --exclude=locks mnist-gpu
    return $status
}

# need NAME LIMIT COMMAND…: a stage without which there is nothing to measure.
need() {
    stage "$@" && return
    tail -n 1 "$WORK/printed" >&2
    exit 1
}

install_and_look() {
    "$python" -m gpu_check.wheels install "$root/.gpu-wheels" "$WORK/site" && "$python" -m gpu_check.machine
}
export -f install_and_look
export python root

need machine 90 bash -c install_and_look
need data 60 "$python" -m gpu_check.images "$data"
few=()
[ "$SCALE" = 1 ] || few=(--limit "$("$python" -c 'from gpu_check import images, machine
print(images.count(machine.Check.of_environment()))')")
stage ceilings 60 "$python" -m gpu_check.ceilings
mapfile -t files < <(grep -rlE --include='test_*.py' 'mark\.cuda\b' tests/methods tests/bench)
stage tests 120 "$python" -m pytest -m cuda -q -p no:cacheprovider \
    -o addopts="--import-mode=importlib --strict-markers -ra" "${files[@]:-tests/methods/test_device.py}"
stage training 90 "$python" -m gpu_check.training
stage silhouette 45 "$python" -m gpu_check.silhouette
stage kmeans 60 "$python" -m gpu_check.kmeans
stage map 60 "$python" -m gpu_check.batch_map
sha12=(--param "dec.pretrain_epochs=$(share 50 2)" --param "dec.epochs=$(share 30 2)" --param dec.tol=0)
fits sha12 60 sha12 0 "${sha12[@]}"
stage clustpy 60 "$python" -m gpu_check.clustpy_idec
fits quick 150 quick 0
fits flagship 200 flagship 0
stage compiled 60 "$python" -m gpu_check.compiled # if time is left, as all that follows
for seed in 1 2 3 4; do
    [ "$SCALE" = 1 ] && [ $((end - SECONDS)) -ge 30 ] || break
    fits "sha12-seed-$seed" 60 sha12 "$seed" "${sha12[@]}"
    fits "quick-seed-$seed" 150 quick "$seed"
done
echo "$OUT/gpu.md"
[ -z "$failed" ] || echo "not all is measured:$failed the table of the stages says why" >&2
[ -z "$failed" ]
