#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The reuseport_sockarray plugin: sockets of another process that share a port go
# in by text, are read as cookies, and leave when they are closed; what is
# refused. That one of them is chosen the sk_reuseport plugin's test sees.
. "$TEST_LIB"
start_talker
socket=/proc/$TALKER_PID/fd/
port=$((40000 + $$ % 20000))
talk udp 127.0.0.1 $port
one=$ANSWER
talk udp 127.0.0.1 $port
two=$ANSWER
talk trio
read -r _ client _ <<<"$ANSWER"
if [[ $one$two = *-* ]]; then bail "two sockets on port $port"; fi

unit=$(test_unit workers <<END
[object]
path = test.bpf.o
[map workers]
entry = 0 -> $socket$one
END
)
run_unit "$unit" || bail "a socket by its unit"
ok "a socket by its unit"
succeeds "set by hand" map set workers 1 "$socket$two"
is "$(map dump workers | sed 's/.* -> //' | sort -u | wc -l)" 2 "read as cookies, each its own"
fails_with 1 "in such a map already" "once is enough" map set plain 0 "$socket$two"
fails_with 1 "does not take this socket.*it takes TCP sockets that listen and UDP" \
	"a socket that shares no port" map set workers 2 "$socket$client"
fails_with 1 "is no socket" "no socket" map set workers 2 fd:1
fails_with 1 "has 3 entries" "an index too high" map set workers 3 "$socket$two"
talk close "$two"
is "$(map dump workers | wc -l)" 1 "a socket that is closed is in no map"
succeeds "taken out" map delete workers 0
succeeds "values of 4 bytes" map set plain 0 "$socket$one"
fails_with 1 "cannot be read: values have 4 bytes.*8 bytes" "cannot be read" map dump plain
stop_run
is $? 0 "ends well"
done_testing
