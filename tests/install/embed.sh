#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# cleat embed: an object as a header, in a program that a stranger builds against what is installed. It loads
# itself, and reads and writes the object's variables as members, in C and in C++.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
# shellcheck source=tests/install/stranger.inc
. "$TEST_SCRIPT_DIR/stranger.inc"
requires_plugins
object=$TEST_OBJ_DIR/embed.bpf.o
source=$TEST_SCRIPT_DIR/embed.c
cd "$TEST_TMP" || exit 1

fails_with 2 "which object" "no object" cleat embed
fails_with 2 "a name that C takes, not '1st'" "a name that is none" cleat embed -n 1st "$object"
fails_with 1 "nonesuch.bpf.o: error:" "an object that is not there" cleat embed nonesuch.bpf.o -o no.h
succeeds "and no header" test ! -e no.h
cp "$object" 1-strange.name.bpf.o
succeeds "a file whose name is no identifier" grep -qx 'struct _1_strange {' <(cleat embed 1-strange.name.bpf.o)

cleat embed "$object" -o embed.h || bail "no header"
is "$(cleat embed "$object" -n embed | cmp - embed.h)" "" "the same to standard output"

# runs WHAT COMPILER...
runs() {
	if ! command -v "$2" >/dev/null; then
		skip "$1" "no $2"
		return 0
	fi
	succeeds "$1: builds" "${@:2}" -Wall -Wextra -Werror -I. "${cflags[@]}" -c -o embed.o "$source" || return 0
	cc -o embed embed.o "${libs[@]}" || bail "$1: links"
	if have_hook raw_tracepoint; then
		is "$(./embed 2>err)" fine "$1: loads itself, and shares its variables" || diag_file err
	else
		skip "$1: loads itself" "no raw tracepoints"
	fi
}
runs "C11" cc -std=c11 -pedantic
runs "C++11" c++ -x c++ -std=c++11
runs "C++17 by clang" clang++ -x c++ -std=c++17
runs "C23 by clang" clang -std=c2x

# two objects in one program, and the kernel's header: types that both have are there once
printf '#include <linux/bpf.h>\n#include "embed.h"\n#include "two.h"\nstruct outer x;\n' >both.c
cleat embed "$object" -n two -o two.h || bail "no second header"
succeeds "two objects with the same types" cc -Wall -Werror -fsyntax-only -I. "${cflags[@]}" both.c

# a struct that is not what the object has
sed 's/^	int class_;/	long class_;/' embed.h >wrong.h
printf '#include "wrong.h"\n' >wrong.c
if cmp -s embed.h wrong.h; then
	not_ok "a layout that differs does not compile" "nothing to change"
elif cc -fsyntax-only -I. "${cflags[@]}" wrong.c 2>err; then
	not_ok "a layout that differs does not compile"
else
	like "$(<err)" "embed_data_is_as_in_the_object" "a layout that differs does not compile"
fi
done_testing
