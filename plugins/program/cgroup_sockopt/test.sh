#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The cgroup_sockopt plugin: socket options of the processes of a cgroup are
# refused, changed on the way in, and changed on the way out.
. "$TEST_LIB"

new_cgroup
cg=$CGROUP
IP_TOS='0 1' IP_TTL='0 2' KEEPIDLE='6 4'

# unit NAME [KEY=VALUE...]: both programs with the same keys
unit() {
	local name=$1 program line
	shift
	{
		printf '[object]\npath = test.bpf.o\n'
		for program in setting getting; do
			echo "[attach $program]"
			for line in "$@"; do echo "$line"; done
		done
	} | test_unit "$name"
}
# shellcheck disable=SC2086
option() { in_cgroup "$cg" "$TEST_BIN_DIR/socksteps" "$1" $2 ${3-}; }

like "$(option setopt "$IP_TTL" 33)" "set ok.*get 33" "the option may be set"
is "$(option getopt "$KEEPIDLE")" "get 7200" "and read"
for how in link multi override exclusive; do
	if [ $how = link ] && ! have_hook cgroup_link; then
		skip "link" "$HOOK_REASON"
		continue
	fi
	if ! run_unit "$(unit both "cgroup = $cg" "mode = $how")"; then
		not_ok "$how: attached" "$(<"$RUN_ERR")"
		continue
	fi
	is "$(option setopt "$IP_TTL" 33)" "set Operation not permitted" "$how: refused"
	like "$(option setopt "$IP_TOS" 4)" "set ok.*get 16" "$how: another value is set"
	is "$(option getopt "$KEEPIDLE")" "get 77" "$how: another value is read"
	# shellcheck disable=SC2086
	is "$("$TEST_BIN_DIR/socksteps" getopt $KEEPIDLE)" "get 7200" \
		"$how: other cgroups are not concerned"
	is "$(global sets) $(global gets)" "2 2" "$how: what was counted"
	if [ $how = link ]; then
		links=$(cleat list links --json)
		like "$links" "\"cgroup\":\"$cg\",\"hook\":\"setsockopt\"" "$how: listed, one"
		like "$links" "\"cgroup\":\"$cg\",\"hook\":\"getsockopt\"" "$how: and the other"
	fi
	stop_run
	is $? 0 "$how: ends well"
	like "$(option setopt "$IP_TTL" 33)" "set ok.*get 33" "$how: allowed again"
done

all_refused() {
	EVENTS=50
	for ((i = 0; i < EVENTS; i++)); do
		[ "$(option setopt "$IP_TTL" 33)" = "set Operation not permitted" ] || return 1
	done
}
replaces "replaced" setting sets all_refused "cgroup=$cg"

fails_with 1 "hook getsockopt, but the section is 'cgroup/setsockopt'.*hint: write 'section = cgroup/getsockopt'" \
	"another hook than the section's" cleat check "$(unit bad "cgroup = $cg" "hook = getsockopt")"
fails_with 1 "'hook': 'getsockop' is none of: getsockopt, setsockopt.*did you mean 'getsockopt'" \
	"no such hook" cleat check "$(unit bad "cgroup = $cg" "hook = getsockop")"
done_testing
