#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What a user can do wrong with an [attach] section, for every program plugin: no
# target, one that is not there, a mode that is none, no privilege. One message each, in the
# form that all have, and nothing is left. What goes between load and attach is gone.sh's.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
# shellcheck source=tests/kernel/sections.inc
. "$(dirname "${BASH_SOURCE[0]}")/sections.inc"
cleat verify --json "$object" >"$TEST_TMP/verdicts" 2>/dev/null
bare=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all)
chmod 755 "$TEST_TMP"

# Program; what is said without its keys ("-": it needs none); a target that is not there, and what is said
# of it; a mode that is none ("-": there is but one). Of each plugin one.
table="
s001 'interface'|'fd'	interface=nowhere	no.network.interface.'nowhere'	protocol=none;interface=lo
s003 'port'|'fd'	pid=$$;port=7	no.socket.at.port.7	protocol=none;port=7
s004 -	function=no_such_function	no.function|no.kprobes|has.no|not.there	via=none
s005 'binary'	binary=/nowhere;function=main	nowhere	via=none;binary=/bin/true;function=main
s010 -	function=no_such_function	no.function|no.kprobes|matches	via=none
s013 'binary'	binary=/nowhere;function=main	nowhere	via=none;binary=/bin/true;function=main
s019 -	syscall=no_such_call	no.system.call|no.kprobes	via=none
s021 'binary'	binary=/nowhere;provider=a;name=b	nowhere	via=none;binary=/bin/true;provider=a;name=b
s025 'interface'	interface=nowhere	no.network.interface.'nowhere'	via=none;interface=lo
s029 -	interface=nowhere;direction=egress	no.network.interface.'nowhere'	otherwise=none
s030 'interface'	interface=nowhere	no.network.interface.'nowhere'	-
s032 -	event=no_such_category/no_such_event	no.*tracepoint	-
s036 -	event=no_such_event	no.*tracepoint	-
s042 -	target=no_such_event	no.*tracepoint|no_such_event	-
s058 target	target=nothing	nothing	-
s059 -	hook=no_such_hook	no_such_hook	-
s061 'cgroup'	cgroup=/nowhere	no.cgroup.'/nowhere'	mode=none;cgroup=/
s062 -	cgroup=/nowhere	cannot.open.cgroup	order=none
s070 'interface'	interface=nowhere	no.network.interface.'nowhere'	mode=none;interface=lo
s071 -	pid=999999999	no.process.999999999	mode=none
s073 'route'	route=192.0.2.9;device=nowhere	no.network.interface.'nowhere'	-
s075 'route'	route=fc00::9;device=nowhere	no.network.interface.'nowhere'	-
s076 'cgroup'	cgroup=/nowhere	no.cgroup.'/nowhere'	mode=none;cgroup=/
s079 'map'	map=nothing	no.map.'nothing'	via=none;map=sockets
s081 'map'	map=nothing	no.map.'nothing'	via=none;map=sockets
s082 'device'	device=/dev/nowhere	/dev/nowhere|no.programs.of.type	-
s083 -	netns=nowhere	no.network.namespace.'nowhere'	via=none
s085 'cgroup'	cgroup=/nowhere	no.cgroup.'/nowhere'	mode=none;cgroup=/
s087 'cgroup'	cgroup=/nowhere	no.cgroup.'/nowhere'	mode=none;cgroup=/
s092 'cgroup'	cgroup=/nowhere	no.cgroup.'/nowhere'	mode=none;cgroup=/
s109 'cgroup'	cgroup=/nowhere	no.cgroup.'/nowhere'	mode=none;cgroup=/
s110 'cgroup'	cgroup=/nowhere	no.cgroup.'/nowhere'	mode=none;cgroup=/
s112 'cgroup'	cgroup=/nowhere	no.cgroup.'/nowhere'	mode=none;cgroup=/
s115 -	netns=nowhere	no.network.namespace.'nowhere'	-
s116 'hook'	netns=nowhere;hook=input	no.network.namespace.'nowhere'	hook=none
"

# unit_of PROGRAM KEYS: KEY=VALUE with ';' between them
unit_of() {
	{
		printf '[object]\npath = sections.bpf.o\n[program %s]\nload = yes\n[attach %s]\n' "$1" "$1"
		tr ';' '\n' <<<"$2"
	} | test_unit "$1"
}

# wrong WHAT REGEX UNIT [COMMAND...]: cleat run says one thing and ends
wrong() {
	local what=$1 re=$2 unit=$3 rc=0
	shift 3
	in_ns "$NS_B" "$@" timeout $((10 * TEST_TIME_SCALE)) "$CLEAT" run --quiet "$unit" >"$TEST_TMP/out" 2>"$TEST_TMP/err" </dev/null || rc=$?
	if [ $rc = 1 ] && [ "$(grep -c ': error: ' "$TEST_TMP/err")" = 1 ] &&
		[ "$(grep -c '^  hint: ' "$TEST_TMP/err")" -le 1 ] && [[ $(<"$TEST_TMP/err") =~ $re ]] &&
		! grep -q '(null)' "$TEST_TMP/err"; then
		ok "$what"
	else
		not_ok "$what" "status $rc, no one message like '$re'"
		diag_file "$TEST_TMP/err"
	fi
}

plugins=' '
while IFS=$'\t' read -r first target said mode; do
	read -r program missing <<<"$first"
	if [ -z "$program" ]; then continue; fi
	verdict=$(grep -F "\"program\":\"$program\"" "$TEST_TMP/verdicts")
	plugin=$(sed -nE 's/.*"plugin":"([^"]*)".*/\1/p' <<<"$verdict")
	plugins+="$plugin "
	if [ "$missing" != - ]; then
		# two of usdt's are required, and all that is missing is said at once
		wrong "$plugin: no target" "$missing" "$(unit_of "$program" "$([ "$plugin" != usdt ] || echo name=value)")"
	fi
	if [ "$mode" != - ]; then
		wrong "$plugin: a mode that is none" "'none'" "$(unit_of "$program" "$mode")"
	fi
	if [[ $verdict = *\"loaded\":true* ]]; then
		wrong "$plugin: a target that is not there" "${said//./.}" "$(unit_of "$program" "$target")"
	else
		wrong "$plugin: a target that is not there, or no such programs" error "$(unit_of "$program" "$target")"
	fi
	if command -v setpriv >/dev/null; then
		keys=$(awk -F '\t' -v p="$program" '$1 == p { print $3 }' "$list")
		case $keys in -*) keys= ;; esac
		wrong "$plugin: no privilege" 'CAP_|[Pp]ermi|does not|no kprobes|no .* in|hides|no .*of type|has no|privilege|missing' \
			"$(unit_of "$program" "$(keys_of "$keys" | tr '\n' ';')")" "${bare[@]}"
	fi
done <<<"$table"

# Those that are attached by no [attach] section, or have a test of their own for all of this.
others=' struct_ops syscall '
for p in $(cleat plugins --json 2>/dev/null | tr '{' '\n' | sed -nE 's/.*"kind": ?"program".*"name": ?"([^"]*)".*/\1/p; s/.*"name": ?"([^"]*)".*"kind": ?"program".*/\1/p'); do
	case "$plugins$others" in *" $p "*) ;; *) not_ok "$p is in the table" ;; esac
done
if [ "$(wc -w <<<"$plugins")" -ge 35 ]; then ok "all plugins are in the table"; else not_ok "all plugins are in the table"; fi
done_testing
