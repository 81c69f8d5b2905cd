#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The adapters for event loops: the installed examples, built by a stranger against
# the installed headers and the real libraries, print records until a signal comes,
# and end by themselves when they cannot.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
# shellcheck source=tests/install/stranger.inc
. "$TEST_SCRIPT_DIR/stranger.inc"
requires_plugins
requires_hook tracepoint
examples=$(dirname "$(find "$stage" -name watch.c)")
object=${TEST_OBJ_DIR%/install}/plugins/map/ringbuf/test.bpf.o
cd "$TEST_TMP" || exit 1
start_victim

warnings=(-Wall -Wextra -Werror)

# compiles HEADER FLAG...: alone, in both languages
compiles() {
	echo "#include <cleat/$1>" >header.c
	succeeds "$1 is C" cc -std=gnu11 "${warnings[@]}" -fsyntax-only "${cflags[@]}" "${@:2}" header.c
	if command -v c++ >/dev/null; then
		succeeds "$1 is C++" c++ -x c++ -std=c++11 "${warnings[@]}" -fsyntax-only "${cflags[@]}" \
			"${@:2}" header.c
	else
		skip "$1 is C++" "no C++ compiler"
	fi
}

watch() { # OUTPUT: in the background, until it watches
	rm -f err # what the one before said
	./watch "$object" t_ring only_pid="$VICTIM_PID" >"$1" 2>err &
	watcher=$!
	succeeds "$name: watches" wait_for file_has err '^watching$' || diag_file err
}

has_ended() { ! kill -0 "$watcher" 2>/dev/null; }

# The exit status of one that is about to end; one that does not is killed.
watched() {
	wait_for has_ended || kill -KILL "$watcher"
	wait "$watcher"
}

# runs NAME FLAG...
runs() {
	local name=$1
	rm -f watch out err
	succeeds "$name: the example builds" cc "${warnings[@]}" "${cflags[@]}" -o watch \
		"$examples/watch-$name.c" "$examples/watch.c" "${@:2}" "${libs[@]}" || return 0
	watch out
	for _ in 1 2 3; do ask_victim parent; done
	succeeds "$name: records arrive" wait_for file_has out "number=3 pid=$VICTIM_PID comm=victim" || diag_file out
	is "$(grep -c number= out)" 3 "$name: each of them once"
	kill -TERM "$watcher"
	watched
	is $? 0 "$name: ends well"
	watch /dev/full
	ask_victim parent
	watched
	is $? 1 "$name: ends by itself when records cannot be printed"
	like "$(<err)" "No space left" "$name: and is told why"
	leaves_nothing "$name: nothing is left"
}

# adapter NAME PKG-CONFIG-NAME
adapter() {
	if ! pkg-config --exists "$2"; then
		skip "$1" "$2 is not installed"
		return 0
	fi
	local flags
	read -ra flags < <(pkg-config --cflags --libs "$2")
	compiles "$1.h" "${flags[@]}"
	runs "$1" "${flags[@]}"
}

adapter uv libuv
adapter event libevent_core
adapter glib glib-2.0
adapter sd-event libsystemd
runs thread -pthread
done_testing
