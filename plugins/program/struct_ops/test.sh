#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The struct_ops plugin: a program is what the map that refers to it says it is,
# whatever its section's name adds; without one, with two minds, or of another
# type it is refused. What the map does is tested with struct_ops_map.
. "$TEST_LIB"
requires_hook struct_ops

unit() { # NAME, the rest from stdin
	{ printf '[object]\npath = test.bpf.o\n'; cat; } | test_unit "$1"
}

types() { cleat verify --json "$TEST_OBJ_DIR/test.bpf.o" | sed -nE 's/.*"program":"('"$1"')".*"loaded":(true|false).*/\2/p'; }
is "$(types two)" true "a program that is named for its member"
is "$(types ten)" true "the map that is not made has no say in it"

run_unit "$(unit only </dev/null)" || bail "loaded and registered"
ok "loaded and registered: the map that is not made has no say"
like "$(cleat list programs)" "struct_ops +avoid" "the kernel has the program"
fails_with 1 "programs of plugin 'struct_ops' are not attached" \
	"no program of this type is attached" cleat run "$(unit attached <<<'[attach avoid]')"
stop_run
is $? 0 "ends well"

fails_with 1 "program 'forgotten': no map of the object refers to the program" "a program in no map" \
	cleat run "$(unit lonely <<'END'
[program forgotten]
load = yes
END
	)"
fails_with 1 "program 'ten' is 'undo_cwnd' of 'twice', and another member elsewhere" "a program in two members" \
	cleat run "$(unit two <<'END'
[map one]
create = no
[map twice]
create = yes
END
	)"
fails_with 1 "program 'packets' is of type 'socket_filter' and cannot be in map 'mixed'" "a program of another type" \
	cleat run "$(unit other <<'END'
[map mixed]
create = yes
END
	)"
# The kernel lets go of the programs when all tasks have been seen outside of them.
wait_for -t 60 __nothing_left
done_testing
