#!/bin/sh
# alone.sh FOLDER COMPILER FLAG SOURCES...: compiles without a library of C++.
folder=$1 compiler=$2 flag=$3
shift 3
for source; do
  name=$(basename "$source" .cpp)
  $compiler "$flag" -std=c++20 -O0 -ffreestanding -nostdinc++ -fno-exceptions -fno-rtti \
    -fsigned-char -fno-math-errno -ffp-contract=off -fno-threadsafe-statics -c "$source" -o "$folder/$name.o" || exit 1
done
