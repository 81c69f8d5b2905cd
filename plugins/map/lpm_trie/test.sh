#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The lpm_trie plugin: the longest prefix is found, by programs and by get;
# prefixes as text, and keys that are none.
. "$TEST_LIB"
requires_hook tracepoint
start_victim

unit() { # NAME LINES
	test_unit "$1" <<-END
		[object]
		path = test.bpf.o
		[global only_pid]
		value = $VICTIM_PID
		[global ask4]
		value = { length = 32, addr = 10.1.2.3 }
		[global ask6]
		value = { length = 128, addr = 2001:db8:1::7 }
		$2
	END
}

run_unit "$(unit tries "
[map t_v4]
entry = 10.0.0.0/8 -> 1
entry = 10.1.0.0/16 -> 2
entry = 10.1.2.4 -> 3
[map t_v6]
entry = 2001:db8::/32 -> 4
entry = 2001:db8:1::/48 -> 5
[map t_service]
entry = { prefixlen = 32, proto = 6, port = 80 } -> 6
[map t_bytes]
entry = $(four_bytes 8):0a0000 -> 1")" || bail "attached"
ask_victim parent
is "$(global found4)" 2 "a program finds the longest prefix of an IPv4 address"
is "$(global found6)" 5 "and of an IPv6 address"
is "$(map get t_v4 203.0.113.9)" "203.0.113.9/32 -> 7" "get finds what the program put in"
is "$(map get t_v4 10.9.9.9)" "10.9.9.9/32 -> 1" "get finds the longest prefix"
is "$(map dump t_v4 | sort)" "10.0.0.0/8 -> 1
10.1.0.0/16 -> 2
10.1.2.4/32 -> 3
203.0.113.0/24 -> 7" "dump"
is "$(map dump t_v6 | sort)" "2001:db8:1::/48 -> 5
2001:db8::/32 -> 4" "dump of IPv6"
is "$(map get t_v6 2001:db8:1::/48 --json)" '{"key":"2001:db8:1::/48","value":5}' "JSON"
is "$(map dump t_service)" "{ prefixlen = 32, proto = 6, zero = 0, port = 80 } -> 6" \
	"four bytes that are no address are shown as what they are"
is "$(map dump t_bytes)" "0x$(four_bytes 8)0a0000 -> 1" "bytes without a type"
succeeds "set with bits behind the prefix" map set t_v4 172.16.5.9/12 8
like "$(map dump t_v4)" '172\.16\.0\.0/12 -> 8' "they are cleared"
succeeds "the default route" map set t_v4 0.0.0.0/0 9
is "$(map get t_v4 8.8.8.8)" "8.8.8.8/32 -> 9" "is found when nothing else is"
succeeds "braces do as well" map set t_v4 '{ length = 31, addr = 192.0.2.2 }' 10
fails_with 1 "no entry '10.1.0.0/17'" "delete wants the exact prefix" map delete t_v4 10.1.0.0/17
succeeds "delete" map delete t_v4 10.1.0.0/16
ask_victim parent
is "$(global found4)" 1 "the program finds the next longest"
map set t_v4 192.0.2.9 1
map set t_v4 192.0.2.10 1
fails_with 1 "the map is full: it has room for 8 entries" "a full trie" map set t_v4 192.0.2.11 1
for key in 10.0.0.0/33 10.0.0.0/ 10.0.0.0/-1 10.0.0.0/4294967304 10.0.0.0/0x8 '10.0.0.0/ 8'; do
	fails_with 1 "prefix length is 0 to 32" "refused: '$key'" map set t_v4 "$key" 1
done
for key in 10.0.0 ::1 10.0.0.0.0/8 example.org/8 /8; do
	fails_with 1 "is not an IPv4 address" "refused: '$key'" map set t_v4 "$key" 1
done
fails_with 1 "'10.0.0.1' is not an IPv6 address" "refused: IPv4 for IPv6" map get t_v6 10.0.0.1
stop_run
is $? 0 "ends well"
done_testing
