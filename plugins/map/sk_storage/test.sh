#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The sk_storage plugin: a program counts in values that live with the sockets of
# another process, which are read, set and deleted through its descriptors.
. "$TEST_LIB"
requires_hook tcx
new_netns
start_talker "$NS_A"
talk udp 0.0.0.0 0
one=$ANSWER
talk udp 0.0.0.0 0
two=$ANSWER
# Nobody answers there, not even that nobody listens.
silent=${IP4_B%.*}.99
ip -n "$NS_A" neigh add "$silent" lladdr 02:00:00:00:00:99 dev "$IF_A"
talk aim "$one" "$silent" 7
talk aim "$two" "$silent" 9
socket=/proc/$TALKER_PID/fd/

unit=$(test_unit counts <<END
[object]
path = test.bpf.o
[attach count]
interface = $IF_A
direction = egress
END
)
IN_NS=$NS_A run_unit "$unit" || bail "attached"
fails_with 1 "no entry" "nothing before something is sent" map get counts "$socket$one"
talk fill "$one" 58
talk fill "$one" 58
talk fill "$two" 100
like "$(map get counts "$socket$one")" '^socket:\[[0-9]+\] -> \{ packets = 2, bytes = 200 \}$' \
	"counted with the socket"
like "$(map get counts "$socket$two" --json)" '"packets":1,"bytes":142' "and with the other"
succeeds "set" map set counts "$socket$one" '{ packets = 10, bytes = 0 }'
talk fill "$one" 58
like "$(map get counts "$socket$one")" 'packets = 11, bytes = 100' "the program goes on from there"
succeeds "deleted" map delete counts "$socket$two"
fails_with 1 "no entry" "and gone" map get counts "$socket$two"
fails_with 1 "no descriptor of a socket" "a file is no socket" map get counts fd:0
fails_with 1 "is no socket: fd:NUMBER" "no descriptor" map get counts nowhere
fails_with 1 "no entries to walk" "nothing can be walked" map dump counts
stop_run
is $? 0 "ends well"

unit=$(test_unit limit <<END
[object]
path = test.bpf.o
[program count]
load = no
[map counts]
max-entries = 5
END
)
fails_with 1 "local storage has no limit" "refused: max-entries" cleat run "$unit"
done_testing
