#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Run as root, or with make test: what @NAME@ is for happens, and it must be seen.
set -eu
cd "$(dirname "$0")"
# in namespaces of its own: nothing here is left when it ends
[ -n "${INSIDE-}" ] || exec env INSIDE=1 unshare @UNSHARE@ "$0"
@SETUP@
out=$(mktemp)
./@NAME@ @TEST_KEYS@ >>"$out" &
pid=$!
ends() {
	kill "$pid" 2>/dev/null || :
	wait "$pid" 2>/dev/null || :
	rm -f "$out"
	@CLEANUP@
}
trap ends EXIT

# until REGEX: wait for a line of the output
until_line() {
	for ((i = 0; i < ${PATIENCE-100}; i++)); do
		! grep -qE "$1" "$out" || return 0
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	echo "not ok: no line '$1' in:"
	cat "$out"
	exit 1
}

until_line '^attached$'
@TRIGGER@
until_line '@EXPECT@'
echo "ok"
