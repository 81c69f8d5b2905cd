#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The cgroup_device plugin: a device is refused to the processes of a cgroup,
# to others it is not; by link and by the older ways; what is wrong is said.
. "$TEST_LIB"

new_cgroup
cg=$CGROUP REFUSED=6

# unit NAME [KEY=VALUE...]
unit() {
	local name=$1
	shift
	{
		printf '[object]\npath = test.bpf.o\n[global refused]\nvalue = %s\n' "$REFUSED"
		echo "[attach guard]"
		for line in "$@"; do echo "$line"; done
	} | test_unit "$name"
}
reads() { in_cgroup "$cg" head -c 1 /dev/zero; }
writes() { in_cgroup "$cg" bash -c 'echo >/dev/zero'; }
refuses() { ! "$@"; }

succeeds "the device can be read" reads
for how in link multi override exclusive; do
	if [ $how = link ] && ! have_hook cgroup_link; then
		skip "link" "$HOOK_REASON"
		continue
	fi
	if ! run_unit "$(unit guard "cgroup = $cg" "mode = $how")"; then
		not_ok "$how: attached" "$(<"$RUN_ERR")"
		continue
	fi
	succeeds "$how: refused to read" refuses reads
	succeeds "$how: refused to write" refuses writes
	succeeds "$how: it was asked twice" global_is asked 2
	succeeds "$how: other devices may be used" in_cgroup "$cg" head -c 1 /dev/urandom
	succeeds "$how: other cgroups are not concerned" head -c 1 /dev/zero
	if [ $how = link ]; then
		like "$(cleat list links --json)" "\"plugin\":\"cgroup_device\",\"cgroup\":\"$cg\"" \
			"$how: what is listed"
	fi
	stop_run
	is $? 0 "$how: ends well"
	succeeds "$how: allowed again" reads
done

REFUSED=4
if run_unit "$(unit guard "cgroup = $cg")"; then
	succeeds "to write is refused" refuses writes
	succeeds "to read is not" reads
	stop_run
else
	not_ok "to write is refused" "$(<"$RUN_ERR")"
fi
REFUSED=6

# shellcheck disable=SC2016
all_refused() {
	EVENTS=3000
	in_cgroup "$cg" bash -c 'for ((i = 0; i < $0; i++)); do if : </dev/zero; then exit 1; fi; done' \
		$EVENTS 2>/dev/null
}
replaces "replaced" guard asked all_refused "cgroup=$cg"

fails_with 1 "'cgroup' is missing" "no cgroup" cleat check "$(unit bad)"
fails_with 1 "unknown key 'hook'.*takes.*cgroup" "a key that is not there" \
	cleat check "$(unit bad "cgroup = $cg" "hook = dev")"
fails_with 1 "no cgroup '$cg/none'" "no such cgroup" cleat run "$(unit bad "cgroup = $cg/none")"
done_testing
