#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The cpumap plugin: packets are taken on a veth pair, go through the map and the
# program in it to another CPU and on from there; what is refused.
. "$TEST_LIB"
requires_hook xdp_link
new_netns

unit=$(test_unit cpus <<END
[object]
path = test.bpf.o
[attach take]
interface = $IF_B
[map cpus]
entry = 0 -> 64 there
END
)
IN_NS=$NS_B run_unit "$unit" || bail "attached"
succeeds "packets come through" answers "$NS_A" "$IP4_B" -c 3 -i 0.01
if [ "$(global taken)" -ge 3 ]; then ok "they were taken"; else not_ok "they were taken"; fi
succeeds "and went through the program in the map" wait_for global_reaches handed 3
is "$(global cpu)" 0 "on that CPU"

like "$(map get cpus 0)" "^0 -> 64 [0-9]+$" "the queue's length and the program"
like "$(map dump cpus --json)" '"value":"64 [0-9]+"' "and in JSON"
possible=$(sed 's/.*[-,]//' /sys/devices/system/cpu/possible)
info=$(cleat show map "$(map_id cpus)" 2>/dev/null)
if [ -n "$info" ]; then
	like "$info" "max-entries *[=:]? *$((possible + 1))" "as many as there may be CPUs"
fi
succeeds "another length, no program" map set cpus 0 128
handed=$(global handed)
is "$(map get cpus 0)" "0 -> 128" "is there"
succeeds "packets come through" answers "$NS_A" "$IP4_B"
is "$(global handed)" "$handed" "without the program"
succeeds "deleted" map delete cpus 0
succeeds "no packet comes through" silent answers "$NS_A" "$IP4_B"
succeeds "a map of 4 bytes" map set plain 0 32
fails_with 1 "takes no programs" "takes no programs" map set plain 0 "32 7"
fails_with 1 "a queue has 1 to 16384 packets" "a queue too long" map set cpus 0 20000
fails_with 1 "expected LENGTH or LENGTH PROGRAM" "no length" map set cpus 0 take
fails_with 1 "CPU 4095 is out of range|there is no CPU 4095" "no such CPU" map set cpus 4095 64
fails_with 1 "no 'xdp/cpumap'" "a program that is no xdp/cpumap" map set cpus 0 \
	"64 $(cleat list programs | awk '/ take( |$)/ { print $1; exit }')"
stop_run
is $? 0 "ends well"
done_testing
