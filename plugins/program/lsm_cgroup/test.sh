#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The lsm_cgroup plugin: a port is refused to the sockets of a cgroup; by
# section and by key, by link and by the older ways.
. "$TEST_LIB"

new_netns
new_cgroup
cg=$CGROUP

# unit NAME PROGRAM HOOK [KEY=VALUE...]
unit() {
	local name=$1 program=$2 hook=$3 p line
	shift 3
	{
		printf '[object]\npath = test.bpf.o\n'
		for p in binding anywhere; do
			if [ $p != "$program" ]; then
				printf '[program %s]\nload = no\n' $p
			else
				printf '[program %s]\nload = yes\n%s\n' $p "${hook:+hook = $hook}"
			fi
		done
		echo "[attach $program]"
		for line in "$@"; do echo "$line"; done
	} | test_unit "$name"
}
sockets() { "$@" | xargs; }
there() { sockets in_ns "$NS_A" "$TEST_BIN_DIR/socksteps" "$@"; }
inside() { sockets in_cgroup "$cg" nsenter --net="/run/netns/$NS_A" "$TEST_BIN_DIR/socksteps" "$@"; }

fails_with 1 "'cgroup' is missing" "no cgroup" cleat check "$(unit bad binding '')"
fails_with 1 "'hook' is missing|does not say at which security hook" "no hook" \
	cleat check "$(unit bad anywhere '' "cgroup = $cg")"

if ! have_hook lsm_cgroup; then
	is "$(cleat run "$(unit bad binding '' "cgroup = $cg")" 2>&1 | grep -c 'error:')" 1 \
		"refused: one message"
	skip "security hooks of cgroups" "$HOOK_REASON"
	done_testing
	exit
fi

is "$(inside bind 4 4444)" "bind ok name 4444" "the port may be bound"
for how in link multi override exclusive; do
	if ! run_unit "$(unit port binding '' "cgroup = $cg" "mode = $how")"; then
		not_ok "$how: attached" "$(<"$RUN_ERR")"
		continue
	fi
	is "$(inside bind 4 4444)" "bind Operation not permitted" "$how: refused"
	is "$(inside bind 4 4445)" "bind ok name 4445" "$how: other ports may be bound"
	is "$(there bind 4 4444)" "bind ok name 4444" "$how: other cgroups are not concerned"
	is "$(global asked)" 2 "$how: it was asked twice"
	if [ $how = link ]; then
		like "$(cleat list links --json)" \
			"\"plugin\":\"lsm_cgroup\",\"cgroup\":\"$cg\",\"hook\":\"socket_bind\"" \
			"$how: what is listed"
	fi
	stop_run
	is $? 0 "$how: ends well"
	is "$(inside bind 4 4444)" "bind ok name 4444" "$how: allowed again"
done
if run_unit "$(unit key anywhere socket_bind "cgroup = $cg")"; then
	is "$(inside bind 4 4444)" "bind Operation not permitted" "by key: refused"
	stop_run
else
	not_ok "by key" "$(<"$RUN_ERR")"
fi
fails_with 1 "no security hook 'socket_bond'.*did you mean 'socket_bind'" "no such hook" \
	cleat run "$(unit bad anywhere socket_bond "cgroup = $cg")"
done_testing
