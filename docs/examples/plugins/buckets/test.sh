#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# As root, after make: the bucket that the unit names by its range has its entry, writes are counted in the
# bucket of their size, and without 'buckets' the map is an array as ever.
set -eu
cd "$(dirname "$0")"
cleat=${CLEAT:-cleat}
export CLEAT_PLUGIN_PATH=$PWD${CLEAT_PLUGIN_PATH:+:$CLEAT_PLUGIN_PATH}

exec {ready}<> <(:)
"$cleat" run --quiet --ready-fd "$ready" example.ini &
trap 'kill $!' EXIT
read -r -t "${PATIENCE:-20}" -u "$ready" || { echo "not ok: it is not attached"; exit 1; }
head -c 3000000 /dev/zero | dd bs=3000000 iflag=fullblock of=/dev/null 2>/dev/null
ranges=$("$cleat" map dump --with buckets=log2 write_sizes)
one=$("$cleat" map get --with buckets=log2 write_sizes 2100000)
plain=$("$cleat" map dump write_sizes)
json=$("$cleat" map dump --json --with buckets=log2 write_sizes)
trap - EXIT
kill $!
wait $!

# expect WHAT TEXT PATTERN
expect() {
	# shellcheck disable=SC2254 # it is a pattern
	case $2 in
	$3) echo "ok: $1" ;;
	*) echo "not ok: $1: $2"; exit 1 ;;
	esac
}
# patterns are quoted: they are not for the names of files
expect "a range names a bucket" "$ranges" '*1024..2047 -> *5*'
expect "a write is counted in its bucket" "$one" '*[1-9]*'
expect "in JSON a range is text" "$json" '*"1024..2047"*'
expect "nobody asks for buckets" "$plain" $'*\n10 -> *'
