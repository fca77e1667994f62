#!/usr/bin/env bash
# Writes what is generated from runtime/isa/FluxISA.td again, into the source
# tree or, with --check, into nowhere: then it only compares.
#   utils/generate-isa.sh FLUX_TBLGEN [--check]
set -euo pipefail
tblgen=$1
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
while read -r option file; do
  "$tblgen" "$option" -I "$root/runtime/isa" "$root/runtime/isa/FluxISA.td" \
    -o "$work/out"
  if [[ ${2-} == --check ]]; then
    diff -u "$root/$file" "$work/out" || status=1
  else
    cp "$work/out" "$root/$file"
  fi
done <<'FILES'
--gen-tables runtime/isa/ISATables.inc
--gen-encoder runtime/isa/Encoder.inc
--gen-semantics runtime/vm/Semantics.inc
--gen-manual docs/isa.md
FILES
exit $status
