#!/bin/sh
# Compiles the C kernels into OUT (a folder of class files), where there is a C compiler for x86-64; elsewhere the
# module does without them and says so when asked for them. Skips what is up to date.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1/dev/guildhall/engine/cpu/native/linux-x86_64
library=$out/libguildhall_kernels.so
cc=${CC:-gcc}
if ! command -v "$cc" >/dev/null || [ "$("$cc" -dumpmachine | cut -d- -f1)" != x86_64 ]; then
  echo "guildhall: no C compiler for x86-64 ($cc): the CPU backend is built without its C kernels" >&2
  exit 0
fi
[ "$library" -nt "$here/kernels.c" ] && [ "$library" -nt "$here/kernels_body.h" ] && [ "$library" -nt "$0" ] && exit 0
mkdir -p "$out"
# No contraction and no reassociation: the order of sums is part of the contract (Kernels.java).
"$cc" -std=gnu11 -O3 -Wall -Wextra -Werror -fPIC -shared -fvisibility=hidden -ffp-contract=off -fno-math-errno \
  -o "$library.tmp" "$here/kernels.c"
mv "$library.tmp" "$library"
