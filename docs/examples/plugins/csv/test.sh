#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# As root, after make: a process ends, and its line is in the file, below the names of the columns.
set -eu
cd "$(dirname "$0")"
cleat=${CLEAT:-cleat}
export CLEAT_PLUGIN_PATH=$PWD${CLEAT_PLUGIN_PATH:+:$CLEAT_PLUGIN_PATH}

rm -f ended.csv
exec {ready}<> <(:)
"$cleat" run --quiet --ready-fd "$ready" example.ini &
trap 'kill $!; rm -f ended.csv' EXIT
read -r -t "${PATIENCE:-20}" -u "$ready" || { echo "not ok: it is not attached"; exit 1; }
(exec -a x bash -c 'printf "a,\"b" >/proc/self/comm')
kill $!
wait $!
trap 'rm -f ended.csv' EXIT
if [ "$(head -n 1 ended.csv)" != $'pid,uid,comm\r' ]; then
	echo "not ok: no names of columns: $(head -n 1 ended.csv)"
	exit 1
fi
if ! grep -qE '^[0-9]+,[0-9]+,"a,""b"'$'\r$' ended.csv; then
	echo "not ok: no line of the process in:"
	cat ended.csv
	exit 1
fi
echo "ok: a process ends, and its line is there"
