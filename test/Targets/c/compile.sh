#!/bin/sh
# compile.sh FLUXC ARGUMENTS...: fluxc, whose programs go through C and a compiler; see
# README.md.
fluxc=$1
shift
output= previous= form=program level=
for argument; do
  [ "$previous" = -o ] && output=$argument
  case $argument in
  --emit=* | --stop-after=* | --codegen=* | -c | -S | fmt | doc) form=other ;;
  --test) [ "$form" = other ] || form=test ;;
  -o?*) output=${argument#-o} ;;
  -O?) level=$argument ;;
  esac
  previous=$argument
done
warnings="-Wall -Wextra -Wpedantic -Werror"
undefined="-fsanitize=undefined -fno-sanitize-recover -fsanitize-trap=undefined"
command -v clang >/dev/null || level=-O0
if [ "$FLUX_C_SUITE" = c32 ]; then
  warnings="$warnings -m32 -msse2 -mfpmath=sse -idirafter /usr/include/x86_64-linux-gnu"
  case $level in
  -O0) CC="clang -O0 $warnings" ;;
  -O2) CC="gcc -O2 $warnings" ;;
  *) CC="gcc -Os $warnings" ;;
  esac
else
  case $level in
  -O0) CC="gcc -O0 $warnings" ;;
  -O2) CC="clang -O2 $warnings" ;;
  *) CC="clang -Oz $undefined $warnings" ;;
  esac
fi
export CC
case $form in
test) exec "$fluxc" --target=c "$@" ;;
program) [ -n "$output" ] || exec "$fluxc" "$@" ;;
other) exec "$fluxc" "$@" ;;
esac
# The same C gives the same program: names of files are in it, too.
mkdir -p "$output.as-c" && "$fluxc" "$@" --emit=c -o "$output.as-c/program.c" || exit
$CC -std=c11 -s -x c - -o "$output" -lm <"$output.as-c/program.c" || exit 99
