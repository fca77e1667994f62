#!/bin/sh
# run-module.sh MODULE ARGUMENTS...: has a module checked by wabt, if that is there, and
# runs it as the target's description says, in $FLUX_RUN_MODULE.
if command -v wasm-validate >/dev/null; then
  wasm-validate "$1" || exit 99
fi
# shellcheck disable=SC2086 # words
exec $FLUX_RUN_MODULE "$@"
