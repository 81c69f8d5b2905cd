#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The xskmap plugin: packets reach an AF_XDP socket of another process through the
# map; a socket that is closed leaves it; what is refused.
. "$TEST_LIB"
requires_hook xdp_link
new_netns
start_talker "$NS_B"
talk xsk "$IF_B"
xsk=$ANSWER
if [[ $xsk = -* ]]; then skip_all "no AF_XDP sockets here: ${xsk#-}"; fi

unit=$(test_unit sockets <<END
[object]
path = test.bpf.o
[attach hand_over]
interface = $IF_B
[map sockets]
entry = 0 -> /proc/$TALKER_PID/fd/$xsk
END
)
IN_NS=$NS_B run_unit "$unit" || bail "attached"
succeeds "the kernel does not see the packet" silent answers "$NS_A" "$IP4_B" -s 56
succeeds "it was handed over" wait_for global_reaches handed 1
talk length "$xsk"
is "$ANSWER" 98 "the socket has it, whole"
fails_with 1 "does not say which socket" "a slot cannot be read" map get sockets 0
fails_with 1 "no AF_XDP socket" "another descriptor" map set sockets 1 fd:1
fails_with 1 "did you mean 'fd:$xsk'" "a number" map set sockets 1 "$xsk"
fails_with 1 "cannot take /proc/$TALKER_PID/fd/999" "no such descriptor" \
	map set sockets 1 "/proc/$TALKER_PID/fd/999"
fails_with 1 "the map has 2 entries" "an index too high" \
	map set sockets 2 "/proc/$TALKER_PID/fd/$xsk"
succeeds "taken out" map delete sockets 0
succeeds "the kernel has its packets again" answers "$NS_A" "$IP4_B"
succeeds "put in again" map set sockets 0 "/proc/$TALKER_PID/fd/$xsk"
kill "$TALKER_PID"
succeeds "a socket that is closed is in no map" wait_for answers "$NS_A" "$IP4_B"
stop_run
is $? 0 "ends well"
done_testing
