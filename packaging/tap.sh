# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What the scripts of this folder print: a line for each thing that was tried, and what went wrong. Sourced by them;
# log is where the output of what is tried goes.

log=/dev/null
tried=0 broken=0

# try WHAT COMMAND...
try() {
	local what=$1
	shift
	tried=$((tried + 1))
	if "$@" >"$log" 2>&1 </dev/null; then
		echo "ok $tried - $what"
	else
		echo "not ok $tried - $what"
		tail -n 40 "$log" | sed 's/^/# /'
		broken=$((broken + 1))
		return 1
	fi
}

skip() { # WHAT WHY
	tried=$((tried + 1))
	echo "ok $tried - $1 # SKIP $2"
}

finish() {
	echo "1..$tried"
	[ $broken = 0 ] && exit 0
	exit 1
}
