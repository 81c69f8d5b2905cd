# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What maps of interfaces have in common: packets that come in by one veth pair leave by
# another, through the map and the program in it; entries by name; pins; what is refused.
# $key: under which the interface is; $indexed: is there an end to keys.
requires_hook xdp_link

new_netns
from=$NS_A to=$IP4_B way=$NS_B in=$IF_B
new_netns
far=$NS_A
ip -n "$way" link add out0 type veth peer name far0 netns "$far"
ip -n "$way" link set out0 up
ip -n "$far" link set far0 up

unit=$(test_unit arrive <<END
[object]
path = test.bpf.o
[program send_on]
load = no
[attach arrive]
interface = far0
END
)
IN_NS=$far run_unit "$unit" || bail "attached where packets arrive"
there=$RUN_PID
send() { # the unit's lines for the maps
	test_unit send <<-END
		[object]
		path = test.bpf.o
		[program arrive]
		load = no
		[attach send_on]
		interface = $in
		$1
	END
}
here() { in_ns "$way" "$CLEAT" map "$@"; }

IN_NS=$way run_unit "$(send "
[map ports]
entry = $key -> out0 leave
pin = /sys/fs/bpf/ports")" || bail "attached"
silent answers "$from" "$to" -c 3 -i 0.01 >/dev/null
succeeds "packets are sent" wait_for global_reaches sent 3
is "$(global left)" "$(global sent)" "through the program in the map"
sent=$(global sent)
is "$(RUN_PID=$there global arrived)" "$sent" "and arrive where the map says"

ports=$(map_id ports)
like "$(here get "$ports" "$key")" "^$key -> out0 [0-9]+$" "read as names"
like "$(here dump --json "$ports")" '"value":"out0 [0-9]+"' "and in JSON"
number=$(in_ns "$way" cat /proc/net/dev_mcast | awk '$2 == "out0" { print $1; exit }')
like "$(map get ports "$key")" "^$key -> (${number:-[0-9]+}|[^ ]+) [0-9]+$" "a number where the name is not known"
succeeds "set without a program" here set "$ports" "$key" out0
is "$(here get "$ports" "$key")" "$key -> out0" "there is none"
silent answers "$from" "$to" >/dev/null
wait_for global_reaches sent $((sent + 1))
is "$(global left)" "$sent" "packets pass no program any more"
is "$(RUN_PID=$there global arrived)" "$(global sent)" "and arrive"
succeeds "set in the map of 4 bytes" here set "$(map_id plain)" 2 out0
fails_with 1 "takes no programs" "which takes no programs" here set "$(map_id plain)" 2 "out0 7"
succeeds "an entry is deleted" here delete "$ports" "$key"
fails_with 1 "no entry '$key'" "and gone" here get "$ports" "$key"
fails_with 1 "no network interface 'ou0'.*did you mean 'out0'" "no such interface" \
	here set "$ports" "$key" ou0
fails_with 1 "no program has the id 4294967295" "no such program" \
	here set "$ports" "$key" "out0 4294967295"
fails_with 1 "expected INTERFACE or INTERFACE PROGRAM" "too much" here set "$ports" "$key" "out0 1 2"
fails_with 1 "no 'xdp/devmap'" "a program that is no xdp/devmap" here set "$ports" "$key" \
	"out0 $(cleat list programs | awk '$3 == "send_on" || $4 == "send_on" { print $1; exit }')"
if [ "$indexed" = yes ]; then
	fails_with 1 "the map has 4 entries" "an index too high" here set "$ports" 4 out0
fi

again() { # NAME LINE
	test_unit "$1" <<-END
		[object]
		path = test.bpf.o
		[program send_on]
		load = no
		[program leave]
		load = no
		[program arrive]
		load = no
		[map ports]
		pin = /sys/fs/bpf/ports
		${2-}
	END
}
first=$RUN_PID
run_unit "$(again again)" || bail "a second unit"
is "$(map_id ports)" "$ports" "the pinned map is taken, whose flags the kernel changed"
stop_run
fails_with 1 "is another than the object's: max-entries 4, not 8" "but not with another size" \
	cleat run "$(again other "max-entries = 8")"
stop_run "$first"
is $? 0 "ends well"
stop_run "$there"
done_testing
