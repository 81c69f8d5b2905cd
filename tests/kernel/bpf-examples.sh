#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The example programs with their units, as they are installed: each runs, sees or does
# what its page says, and is gone afterwards. What a unit cannot know here (interfaces,
# cgroups, processes) is said in a drop-in, as a user would.
. "$TEST_LIB"
requires_hook raw_tracepoint

stage=$(cd "$TEST_BIN_DIR/../.." && pwd)
units=$(find "$stage/usr" -name execsnoop.ini -printf '%h\n' -quit)
objects=$(find "$stage/usr" -name execsnoop.bpf.o -printf '%h\n' -quit)
if [ -z "$objects" ]; then skip_all "the examples are not built: no clang was there"; fi

# A program, not what the shell has instead.
true=$(type -P true)
mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing

# example NAME <DROP-IN: runs it, or tells why not
example() {
	local drop_in
	drop_in=$(cat)
	NAME=$1
	if [ ! -e "$TEST_TMP/$1.ini" ]; then cp "$units/$1.ini" "$TEST_TMP/"; fi
	if [ -n "$drop_in" ]; then
		mkdir -p "$TEST_TMP/$1.ini.d"
		echo "$drop_in" >"$TEST_TMP/$1.ini.d/test.ini"
	fi
	if run_unit --object-dir "$objects" "$TEST_TMP/$1.ini"; then
		ok "$1 runs"
	else
		not_ok "$1 runs" "$(<"$RUN_ERR")"
		return 1
	fi
}

# ends: the one that runs
ends() {
	stop_run
	is $? 0 "$NAME ends well"
	leaves_nothing "$NAME leaves nothing"
}

# says REGEX WHAT: a record of it comes out
says() {
	if wait_for file_has "$RUN_OUT" "$1"; then
		ok "$NAME: $2"
	else
		not_ok "$NAME: $2" "$(tail -n 5 "$RUN_OUT" "$RUN_ERR")"
	fi
}

# own_map NAME: the id of the map that the one that runs has under this name
own_map() {
	local id name
	while read -r id _ name _; do
		if [ "$name" = "$1" ] && grep -qs "^map_id:[[:space:]]*$id\$" "/proc/$RUN_PID/fdinfo"/*; then
			echo "$id"
		fi
	done < <(cleat list maps)
}

# counts MAP REGEX WHAT: it is in the map before long
in_map() { [[ $(cleat map dump --json "$(own_map "$1")" | tr -d ' \n') =~ $2 ]]; }
counts() {
	if wait_for in_map "$1" "$2"; then
		ok "$NAME: $3"
	else
		not_ok "$NAME: $3" "$(cleat map dump --json "$(own_map "$1")")"
	fi
}

# shows PATH REGEX WHAT: in the text that an iterator writes
in_text() { [[ $(tr '\n' '|' <"$1") =~ $2 ]]; }
shows() {
	if wait_for in_text "$1" "$2"; then ok "$NAME: $3"; else not_ok "$NAME: $3" "$(<"$1")"; fi
}

# --- what is traced ---------------------------------------------------------------------------

if example execsnoop </dev/null; then
	"$true" hello 'two words'
	says "comm=true path=$true .*true hello two words" "who is started, with the arguments"
	ends
fi

if example opensnoop </dev/null; then
	cat /nonexistent-cleat 2>/dev/null
	says 'result=-2 .*nonexistent-cleat' "what could not be opened, and why"
	cat /dev/null
	says 'result=[0-9]+ .*"?/dev/null"?' "what was opened"
	ends
fi
if example opensnoop <<<$'[global only_failed]\nvalue = true'; then
	cat /dev/null
	cat /nonexistent-cleat 2>/dev/null
	says 'nonexistent-cleat' "failures alone, if wanted"
	if file_has "$RUN_OUT" 'result=[0-9]'; then not_ok "opensnoop: nothing else"; else ok "opensnoop: nothing else"; fi
	ends
fi
rm -rf "$TEST_TMP/opensnoop.ini.d"

if example who </dev/null; then
	"$true"
	says "what=EXEC .*comm=true path=$true" "who runs what"
	cat /nonexistent-cleat 2>/dev/null
	says 'what=OPEN .*result=-2 comm=cat .*nonexistent-cleat' "and opens what"
	ends
fi

# A file on a disk; what writes it, waits for it.
write_file() { dd if=/dev/zero of="$1" bs=4k count=8 conv=fsync status=none; rm -f "$1"; }
disk=/var/tmp
if [ ! -d /sys/kernel/tracing/events/block ]; then
	skip "biolat" "this kernel has no block devices"
elif ! [[ $(findmnt -n -o SOURCE -T "$disk") == /dev/* ]]; then
	skip "biolat" "$disk is not on a block device"
elif example biolat </dev/null; then
	for _ in {1..5}; do write_file "$disk/cleat-test-$$"; done
	shows /sys/fs/bpf/biolat 'device [0-9]+:[0-9]+\| +[0-9]+ \.\. [0-9]+ +us +[1-9]' "how long the disk took"
	ends
fi

start_victim probed
if have_hook uprobe; then
	if example funclat <<EOF; then
[attach on_call]
binary = $VICTIM
function = value
[attach on_return]
binary = $VICTIM
function = value
EOF
		for n in 1 2 3; do ask_victim value $n; done
		shows /sys/fs/bpf/funclat "process $VICTIM_PID\\|( +[0-9]+ \.\. [0-9]+ +us +[1-3]\\|)+" "each call of the process"
		is "$(awk '$4 == "us" { n += $5 } END { print n + 0 }' /sys/fs/bpf/funclat)" 3 "funclat: three calls are three"
		ends
	fi
	if example usdtlat <<EOF; then
[attach on_start]
binary = $VICTIM
provider = demo
name = value
pid = $VICTIM_PID
[attach on_end]
binary = $VICTIM
provider = other
name = value
pid = $VICTIM_PID
EOF
		ask_victim value 7
		ask_victim value 8
		ask_victim other 8
		ask_victim other 9
		ask_victim other 7
		shows /sys/fs/bpf/usdtlat "process $VICTIM_PID\\|" "from one probe to the other"
		is "$(awk '$4 == "us" { n += $5 } END { print n + 0 }' /sys/fs/bpf/usdtlat)" 2 "usdtlat: by the request, not by the order"
		ends
	fi
else
	skip "funclat, usdtlat" "$HOOK_REASON"
fi

if have_hook iter; then
	if example tasks </dev/null; then
		says "(^|[[:space:]])$$ +$PPID +0 S +1 bash" "this shell, in the list of processes"
		# shellcheck disable=SC2009
		shows /sys/fs/bpf/tasks "\\| +$RUN_PID +$$ +0 . +[0-9]+ cleat\\|" "anew at each reading"
		ends
	fi
else
	skip "tasks" "$HOOK_REASON"
fi

if have_hook lsm; then
	if example audit </dev/null; then
		"$true"
		says "\"STARTED\".*\"$true\"" "programs that are started"
		mkdir "$TEST_TMP/mount" && mount -t tmpfs none "$TEST_TMP/mount" && umount "$TEST_TMP/mount"
		says '"MOUNTED".*"tmpfs"' "file systems that are mounted"
		cat "/proc/$VICTIM_PID/environ" >/dev/null
		says "\"TRACED\".*\"other\":${VICTIM_PID}[,}]" "processes that are looked into"
		ends
	fi
else
	skip "audit" "$HOOK_REASON"
fi

# --- the network ------------------------------------------------------------------------------

new_netns
new_cgroup
start_talker "$NS_B"
connect() { in_ns "$NS_A" timeout 2 bash -c ": >/dev/tcp/$IP4_B/$1" 2>/dev/null; }

talk tcp "$IP4_B" 7777
listener=$ANSWER
if example tcplife <<<$'[global only_port]\nvalue = 7777'; then
	in_ns "$NS_A" bash -c "exec 3<>/dev/tcp/$IP4_B/7777; echo hello >&3; sleep 0.2"
	says "remote=::ffff:$IP4_B .*remote_port=7777 .*sent_bytes=[678] " "a connection, when it is over"
	says 'comm="?bash' "whose it was"
	talk accept "$listener"
	talk close "$ANSWER"
	says "comm=talker local=::ffff:$IP4_B .*local_port=7777 .*received_bytes=[678] " "and its other side"
	ends
fi

in_ns "$NS_A" ip addr add 198.51.100.9/32 dev "$IF_A"
ip -n "$NS_B" route add 198.51.100.0/24 via "$IP4_A"
cp "$units/blocked.txt" "$TEST_TMP/"
if IN_NS=$NS_B example blocklist <<<$'[attach blocklist]\ninterface = '"$IF_B"; then
	succeeds "blocklist: an address that is not on the list" in_ns "$NS_A" ping -q -c 1 -W 1 "$IP4_B"
	if in_ns "$NS_A" ping -q -c 1 -W 1 -I 198.51.100.9 "$IP4_B" >/dev/null; then
		not_ok "blocklist: one that is"
	else
		ok "blocklist: one that is"
	fi
	counts counters '"key":"?(1|DROPPED)"?,"value.*"packets":"?[1-9]' "what was dropped"
	ends
fi

talk tcp "$IP4_B" 7778
if IN_NS=$NS_B example firewall <<EOF; then
[map open_ports]
entry = { protocol = TCP, port = 7777 } -> 0
[attach firewall]
interface = $IF_B
EOF
	succeeds "firewall: a port that is open" connect 7777
	if connect 7778; then not_ok "firewall: one that is not"; else ok "firewall: one that is not"; fi
	counts verdicts '"key":"?(1|DROPPED)"?,"value.*"?[1-9]' "what was dropped"
	succeeds "firewall: pings pass" in_ns "$NS_A" ping -q -c 1 -W 1 "$IP4_B"
	cleat map set "$(own_map open_ports)" '{ protocol = TCP, port = 7778 }' 0
	succeeds "firewall: a port that is opened while it runs" connect 7778
	ends
fi

if IN_NS=$NS_A example ratelimit <<EOF; then
[global rate]
value = 1
[global burst]
value = 3000
[attach limit]
interface = $IF_A
EOF
	got=$(in_ns "$NS_A" ping -q -c 5 -i 0.2 -s 1000 -W 1 "$IP6_B" | sed -nE 's/.* ([0-9]+) received.*/\1/p')
	is "$got" 2 "ratelimit: two packets of 1062 bytes fit into 3000, five do not"
	counts buckets '"dropped":([3-9]|1[0-9])' "what was held back"
	succeeds "ratelimit: another address has its own bucket" in_ns "$NS_A" ping -q -c 1 -W 1 "$IP4_B"
	ends
fi

ip -n "$NS_A" route add default via "$IP4_B"
if example egress <<<$'[attach egress]\ncgroup = '"$CGROUP"; then
	guest() { in_cgroup "$CGROUP" nsenter --net="/run/netns/$NS_A" "$@"; }
	succeeds "egress: an address that is allowed" guest ping -q -c 1 -W 1 "$IP4_B"
	if guest ping -q -c 1 -W 1 203.0.113.7 >/dev/null 2>&1; then not_ok "egress: one that is not"; else ok "egress: one that is not"; fi
	says '203\.0\.113\.7' "what was refused"
	ends
fi

# The socket is another each time: the unit is edited.
talk tcp "$IP4_B" 1234
sed "s|/proc/4711/fd/3 .*|/proc/$TALKER_PID/fd/$ANSWER|" "$units/steer.ini" >"$TEST_TMP/steer.ini"
server=$ANSWER
if IN_NS=$NS_B example steer </dev/null; then
	succeeds "steer: port 8080 is served" connect 8080
	succeeds "steer: port 9000 too" connect 9000
	talk accept "$server"
	if [[ $ANSWER =~ ^[0-9]+$ ]]; then ok "steer: by the one socket"; else not_ok "steer: by the one socket" "$ANSWER"; fi
	if connect 9001; then not_ok "steer: others are not"; else ok "steer: others are not"; fi
	counts ports '9000"?,"value":"?1' "connections are counted"
	ends
fi

echo "$TALKER_PID" >"$CGROUP/cgroup.procs"
if IN_NS=$NS_B example shortcut <<<$'[attach on_connection]\ncgroup = '"$CGROUP"; then
	talk pair
	read -r one two <<<"$ANSWER"
	talk send "$one" hello
	talk recv "$two"
	is "$ANSWER" hello "shortcut: what is sent arrives"
	counts shortcut.bss '"messages":"?1"?,|"messages":"?1"?}' "by the short way"
	counts shortcut.bss '"bytes":"?5' "all of it"
	talk send "$two" back
	talk recv "$one"
	is "$ANSWER" back "shortcut: and the other way round"
	talk close "$one"
	talk close "$two"
	ends
fi

if ! have_hook struct_ops; then
	skip "calm" "$HOOK_REASON"
elif example calm <<<$'[global limit]\nvalue = 4'; then
	talk pair
	read -r one two <<<"$ANSWER"
	talk congestion "$one" cleat_calm
	is "$ANSWER" cleat_calm "calm: a connection uses it"
	for _ in {1..20}; do talk send "$one" hello; done
	counts calm.bss '"acknowledgements":"?[1-9]' "the kernel asks it"
	if command -v ss >/dev/null; then
		is "$(in_ns "$NS_B" ss -tin | sed -nE 's/.*cleat_calm.* cwnd:([0-9]+).*/\1/p')" 4 "calm: no more packets under way than said"
	else
		skip "calm: no more packets under way than said" "no ss here"
	fi
	talk close "$one"
	talk close "$two"
	ends
fi
done_testing
