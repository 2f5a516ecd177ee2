#!/bin/sh
# Builds the stand-in driver and, for it, the kernels of FOLDER (default: this module's): prints the folder that then holds
# libcuda.so.1 and kernels.so. What was built before from the same sources is taken from the cache.
# Usage: build.sh [FOLDER] [compiler options for the kernels, such as -DMUTATION=1]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
kernels=${1:-$here/../src/main/cuda}
[ $# -eq 0 ] || shift
cxx=${CXX:-g++}
if ! command -v "$cxx" >/dev/null || [ "$("$cxx" -dumpmachine | cut -d- -f1)" != x86_64 ]; then
  echo "the stand-in driver needs a C++ compiler for x86-64 ($cxx)" >&2
  exit 3
fi
cache=${GUILDHALL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/guildhall}/cuda-standin
# Of names within the folders and contents: wherever the folders lie.
key() {
  {
    "$cxx" --version
    for part in "$@"; do
      if [ -d "$part" ]; then (cd "$part" && find . -type f | LC_ALL=C sort | xargs sha256sum); else sha256sum <"$part"; fi
    done
  } | sha256sum | cut -c1-16
}
driver=$cache/driver-$(key "$here/src" "$here/include" "$here/unimplemented.txt" "$here/build.sh")
built=$cache/kernels-$({ key "$kernels" "$here/include" "$here/build.sh"; echo "$driver $*"; } | sha256sum | cut -c1-16)
if [ -d "$built" ]; then echo "$built"; exit 0; fi
mkdir -p "$cache"
work=$(mktemp -d "$cache/.partial-XXXXXX")
trap 'rm -rf "$work"' EXIT
warnings="-Wall -Wextra -Werror"

if [ ! -d "$driver" ]; then
  mkdir "$work/driver"
  # Functions that JCuda may bind and nobody here calls answer "not supported"; an unbound one would end the process.
  sed -n 's/^cu[A-Za-z0-9_]*$/extern "C" __attribute__((visibility("default"))) int &() { return 801; }/p' "$here/unimplemented.txt" >"$work/unimplemented.cpp"
  "$cxx" -std=c++17 -O3 -flto=auto -march=x86-64-v3 $warnings -fPIC -shared -fvisibility=hidden -fvisibility-inlines-hidden -I"$here/include" "$here"/src/*.cpp "$work/unimplemented.cpp" \
    -Wl,-soname,libcuda.so.1 -Wl,--no-undefined -o "$work/driver/libcuda.so.1" -lpthread -ldl
  mv -T "$work/driver" "$driver" 2>/dev/null || [ -d "$driver" ]
fi

# The thread-sanitizer pass calls the driver before every access to memory; its own library is not linked.
mkdir "$work/kernels"
(cd "$kernels" && find . -name '*.cu' | LC_ALL=C sort | sed 's/.*/#include "&"/') >"$work/kernels.cpp"
"$cxx" -std=c++17 -O2 -march=x86-64-v3 -ffp-contract=off $warnings -Wno-unused-function -Wno-unknown-pragmas -fPIC -fvisibility=hidden \
  -fsanitize=thread --param tsan-instrument-func-entry-exit=0 -DGUILDHALL_STANDIN "$@" -I"$here/include" -I"$kernels" \
  -c "$work/kernels.cpp" -o "$work/kernels.o"
"$cxx" -shared "$work/kernels.o" -o "$work/kernels/kernels.so" -L"$driver" -l:libcuda.so.1 -Wl,--no-undefined
ln -s "$driver/libcuda.so.1" "$work/kernels/libcuda.so.1"
mv -T "$work/kernels" "$built" 2>/dev/null || [ -d "$built" ]
echo "$built"
