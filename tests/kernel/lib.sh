# shellcheck shell=bash disable=SC2015,SC2034
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What every kernel test script begins with: TAP, private namespaces, cgroups
# and bpffs, a cleat running in the background, and the check at the end that
# nothing is left in the kernel. It knows the command line of cleat only as far
# as `run --ready-fd`; it refuses to know any hook.
#
# The runner (tests/kernel/run) starts a script in a mount namespace of its own
# and sets: CLEAT, TEST_OBJ_DIR (the compiled *.bpf.o of the script's folder),
# TEST_BIN_DIR (helper programs), TEST_TIME_SCALE (10 where the CPU is emulated).

set -u

: "${CLEAT:?run me with tests/kernel/run}" "${TEST_OBJ_DIR:?}" "${TEST_BIN_DIR:?}"
: "${TEST_TIME_SCALE:=1}"

TEST_TMP=$(mktemp -d "${TMPDIR:-/tmp}/cleat-test.XXXXXX")
TEST_SCRIPT_DIR=$(cd "$(dirname "$0")" && pwd)
export TEST_TMP TEST_SCRIPT_DIR

__main=$BASHPID
__tests=0 __failed=0 __planned=0 __finished=0 __serial=0
__pids=() __cgroups=() __netns=()

cleat() { "$CLEAT" "$@"; }

# --- TAP ---------------------------------------------------------------------

diag() {
	local line
	while IFS= read -r line || [ -n "$line" ]; do printf '# %s\n' "$line"; done <<<"$*"
}

# diag_file FILE: its contents as diagnostics
diag_file() { if [ -s "$1" ]; then diag "$(<"$1")"; fi; }

ok() { echo "ok $((++__tests)) - $1"; }

# not_ok DESCRIPTION [WHY]
not_ok() {
	echo "not ok $((++__tests)) - $1"
	__failed=$((__failed + 1))
	if [ -n "${2-}" ]; then diag "$2"; fi
}
fail() { not_ok "$@"; }

# skip DESCRIPTION REASON: one test that cannot be made here
skip() { echo "ok $((++__tests)) - $1 # SKIP $2"; }

# skip_all REASON: the whole script cannot be run here
skip_all() {
	echo "1..0 # SKIP $*"
	__planned=1 __finished=1
	exit 0
}

plan() { echo "1..$1"; __planned=$1; }

# The last line of every script without a plan.
done_testing() { __finished=1; }

# is GOT WANTED DESCRIPTION
is() {
	if [ "$1" = "$2" ]; then ok "$3"; else not_ok "$3" "got '$1', wanted '$2'"; fi
}

# like TEXT REGEX DESCRIPTION
like() {
	if [[ $1 =~ $2 ]]; then ok "$3"; else not_ok "$3" "'$1' does not match '$2'"; fi
}

# succeeds DESCRIPTION COMMAND...: ok when it exits with 0; its output only shows when not
succeeds() {
	local what=$1 rc=0
	shift
	"$@" >"$TEST_TMP/.out" 2>&1 || rc=$?
	if [ $rc = 0 ]; then
		ok "$what"
	else
		not_ok "$what" "'$*' exited with $rc"
		diag_file "$TEST_TMP/.out"
		return 1
	fi
}

# fails_with STATUS REGEX DESCRIPTION COMMAND...: exits with STATUS and says REGEX
fails_with() {
	local want=$1 re=$2 what=$3 rc=0
	shift 3
	"$@" >"$TEST_TMP/.out" 2>&1 || rc=$?
	if [ $rc != "$want" ]; then
		not_ok "$what" "'$*' exited with $rc, not $want"
	elif ! [[ $(<"$TEST_TMP/.out") =~ $re ]]; then
		not_ok "$what" "no '$re' in its output"
	else
		ok "$what"
		return 0
	fi
	diag_file "$TEST_TMP/.out"
	return 1
}

# bail REASON: nothing sensible can follow
bail() {
	not_ok "${1-bail out}"
	__finished=1
	exit 1
}

# --- waiting -----------------------------------------------------------------

exec {__nap}<> <(:)
__nap() { read -r -t 0.05 -u "$__nap" _ || true; }

# wait_for [-t SECONDS] CONDITION...: polls until the command succeeds. 10
# seconds by default, and TEST_TIME_SCALE times as many where it is slow. The last
# look begins when the time is over: a slow one is no reason to miss what came.
wait_for() {
	local limit=10 end over=
	if [ "$1" = -t ]; then limit=$2; shift 2; fi
	end=$((SECONDS + limit * TEST_TIME_SCALE))
	until "$@" >/dev/null 2>&1; do
		if [ -n "$over" ]; then
			diag "waited $((limit * TEST_TIME_SCALE)) s in vain for: $*"
			return 1
		fi
		if [ $SECONDS -ge $end ]; then over=yes; else __nap; fi
	done
}

file_has() { [[ -s $1 && $(<"$1") =~ $2 ]]; }

# --- what is possible here -----------------------------------------------------

# have_hook NAME: does this kernel, for us, have it? Found out by trying, with
# plain system calls and without cleat. HOOK_REASON says why not.
# `TEST_BIN_DIR/hooks` alone lists the names.
have_hook() { HOOK_REASON=$("$TEST_BIN_DIR/hooks" "$1"); }

# requires_hook NAME...: skips the script where one is missing
requires_hook() {
	local h
	for h in "$@"; do have_hook "$h" || skip_all "$HOOK_REASON"; done
}

# requires_tool PROGRAM...
requires_tool() {
	local t
	for t in "$@"; do command -v "$t" >/dev/null || skip_all "no $t here"; done
}

# --- network -------------------------------------------------------------------

# new_netns: two network namespaces joined by a veth pair. Sets, with N growing:
#   NS_A NS_B   their names (for in_ns, and for `ip -n`; /run/netns/NAME)
#   IF_A IF_B   the interface in each
#   IP4_A IP4_B 10.77.N.1 and .2, /24;   IP6_A IP6_B fd77:N::1 and ::2, /64
new_netns() {
	local n=$((++__serial)) side
	NS_A=t$n-a NS_B=t$n-b IF_A=va$n IF_B=vb$n
	IP4_A=10.77.$n.1 IP4_B=10.77.$n.2 IP6_A=fd77:$n::1 IP6_B=fd77:$n::2
	ip netns add "$NS_A" && ip netns add "$NS_B" || bail "no network namespace"
	__netns+=("$NS_A" "$NS_B")
	ip -n "$NS_A" link add "$IF_A" type veth peer name "$IF_B" netns "$NS_B" ||
		bail "no veth pair"
	for side in A B; do
		local ns=NS_$side if=IF_$side ip4=IP4_$side ip6=IP6_$side
		ip -n "${!ns}" link set lo up
		ip -n "${!ns}" addr add "${!ip4}/24" dev "${!if}"
		ip -n "${!ns}" addr add "${!ip6}/64" dev "${!if}" nodad 2>/dev/null || true
		ip -n "${!ns}" link set "${!if}" up
	done
	wait_for answers "$NS_A" "$IP4_B" || bail "veth pair carries nothing"
}

# in_ns NAME COMMAND...: with that network, and our mounts (unlike ip netns exec,
# which hides bpffs and cgroups)
in_ns() {
	local ns=$1
	shift
	nsenter --net="/run/netns/$ns" -- "$@"
}

# answers NS ADDRESS [OPTION...]: does it answer a ping from there? Asked once, with PING_WAIT
# seconds for the answer.
PING_WAIT=1
answers() {
	local ns=$1 address=$2
	shift 2
	in_ns "$ns" ping -c 1 -W "$PING_WAIT" "$@" "$address"
}

# silent COMMAND...: a ping, and no answer comes: that is status 1. An answer takes a few
# milliseconds here, and is not waited for much longer.
silent() {
	local PING_WAIT=0.2
	if [ "$TEST_TIME_SCALE" -gt 1 ]; then PING_WAIT=0.5; fi
	"$@"
	[ $? = 1 ]
}

# hundred_lost NS ADDRESS: as many pings, and no answer; the events that `replaces` wants
hundred_lost() {
	EVENTS=100
	silent answers "$1" "$2" -q -c $EVENTS -i 0.01
}

# --- cgroups -------------------------------------------------------------------

# cgroup2_mount: prints where the version 2 hierarchy is mounted
cgroup2_mount() {
	local dev dir type rest
	while read -r dev dir type rest; do
		if [ "$type" = cgroup2 ]; then echo "$dir"; return; fi
	done </proc/mounts
	mkdir -p "$TEST_TMP/cgroup2" && mount -t cgroup2 none "$TEST_TMP/cgroup2" &&
		echo "$TEST_TMP/cgroup2"
}

# new_cgroup: makes an empty cgroup and sets CGROUP to its path
new_cgroup() {
	local root
	root=$(cgroup2_mount) && [ -n "$root" ] || bail "no cgroup2 hierarchy"
	CGROUP=$root/cleat-test-$$-$((++__serial))
	mkdir "$CGROUP" || bail "cannot make a cgroup"
	__cgroups+=("$CGROUP")
}

# in_cgroup PATH COMMAND...
in_cgroup() {
	local cg=$1
	shift
	(echo "$BASHPID" >"$cg/cgroup.procs" && exec "$@")
}

# --- bpffs -----------------------------------------------------------------------

# Every script has a bpffs of its own at /sys/fs/bpf. new_bpffs makes one more
# and sets BPFFS.
new_bpffs() {
	BPFFS=$TEST_TMP/bpffs-$((++__serial))
	mkdir "$BPFFS" && mount -t bpf bpf "$BPFFS" || bail "no bpffs"
}

# --- cleat in the background -------------------------------------------------------

# start_cleat ARGUMENTS...: `cleat ARGUMENTS --ready-fd N` in the background, as
# `run` and whatever else stays. Returns when it is attached (0), or has gone or
# is silent (1). Sets RUN_PID, RUN_OUT, RUN_ERR (files). IN_NS and IN_CGROUP, when
# set, say where.
start_cleat() {
	local n=$((++__serial)) ready fd end line said=''
	RUN_OUT=$TEST_TMP/run-$n.out RUN_ERR=$TEST_TMP/run-$n.err
	ready=$TEST_TMP/run-$n.ready
	local verb=$1
	shift
	local cmd=("$CLEAT" "$verb" --ready-fd 9 "$@")
	if [ -n "${IN_NS-}" ]; then cmd=(nsenter --net="/run/netns/$IN_NS" -- "${cmd[@]}"); fi
	mkfifo "$ready"
	exec {fd}<>"$ready"
	# Job control, so that the interrupt signal is not ignored in it.
	set -m
	if [ -n "${IN_CGROUP-}" ]; then
		(echo "$BASHPID" >"$IN_CGROUP/cgroup.procs" && exec "${cmd[@]}") \
			</dev/null >"$RUN_OUT" 2>"$RUN_ERR" 9>"$ready" {fd}>&- &
	else
		"${cmd[@]}" </dev/null >"$RUN_OUT" 2>"$RUN_ERR" 9>"$ready" {fd}>&- &
	fi
	RUN_PID=$!
	set +m
	__pids+=("$RUN_PID")
	end=$((SECONDS + 20 * TEST_TIME_SCALE))
	while [ $SECONDS -lt $end ]; do
		# The time may be over in the middle of the line.
		read -r -t 0.1 -u "$fd" line
		said+=$line
		if [ "$said" = READY=1 ]; then
			exec {fd}>&-
			return 0
		fi
		kill -0 "$RUN_PID" 2>/dev/null || break
	done
	exec {fd}>&-
	diag "cleat $verb did not become ready:"
	diag_file "$RUN_ERR"
	return 1
}

# run_unit UNIT... [OPTIONS]: `cleat run`, until it is attached
run_unit() { start_cleat run "$@"; }

# start_logd SOCKET: a daemon that takes log entries; sets LOGD_PID and LOG, the file that they
# are in, each with a line "--" behind it (logd.c)
start_logd() {
	LOG=$TEST_TMP/logd-$((++__serial))
	: >"$LOG"
	rm -f "$1"
	"$TEST_BIN_DIR/logd" "$1" "$LOG" &
	LOGD_PID=$!
	__pids+=("$LOGD_PID")
	wait_for test -S "$1" || bail "a log daemon"
}

# stop_run [-s SIGNAL] [PID]: ends it, and returns its exit status
stop_run() {
	local sig=INT pid rc=0
	if [ "${1-}" = -s ]; then sig=$2; shift 2; fi
	pid=${1-$RUN_PID}
	kill -s "$sig" "$pid" 2>/dev/null
	if ! wait_for __gone "$pid"; then
		diag "process $pid did not go after SIG$sig"
		kill -s KILL "$pid" 2>/dev/null
	fi
	wait "$pid" 2>/dev/null || rc=$?
	return $rc
}

# A process that only waits to be reaped is gone.
__gone() {
	local stat
	kill -0 "$1" 2>/dev/null || return 0
	{ stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 0
	[[ ${stat##*) } == Z* ]]
}

# test_unit NAME: writes standard input as unit NAME and prints its path. The
# objects of the test are found by their bare names.
test_unit() {
	cat >"$TEST_TMP/$1.ini"
	# A process for each object, each time, was most of what some scripts took.
	local o unlinked=()
	for o in "$TEST_OBJ_DIR"/*.bpf.o; do
		if [ -e "$o" ] && ! [ "$TEST_TMP/${o##*/}" -ef "$o" ]; then unlinked+=("$o"); fi
	done
	if [ ${#unlinked[@]} -gt 0 ]; then ln -sf "${unlinked[@]}" "$TEST_TMP/"; fi
	echo "$TEST_TMP/$1.ini"
}

# programs_unit NAME "PROGRAM..." "LOADED..." LINES: of the programs of test.bpf.o
# some are loaded, with "via = $VIA" when that is set
programs_unit() {
	local name=$1 all=$2 loaded=$3 p
	{
		printf '[object]\npath = test.bpf.o\n'
		for p in $all; do
			echo "[program $p]"
			if [[ " $loaded " != *" $p "* ]]; then echo "load = no"; continue; fi
			echo "load = yes"
			if [ -n "${VIA-}" ]; then echo "via = $VIA"; fi
		done
		echo "$4"
	} | test_unit "$name"
}

# --- a process to trace --------------------------------------------------------------

# start_victim [PROGRAM]: a process that does on demand what tests trace (victim.c, or another). Sets
# VICTIM (its path), VICTIM_PID and VICTIM_WORD (an address in it).
start_victim() {
	VICTIM=$TEST_BIN_DIR/${1-victim}
	coproc __victim { exec "$VICTIM" 2>&1; }
	read -r VICTIM_PID VICTIM_WORD <&"${__victim[0]}" || bail "no victim"
	__pids+=("$VICTIM_PID")
}

# ask_victim COMMAND...: has it done, and sets ANSWER
ask_victim() {
	echo "$*" >&"${__victim[1]}"
	read -r -t $((10 * TEST_TIME_SCALE)) ANSWER <&"${__victim[0]}"
}

# start_elsewhere: a copy of the program that start_victim ran, in another root:
# what it runs from is ELSEWHERE, where for us there is another file. Sets
# ELSEWHERE_PID. Commands go to it with ask_elsewhere COMMAND..., without answers.
start_elsewhere() {
	mkdir "$TEST_TMP/elsewhere"
	ELSEWHERE=$TEST_TMP/elsewhere/program
	echo nothing >"$ELSEWHERE"
	mkfifo "$TEST_TMP/.elsewhere"
	exec {__elsewhere}<>"$TEST_TMP/.elsewhere"
	unshare -m --propagation private sh -c "
		mount -t tmpfs none '$TEST_TMP/elsewhere' && cp '$VICTIM' '$ELSEWHERE' &&
		exec '$ELSEWHERE'" <&"$__elsewhere" >"$TEST_TMP/.elsewhere-out" &
	wait_for file_has "$TEST_TMP/.elsewhere-out" 0x || bail "a process with another root"
	read -r ELSEWHERE_PID _ <"$TEST_TMP/.elsewhere-out"
	__pids+=("$ELSEWHERE_PID")
}

ask_elsewhere() { echo "$*" >&"$__elsewhere"; }

# start_talker [NETNS]: a process that opens sockets and talks through them on
# demand (talker.c), in that network namespace. Sets TALKER_PID. One at a time.
start_talker() {
	local cmd=("$TEST_BIN_DIR/talker")
	if [ -n "${1-}" ]; then cmd=(nsenter --net="/run/netns/$1" -- "${cmd[@]}"); fi
	coproc __talker { exec "${cmd[@]}" 2>&1; }
	read -r TALKER_PID <&"${__talker[0]}" || bail "no talker"
	__pids+=("$TALKER_PID")
}

# talk COMMAND...: has it done, and sets ANSWER
talk() {
	echo "$*" >&"${__talker[1]}"
	read -r -t $((10 * TEST_TIME_SCALE)) ANSWER <&"${__talker[0]}"
}

# --- programs with the library in them ---------------------------------------------

# find_plugins: for them; cleat knows where its own are. Where they are inside cleat (--enable-builtin-plugins) there
# are no files, and a program that has the library alone finds none: NO_PLUGINS says so.
NO_PLUGINS="the plugins are inside cleat, and this test's own program has none"
find_plugins() {
	local found
	found=$(find "${CLEAT%/*}" -name xdp.plugin | head -n 1)
	[ -n "$found" ] && export CLEAT_PLUGIN_PATH="${found%/*}"
}
requires_plugins() { find_plugins || skip_all "$NO_PLUGINS"; }

# replaces WHAT PROGRAM COUNTER STREAM [-GLOBAL=VALUE...] [KEY=VALUE...]: a program of
# test.bpf.o is swapped for its twin again and again (replaceloop.c) while the function
# STREAM has events happen and sets EVENTS to their number, or fails when one was
# missed: all are in the two programs' COUNTER, and each has some. IN_NS says where. Sets
# RUN_PID.
replaces() {
	# STREAM sees these names, too
	local __what=$1 __program=$2 __counter=$3 __stream=$4 __swaps __one __two __rc=0 __to __from
	shift 4
	local __cmd=("$TEST_BIN_DIR/replaceloop" "$TEST_OBJ_DIR/test.bpf.o" "$__program" "$__counter" "$@")
	if [ -n "${IN_NS-}" ]; then __cmd=(nsenter --net="/run/netns/$IN_NS" -- "${__cmd[@]}"); fi
	if ! find_plugins; then
		skip "$__what: no event is missed while the program is replaced" "$NO_PLUGINS"
		return
	fi
	# No coproc: its pipes go as soon as it does.
	mkfifo "$TEST_TMP/.to" "$TEST_TMP/.from"
	exec {__to}<>"$TEST_TMP/.to" {__from}<>"$TEST_TMP/.from"
	rm "$TEST_TMP/.to" "$TEST_TMP/.from"
	"${__cmd[@]}" <&"$__to" >&"$__from" 2>"$TEST_TMP/.replacing" {__to}>&- {__from}>&- &
	RUN_PID=$!
	__pids+=("$RUN_PID")
	until read -r -t 0.1 -u "$__from" _; do
		if __gone "$RUN_PID"; then
			not_ok "$__what: attached" "$(<"$TEST_TMP/.replacing")"
			exec {__to}>&- {__from}>&-
			return 1
		fi
	done
	EVENTS=0
	"$__stream" || __rc=1
	echo >&"$__to"
	if ! read -r -t $((10 * TEST_TIME_SCALE)) -u "$__from" __swaps __one __two; then
		not_ok "$__what: replaced" "$(<"$TEST_TMP/.replacing")"
	elif [ $__rc = 0 ] && [ "$EVENTS" -gt 0 ] && [ $((__one + __two)) -ge "$EVENTS" ] &&
		[ "$__one" -gt 0 ] && [ "$__two" -gt 0 ]; then
		ok "$__what: no event is missed while the program is replaced"
	else
		not_ok "$__what: no event is missed while the program is replaced"
		__rc=1
	fi
	diag "$__what: $EVENTS events, replaced ${__swaps:-0} times, seen ${__one:-0} + ${__two:-0}"
	exec {__to}>&- {__from}>&-
	wait "$RUN_PID" 2>/dev/null
	is $? 0 "$__what: ends well"
	return $__rc
}

# map_id NAME: prints the id of that map of the unit that runs. Others of the name may be there, which
# the kernel has not freed yet.
map_id() {
	local id name _
	while read -r id _ name _; do
		[ "$name" = "$1" ] || continue
		if grep -qs "^map_id:[[:space:]]*$id\$" "/proc/$RUN_PID/fdinfo"/*; then
			echo "$id"
			return
		fi
	done < <(cleat list maps)
	return 1
}

# possible_cpus: how many, of "0-3,8-11"
possible_cpus() {
	local n=0 range ranges
	IFS=, read -ra ranges </sys/devices/system/cpu/possible
	for range in "${ranges[@]}"; do n=$((n + ${range#*-} - ${range%-*} + 1)); done
	echo $n
}

# four_bytes NUMBER: as this machine has it in memory, in hexadecimal
four_bytes() {
	local n=$(($1))
	if [ "$(printf '\1\0' | od -An -tu2 | tr -d ' ')" = 1 ]; then
		n=$(((n & 255) << 24 | (n >> 8 & 255) << 16 | (n >> 16 & 255) << 8 | n >> 24))
	fi
	printf '%08x' $n
}

# map VERB NAME ...: cleat map, on that map of the unit that runs
map() {
	local verb=$1 id
	id=$(map_id "$2") || id=$2
	shift 2
	cleat map "$verb" "$id" "$@"
}

# global NAME: prints a number among the global variables of test.bpf.o, of the unit that runs
global() {
	local text id name
	while read -r id _ name _; do
		[ "$name" = test.bss ] || continue
		grep -qs "^map_id:[[:space:]]*$id\$" "/proc/$RUN_PID/fdinfo"/* || continue
		text=$(cleat map dump --json "$id") || return
	done < <(cleat list maps)
	if [[ ${text-} =~ \"$1\":\"?([^,\"}\ ]*) ]]; then echo "${BASH_REMATCH[1]}"; else return 1; fi
}

# global_is NAME NUMBER, global_reaches NAME NUMBER; conditions to wait for
global_is() { [ "$(global "$1")" = "$2" ]; }
global_reaches() { [ "$(global "$1")" -ge "$2" ]; }

# --- the end -----------------------------------------------------------------------

# left_behind: what BPF objects are there that were not, and that no process of
# others holds. All descriptors are read at once, and only when there is something to
# ask them: with hundreds of processes that takes seconds.
left_behind() {
	local fresh held kind id name
	"$TEST_BIN_DIR/bpf-ids" >"$TEST_TMP/.ids-now"
	fresh=$(awk 'FILENAME == ARGV[1] { was[$1, $2]; next } !(($1, $2) in was)' \
		"$TEST_TMP/.ids" "$TEST_TMP/.ids-now")
	if [ -z "$fresh" ]; then return; fi
	held=$(grep -hsE '^(prog|map|link)_id:' /proc/[0-9]*/fdinfo/*)
	while read -r kind id name; do
		grep -qx "${kind}_id:[[:space:]]*$id" <<<"$held" || echo "$kind $id $name"
	done <<<"$fresh"
}

__nothing_left() {
	left_behind >"$TEST_TMP/.left"
	[ ! -s "$TEST_TMP/.left" ]
}

# nothing_left: waits until that is so, which is up to the kernel: it frees some things
# after a grace period, a long one when the machine is busy
nothing_left() { wait_for -t 30 __nothing_left; }

# leaves_nothing DESCRIPTION: one test, with what was still there when it fails
leaves_nothing() {
	if nothing_left; then ok "$1"; else not_ok "$1" "$(<"$TEST_TMP/.left")"; fi
}

__end() {
	local rc=$?
	if [ "$BASHPID" != "$__main" ]; then return; fi # a child that has not become a program yet
	local pid cg ns leftover=''
	trap - EXIT
	for pid in ${__pids[@]+"${__pids[@]}"}; do
		if ! __gone "$pid"; then
			kill -s KILL "$pid" 2>/dev/null
			wait "$pid" 2>/dev/null
		fi
	done
	for pid in $(jobs -p); do kill -s KILL "$pid" 2>/dev/null; done
	wait 2>/dev/null

	# What cleat pinned and did not take away is found before we take it away.
	leftover=$(cd /sys/fs/bpf && find . ! -type d ! -name '*.debug' -print)
	if [ -n "$leftover" ] && [ -z "${KEEPS_PINS-}" ]; then
		not_ok "no pin is left" "$leftover"
	fi
	umount /sys/fs/bpf 2>/dev/null
	for ns in ${__netns[@]+"${__netns[@]}"}; do
		ip netns del "$ns" || not_ok "namespace $ns can be removed"
	done
	for cg in ${__cgroups[@]+"${__cgroups[@]}"}; do
		wait_for rmdir "$cg" || not_ok "cgroup $cg can be removed" "$(<"$cg/cgroup.procs")"
	done
	while read -r _ ns _; do
		case $ns in "$TEST_TMP"/*) umount -l "$ns" ;; esac
	done </proc/mounts
	if [ -e "$TEST_TMP/.ids" ] && [ "$__tests" -gt 0 ]; then
		leaves_nothing "nothing is left in the kernel"
	fi
	rm -rf "$TEST_TMP"

	if [ $__finished = 0 ]; then
		not_ok "the script came to its end" "exit status $rc"
	fi
	if [ $__planned = 0 ]; then echo "1..$__tests"; fi
	if [ $__failed -gt 0 ]; then exit 1; fi
	exit 0
}
trap __end EXIT
trap 'exit 143' TERM INT HUP

if [ ! -d /run/netns ]; then mkdir -p /run/netns; fi
mount -t tmpfs none /run/netns || skip_all "no privilege to mount"
mount -t bpf bpf /sys/fs/bpf || skip_all "no bpffs"
if [ ! -d /sys/kernel/tracing/events ]; then
	mount -t tracefs none /sys/kernel/tracing 2>/dev/null || true
fi
"$TEST_BIN_DIR/bpf-ids" >"$TEST_TMP/.ids" || skip_all "no privilege for bpf(2)"
