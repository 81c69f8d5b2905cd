#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Objects whose names are paths: no file is opened for them, none is made, no plugin is taken from
# there, and no pin leaves its directory.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
# shellcheck source=tests/faults/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
requires_hook raw_tracepoint

# renamed FILE OLD NEW...: a copy of cli.bpf.o where names of the same length took the places of others
renamed() {
	local to=$TEST_TMP/$1 old new
	shift
	cp "${here%/*}/kernel/cli.bpf.o" "$to"
	while [ $# -gt 0 ]; do
		old=$1 new=$2
		shift 2
		[ ${#old} = ${#new} ] || bail "names of one length: $old $new"
		LC_ALL=C sed -i "s|$old|$new|g" "$to"
	done
	echo "$to"
}
unit_of() { printf '[object]\npath = %s\n[map cli_nosize]\nmax-entries = 1\n' "$1" | test_unit "$2"; }
plain=$(renamed plain.bpf.o)

# --- nothing is opened for a name ----------------------------------------------------------------

if injected -a 1 -- --version && [ "$WHAT" = allocation ]; then
	# calls that may say ENOSPC: what opens and makes files
	injected -e ENOSPC -n 1000000 -- inspect "$plain"
	wanted=$SEEN
	hostile=$(renamed hostile.bpf.o cli_percpu /etc/group cli_nosize /etc/hosts greeting ../../..)
	injected -e ENOSPC -n 1000000 -- inspect "$hostile"
	is "$STATUS" 0 "names that are paths can be looked at"
	is "$SEEN" "$wanted" "as many files are opened as with other names"
	like "$(<"$TEST_TMP/out")" "/etc/group" "and they are shown"
else
	skip "nothing is opened for a name" "nothing can be preloaded here"
fi

# --- a section is no plugin's path ------------------------------------------------------------------

hostile=$(renamed section.bpf.o raw_tp/sched_process_exec /tmp/a/plugin.so/xxxxxxxx)
fails_with 1 "no plugin for section '/tmp/a/plugin.so/xxxxxxxx'" "a section that is a path has no plugin" \
	cleat check "$(unit_of "$hostile" section)"

# --- a pin by name stays where such pins are ----------------------------------------------------------

fails_with 1 "map '../../a/bc': cannot be pinned by its name" "a name that leads elsewhere is no pin" \
	cleat run "$(unit_of "$(renamed pin.bpf.o cli_pinned ../../a/bc)" pin)"
is "$(state)" "" "nothing is pinned"
if [ -e /sys/fs/a ] || [ -e /sys/a ]; then not_ok "nothing is made"; else ok "nothing is made"; fi
run_unit "$(unit_of "$plain" good)" || bail "the same with its own names: $(<"$RUN_ERR")"
is "$(state)" ./cli_pinned "the same with its own names is pinned"
stop_run
rm -f /sys/fs/bpf/cli_pinned
done_testing
