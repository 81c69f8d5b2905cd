#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# As root, after make: a short packet gets through the device, a long one does not; and a device that was
# there before has no filter left afterwards.
set -eu
cd "$(dirname "$0")"
[ -n "${INSIDE-}" ] || exec env INSIDE=1 unshare --net --mount "$0"
cleat=${CLEAT:-cleat}
export CLEAT_PLUGIN_PATH=$PWD${CLEAT_PLUGIN_PATH:+:$CLEAT_PLUGIN_PATH}

if ! ip tuntap add dev tap0 mode tap; then
	echo "skipped: no tap devices here"
	exit 77
fi
ip addr add 192.0.2.1/24 dev tap0
ip link set tap0 up
ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev tap0 nud permanent
exec {ready}<> <(:)

for round in first second; do
	"$cleat" run --quiet --ready-fd "$ready" example.ini &
	trap 'kill $!' EXIT
	read -r -t "${PATIENCE:-20}" -u "$ready" || { echo "not ok: it is not attached"; exit 1; }
	for size in 100 900 901; do
		ping -q -c 1 -W 0.1 -s $size 192.0.2.2 >/dev/null || :
	done
	counts=$("$cleat" map dump tun_counts)
	trap - EXIT
	kill $!
	wait $!
	case $counts in
	"0 -> "[1-9]*"1 -> 2") echo "ok: the $round time" ;;
	*) echo "not ok: the $round time: $counts"; exit 1 ;;
	esac
done
