#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# run --watch and apply --watch: interfaces, cgroups, processes and libraries that come, go and come again; units
# that change; what a supervisor is told. How long it takes is printed.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"

new_netns
new_cgroup

here() { in_ns "$NS_A" "$CLEAT" "$@"; }
# counted NAME: a variable of the programs
counted() { here map dump --json watch.bss 2>/dev/null | sed -n "s/.*\"$1\":\"\{0,1\}\([0-9]*\).*/\1/p"; }
more() { [ "$(counted "$1")" -gt "$2" ]; }
said() { grep -qE -- "$1" "$RUN_ERR" "$RUN_OUT"; }
times_said() { grep -c -- "$1" "$RUN_ERR"; }
# new_wire: the interface w0 beside us, its other end in the other namespace
new_wire() {
	ip -n "$NS_A" link add w0 type veth peer name w1 netns "$NS_B" &&
		ip -n "$NS_A" addr add 192.0.2.101/24 dev w0 && ip -n "$NS_A" link set w0 up &&
		ip -n "$NS_B" addr add 192.0.2.102/24 dev w1 && ip -n "$NS_B" link set w1 up
}
knock() { in_ns "$NS_B" ping -c 1 -W 1 192.0.2.101 >/dev/null 2>&1; }
knocks_are_seen() { knock; more packets 0; }
# in_time WHAT REGEX COMMAND...: after COMMAND, how long until the command says REGEX
in_time() {
	local what=$1 regex=$2 begin end text
	shift 2
	begin=${EPOCHREALTIME/./}
	"$@" || bail "$*"
	end=$((begin + 10000000 * TEST_TIME_SCALE))
	while text=$(cat "$RUN_ERR" "$RUN_OUT") && ! [[ $text =~ $regex ]]; do
		if [ "${EPOCHREALTIME/./}" -gt $end ]; then
			not_ok "$what" "$text"
			return
		fi
	done
	end=${EPOCHREALTIME/./}
	ok "$what"
	echo "# $what: after $(((end - begin) / 1000)) ms"
}

# --- interfaces ------------------------------------------------------------------

unit=$(test_unit watch <<END
[object]
path = watch.bpf.o
[program sockets]
load = no
[attach door]
interface = $IF_A
interface = w*
END
)
fails_with 1 "no network interface matches 'w\*'" "without --watch it must be there" here run "$unit"
IN_NS=$NS_A run_unit --watch "$unit" || bail "runs: $(<"$RUN_ERR")"
like "$(<"$RUN_ERR")" "watch.ini:6: note: .*no network interface matches 'w\*'.*it is waited for" \
	"one that is missing is waited for"
in_time "an interface that comes" "attached watch: xdp on w0" new_wire
succeeds "its packets are seen" wait_for knocks_are_seen
in_time "an interface that goes" "detached watch: xdp on w0" ip -n "$NS_A" link del w0
before=$(counted packets)
new_wire
wait_for eval '[ "$(times_said "attached watch: xdp on w0")" = 2 ]'
is "$(times_said "attached watch: xdp on w0")" 2 "one that is back is attached to again"
knock
succeeds "and its packets are seen" wait_for more packets "$before"
before=$(times_said .)
ip -n "$NS_A" link set w0 mtu 1400
ip -n "$NS_A" link add x0 type veth peer name x1
ip -n "$NS_A" link del w0
wait_for eval '[ "$(times_said "detached watch: xdp on w0")" = 2 ]'
is "$(tail -n +$((before + 1)) "$RUN_ERR" | grep -c tached)" 1 "what no unit names is nothing to talk about"
stop_run
is $? 0 "ends well"
ip -n "$NS_A" link del x0

# --- cgroups ---------------------------------------------------------------------

unit=$(test_unit watch <<END
[object]
path = watch.bpf.o
[program door]
load = no
[attach sockets]
cgroup = $CGROUP/web*/one
END
)
if have_hook cgroup_link; then
	IN_NS=$NS_A run_unit --watch "$unit" || bail "runs: $(<"$RUN_ERR")"
	in_time "a cgroup that is made" "attached watch: cgroup_sock.*/web1/one" mkdir -p "$CGROUP/web1/one"
	in_cgroup "$CGROUP/web1/one" ping -c 1 127.0.0.1 >/dev/null 2>&1
	succeeds "its sockets are seen" wait_for more made 0
	wait_for rmdir "$CGROUP/web1/one" && rmdir "$CGROUP/web1"
	succeeds "a cgroup that goes" wait_for said "detached watch: cgroup_sock.*/web1/one"
	mkdir -p "$CGROUP/web1/one"
	wait_for eval '[ "$(times_said "attached watch: cgroup_sock")" = 2 ]'
	is "$(times_said "attached watch: cgroup_sock")" 2 "one that is made again is attached to again"
	stop_run
	is $? 0 "ends well"
	rmdir "$CGROUP/web1/one" "$CGROUP/web1"
else
	skip "cgroups that come and go" "$HOOK_REASON"
fi

# --- processes and libraries -----------------------------------------------------

# victims COMMAND...
probe() {
	test_unit watch <<END
[object]
path = watch.bpf.o
[program door]
load = no
[program sockets]
load = no
[program called]
load = yes
[attach called]
function = victim_twice
$1
END
}
if have_hook uprobe; then
	unit=$(probe "binary = $TEST_BIN_DIR/victim
process = victim")
	start_cleat run --watch "$unit" || bail "runs: $(<"$RUN_ERR")"
	like "$(<"$RUN_ERR")" "note: .*no process 'victim'" "a process that is missing is waited for"
	in_time "a process that starts" "attached watch: uprobe .*victim_twice" start_victim
	ask_victim twice 21
	succeeds "its calls are seen" wait_for more calls 0
	input=${__victim[1]}
	exec {input}>&-
	succeeds "a process that ends" wait_for said "detached watch: uprobe"
	stop_run
	is $? 0 "ends well"

	cp "$TEST_BIN_DIR/victim" "$TEST_TMP/probed"
	ln -s "$TEST_TMP/probed" "$TEST_TMP/by-link"
	unit=$(probe "binary = $TEST_TMP/by-link")
	start_cleat run --watch "$unit" || bail "runs: $(<"$RUN_ERR")"
	exec {old}> >("$TEST_TMP/probed" >"$TEST_TMP/old.out")
	echo "twice 1" >&"$old"
	succeeds "calls are seen" wait_for more calls 0
	cp "$TEST_BIN_DIR/victim" "$TEST_TMP/probed.new"
	mv "$TEST_TMP/probed.new" "$TEST_TMP/probed"
	succeeds "a file takes another's place" wait_for eval '[ "$(times_said "attached watch: uprobe")" = 2 ]'
	before=$(counted calls)
	echo "twice 1" | "$TEST_TMP/probed" >/dev/null
	succeeds "calls in the new one are seen" wait_for more calls "$before"
	before=$(counted calls)
	echo "twice 1" >&"$old"
	succeeds "and in the old one, where it still runs" wait_for more calls "$before"
	exec {old}>&-
	stop_run
	is $? 0 "ends well"
else
	skip "processes and libraries" "$HOOK_REASON"
fi

# --- what was applied, and a library is upgraded --------------------------------

ROOT=/sys/fs/bpf/cleat
if have_hook uprobe && have_hook perf_link; then
	cp "$TEST_BIN_DIR/victim" "$TEST_TMP/upgraded"
	printf '[object]\npath = watch.bpf.o\n[program door]\nload = no\n[program sockets]\nload = no\n[program called]\nload = yes\n[attach called]\nfunction = victim_twice\nbinary = %s\n' \
		"$TEST_TMP/upgraded" | test_unit upgraded >"$TEST_TMP/path"
	start_cleat apply --watch "$(<"$TEST_TMP/path")" || bail "applies: $(<"$RUN_ERR")"
	applied_calls() { cleat map dump "$ROOT/upgraded/maps/%2ebss" | grep -o 'calls[^0-9]*[0-9]*' | grep -o '[0-9]*$'; }
	# called_more: calls of the file that is there now are seen
	called_more() {
		local n
		n=$(applied_calls)
		echo "twice 1" | "$TEST_TMP/upgraded" >/dev/null
		[ "$(applied_calls)" -gt "$n" ]
	}
	succeeds "calls are seen (applied)" wait_for called_more
	cp "$TEST_BIN_DIR/victim" "$TEST_TMP/upgraded.new"
	mv "$TEST_TMP/upgraded.new" "$TEST_TMP/upgraded"
	succeeds "a file takes another's place (applied)" wait_for eval 'grep -q "the file or process there is another" "$RUN_OUT"'
	succeeds "calls in the new one are seen (applied)" wait_for called_more
	is "$(find "$ROOT/upgraded/links" -type f | wc -l)" 1 "by one link"
	stop_run
	is $? 0 "ends well"
	succeeds "and there is nothing to do" cleat plan --quiet --exit-code "$(<"$TEST_TMP/path")"
	cleat remove --quiet upgraded
else
	skip "a library that is upgraded (applied)" "$HOOK_REASON"
fi

# --- what was applied is kept ----------------------------------------------------

edge() {
	printf '[object]\npath = watch.bpf.o\n[program sockets]\nload = no\n[attach door]\ninterface = %s\n' \
		"$1" | test_unit watch
}
# told WORD: what the supervisor has heard
told() { file_has "$LOG" "$1"; }

if ! have_hook xdp_link; then
	skip "apply --watch" "$HOOK_REASON"
	done_testing
	exit
fi
unit=$(edge w0)
start_logd "$TEST_TMP/notify"
export NOTIFY_SOCKET=$TEST_TMP/notify WATCHDOG_USEC=400000
IN_NS=$NS_A start_cleat apply --watch "$unit" || bail "applies: $(<"$RUN_ERR")"
unset NOTIFY_SOCKET WATCHDOG_USEC
like "$(<"$RUN_ERR")" "note: .*no network interface 'w0'.*it is waited for" "apply --watch waits for what is missing"
succeeds "the supervisor hears that it is ready" wait_for told "READY=1"
succeeds "and, again and again, that it lives" wait_for eval '[ "$(grep -c WATCHDOG=1 "$LOG")" -ge 2 ]'
in_time "an interface that comes (applied)" "[+] link door" new_wire
succeeds "its packets are seen" wait_for knocks_are_seen
ip -n "$NS_A" link del w0
succeeds "one that goes: its link goes" wait_for said "- link door"
new_wire
wait_for eval '[ "$(grep -c "+ link door:" "$RUN_OUT")" = 2 ]'
is "$(grep -c "+ link door:" "$RUN_OUT")" 2 "one that is back has it again"

misspell() { edge 'w0
interfaces = w0' >/dev/null; }
in_time "a unit that changes" "error: .*'interfaces'" misspell
is "$([ -e "$ROOT/watch/links/door" ] && echo kept)" kept "what is wrong in it changes nothing"
edge "w0
interface = $IF_A" >/dev/null
succeeds "once it is right it is applied" wait_for eval 'grep -q "link door-2" "$RUN_OUT"'
kill -s HUP "$RUN_PID"
succeeds "a reload, as the supervisor hears" wait_for told "RELOADING=1"
stop_run -s TERM
is $? 0 "ends well"
succeeds "which the supervisor hears, too" wait_for told "STOPPING=1"
is "$([ -e "$ROOT/watch/links/door" ] && echo kept)" kept "what was applied stays"
succeeds "the next one has nothing to do" here plan --exit-code "$unit"
in_ns "$NS_A" "$CLEAT" remove watch >/dev/null
ip -n "$NS_A" link del w0
done_testing
