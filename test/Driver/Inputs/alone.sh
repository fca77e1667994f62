# Runs FLUXC in a root that holds nothing but it, a document and /proc: it makes the
# programs of all targets, in one call, which then have to be small and to run.
# usage: alone.sh FLUXC DOCUMENT ROOT
set -e
rm -rf "$3"
mkdir -p "$3/proc"
cp "$1" "$3/fluxc"
cp "$2" "$3/alone.flux.md"
rights=--mount
unshare $rights true 2>/dev/null || rights="--map-root-user --mount"
# shellcheck disable=SC2086 # words
unshare $rights sh -e -c '
  mount -t proc proc "$1/proc" 2>/dev/null || mount --rbind /proc "$1/proc"
  chroot "$1" /fluxc alone.flux.md --target=x86_64,arm64,riscv64,wasm32
  chroot "$1" /fluxc -O0 alone.flux.md -o alone
  chroot "$1" /alone
  chroot "$1" /alone-x86_64-linux' sh "$3"
rm -rf "$3/fluxc"
while read -r program most; do
  size=$(wc -c <"$3/$program")
  if [ "$size" -gt "$most" ]; then
    echo "$program has $size bytes, more than $most"
    exit 1
  fi
done <<'SIZES'
alone 12288
alone-x86_64-linux 12288
alone-arm64-linux 12288
alone-riscv64-linux 12288
alone-wasm32.wasm 4096
SIZES
