#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The cgroup_sock plugin: sockets of the processes of a cgroup are refused,
# marked and counted; a port cannot be bound.
. "$TEST_LIB"

new_netns
new_cgroup
cg=$CGROUP
programs='creating any releasing binding4 binding6'

# unit NAME "PROGRAM..." [KEY=VALUE...]: these programs with the same keys
unit() {
	local name=$1 wanted=$2 p line
	shift 2
	{
		printf '[object]\npath = test.bpf.o\n'
		for p in $programs; do
			if [[ " $wanted " == *" $p "* ]]; then
				echo "[attach $p]"
				for line in "$@"; do echo "$line"; done
			else
				printf '[program %s]\nload = no\n' "$p"
			fi
		done
	} | test_unit "$name"
}
sockets() { "$@" | xargs; }
there() { sockets nsenter --net="/run/netns/$NS_A" "$TEST_BIN_DIR/socksteps" "$@"; }
inside() { sockets in_cgroup "$cg" nsenter --net="/run/netns/$NS_A" "$TEST_BIN_DIR/socksteps" "$@"; }

is "$(inside make 4 dgram)" "socket ok mark 0 priority 0" "without the programs"
is "$(inside bind 4 4444)" "bind ok name 4444" "the port may be bound"

for how in link multi override exclusive; do
	if [ $how = link ] && ! have_hook cgroup_link; then
		skip "link" "$HOOK_REASON"
		continue
	fi
	for create in creating any; do
		if ! run_unit "$(unit all "$create binding4 binding6" "cgroup = $cg" "mode = $how")"; then
			not_ok "$how, $create: attached" "$(<"$RUN_ERR")"
			continue
		fi
		is "$(inside make 4 dgram)" "socket Operation not permitted" "$how, $create: refused"
		is "$(inside make 6 stream)" "socket ok mark 4660 priority 5" "$how, $create: marked"
		is "$(inside bind 4 4444)" "bind Operation not permitted" "$how: no bind to a port"
		is "$(inside bind 6 4444)" "bind Operation not permitted" "$how: nor for IPv6"
		is "$(inside bind 4 4445)" "bind ok name 4445" "$how: other ports may be bound"
		is "$(there make 4 dgram)" "socket ok mark 0 priority 0" \
			"$how: other cgroups are not concerned"
		is "$(global made) $(global bound)" "5 3" "$how: what was counted"
		if [ $how = link ]; then
			links=$(cleat list links --json)
			for hook in sock_create post_bind4 post_bind6; do
				like "$links" "\"cgroup\":\"$cg\",\"hook\":\"$hook\"" "listed: $hook"
			done
		fi
		stop_run
		is $? 0 "$how, $create: ends well"
		is "$(inside make 4 dgram)" "socket ok mark 0 priority 0" "$how, $create: as before"
	done
done

all_refused() {
	EVENTS=50
	for ((i = 0; i < EVENTS; i++)); do
		[ "$(inside bind 4 4444)" = "bind Operation not permitted" ] || return 1
	done
}
replaces "replaced" binding4 bound all_refused "cgroup=$cg"

# from 5.9
if cleat verify "$TEST_OBJ_DIR/test.bpf.o" releasing >/dev/null 2>&1 ||
	cleat check --load "$(unit try releasing "cgroup = $cg")" >/dev/null 2>&1; then
	if run_unit "$(unit release releasing "cgroup = $cg")"; then
		inside make 4 dgram >/dev/null
		succeeds "sockets that go are counted" wait_for global_reaches released 1
		stop_run
	else
		not_ok "sockets that go are counted" "$(<"$RUN_ERR")"
	fi
else
	skip "sockets that go are counted" "this kernel has no cgroup/sock_release"
fi
fails_with 1 "hook post_bind6, but the section is 'cgroup/post_bind4'" \
	"another hook than the section's" \
	cleat check "$(unit bad binding4 "cgroup = $cg" "hook = post_bind6")"
fails_with 1 "'cgroup' is missing" "no cgroup" cleat check "$(unit bad binding4)"
done_testing
