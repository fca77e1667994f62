#!/bin/sh
# compile.sh FLUXC ARGUMENTS...: fluxc, whose programs go through C and gcc.
fluxc=$1
shift
output= previous= form=program
for argument; do
  [ "$previous" = -o ] && output=$argument
  case $argument in
  --emit=* | --stop-after=* | --test | --codegen=* | -c | -S | fmt | doc) form=other ;;
  -o?*) output=${argument#-o} ;;
  esac
  previous=$argument
done
if [ "$form" = other ] || [ -z "$output" ]; then
  exec "$fluxc" "$@"
fi
"$fluxc" "$@" --emit=c -o "$output.c" || exit
flags="-std=c11 -Wall -Wextra -Wpedantic -Werror -O0"
gcc $flags -o "$output" "$output.c" -lm || exit 99
if command -v clang >/dev/null; then
  clang $flags -fsyntax-only "$output.c" || exit 99
fi
