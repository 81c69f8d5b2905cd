#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# apply and global variables: an object whose variables are at other places, or more, keeps the values of those that are
# the same; what the unit says a variable begins with is what it begins with.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"

requires_hook cgroup_link
new_cgroup
ROOT=/sys/fs/bpf/cleat/vars

# unit OBJECT [LINES]
unit() { printf '[object]\npath = %s.bpf.o\n[attach sockets]\ncgroup = %s\n%s\n' "$1" "$CGROUP" "${2-}" | test_unit vars; }
make_socket() { in_cgroup "$CGROUP" bash -c ': >/dev/udp/127.0.0.1/9'; }
# holds NAME: the variable in the kernel
holds() {
	cleat map dump --json "$ROOT/maps/%2ebss" "$ROOT/maps/%2edata" 2>/dev/null || {
		cleat map dump --json "$ROOT/maps/%2ebss"
		cleat map dump --json "$ROOT/maps/%2edata"
	}
}
value() { holds | tr -d ' \n"' | sed -n "s/.*[{,]$1:\([-0-9]*\).*/\1/p"; }
all() { echo "made $(value made), kind $(value kind), steps $(value steps)"; }

unit=$(unit applyvars)
succeeds "apply" cleat apply --quiet "$unit"
make_socket
before=$(all)
like "$before" "made [1-9][0-9]*, kind 5, steps ([89]|[1-9][0-9])" "the program has written"
made=$(value made) steps=$(value steps)

unit=$(unit applyvars-next)
like "$(cleat plan "$unit")" "map .bss: .*\\(of its variables those that are the same keep their values\\)" "plan says so"
succeeds "apply the next one" cleat apply --quiet "$unit"
is "$(all)" "made $made, kind 0, steps $steps" "what is the same is kept, what is of another type begins anew"
is "$(value added_before)" 3 "and what is new, too"
succeeds "there is nothing more to do" cleat plan --quiet --exit-code "$unit"
make_socket
is "$([ "$(value made)" -gt "$made" ] && [ "$(value steps)" -gt "$steps" ] && echo more)" more "it goes on from there"

made=$(value made)
unit=$(unit applyvars-next '[global steps]
value = 100')
succeeds "a unit that says another first value" cleat apply --quiet "$unit"
is "$(all)" "made $made, kind 0, steps 100" "has it, and the others are kept"
succeeds "there is nothing more to do" cleat plan --quiet --exit-code "$unit"

unit=$(unit applyvars)
succeeds "back to the first" cleat apply --quiet "$unit"
is "$(all)" "made $made, kind 0, steps 7" "which begins with its own where it differs"
succeeds "remove" cleat remove vars
done_testing
