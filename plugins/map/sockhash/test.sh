#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The sockhash plugin: sockets of another process go in by text, are read as
# cookies, leave when they are closed, and work meanwhile; what is refused. That
# they are spliced the sk_skb and sk_msg plugins' tests see.
. "$TEST_LIB"
start_talker
socket=/proc/$TALKER_PID/fd/
talk trio
read -r _ client server <<<"$ANSWER"

unit=$(test_unit sockets <<END
[object]
path = test.bpf.o
[map spliced]
entry = { id = 1, port = 0 } -> $socket$client
END
)
run_unit "$unit" || bail "a socket by its unit"
ok "a socket by its unit"
like "$(cleat map dump --json "$(map_id spliced)")" '"value":"?[1-9][0-9]*' "read as a cookie"
succeeds "set by hand" map set spliced 2 "$socket$server"
is "$(map dump spliced | sed 's/.* -> //' | sort -u | wc -l)" 2 "each has its own"
talk fill "$client" 100
talk length "$server"
is "$ANSWER" 100 "data goes on flowing"
fails_with 1 "is no socket" "no socket" map set spliced 2 fd:1
fails_with 1 "is no socket: fd:NUMBER" "no descriptor" map set spliced 2 nowhere
fails_with 1 "cannot take $socket" "no such descriptor" map set spliced 2 "${socket}999"
fails_with 1 "cannot reach process 4194304" "no such process" \
	map set spliced 2 /proc/4194304/fd/1

succeeds "values of 4 bytes" map set plain 1 "$socket$client"
fails_with 1 "cannot be read: values have 4 bytes.*8 bytes" "cannot be read" map dump plain
talk close "$server"
is "$(map dump spliced | wc -l)" 1 "a socket that is closed is in no map"
succeeds "taken out" map delete spliced 1
is "$(map dump spliced | wc -l)" 0 "none is left"
stop_run
is $? 0 "ends well"
done_testing
