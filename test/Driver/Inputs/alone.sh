# Runs FLUXC in a root that holds nothing but it, a document and /proc, and then
# the program that it made; programs for other machines need no more.  usage: alone.sh FLUXC DOCUMENT ROOT
set -e
rm -rf "$3"
mkdir -p "$3/proc"
cp "$1" "$3/fluxc"
cp "$2" "$3/alone.flux.md"
unshare --mount sh -e -c '
  mount -t proc proc "$1/proc"
  chroot "$1" /fluxc -O0 alone.flux.md -o alone
  chroot "$1" /fluxc --target=arm64 alone.flux.md -o alone.arm64
  chroot "$1" /fluxc --target=riscv64 alone.flux.md -o alone.riscv64
  chroot "$1" /alone' sh "$3"
test -s "$3/alone.arm64" && test -s "$3/alone.riscv64"
rm -rf "$3/fluxc"
