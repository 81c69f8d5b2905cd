#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The struct_ops_map plugin: congestion control written in BPF is registered with
# a link and without, a connection uses it by name and its functions are called,
# and it is gone afterwards. What is not asked for is not there; what cannot be
# is said with the member's name.
. "$TEST_LIB"
requires_hook struct_ops

known() { grep -qw "$1" /proc/sys/net/ipv4/tcp_available_congestion_control; }
unknown() { ! known "$1"; }

unit() { # NAME, the rest from stdin
	{ printf '[object]\npath = test.bpf.o\n'; cat; } | test_unit "$1"
}

run_unit "$(unit counts </dev/null)" || bail "registered"
like "$(cat "$RUN_OUT" "$RUN_ERR")" "struct_ops tcp_congestion_ops linked" "the link is listed by its struct and name"
if [ "$(cleat features links 2>/dev/null | awk '$1 == "struct_ops" { print $2 }')" = yes ]; then
	is "$(grep -c 'ops linked, without a link' "$RUN_OUT" "$RUN_ERR" | grep -cv ':0$')" 0 "it is one"
else
	skip "it is one" "this kernel has no such links"
fi
if known cleat_linked; then ok "the kernel knows it"; else not_ok "the kernel knows it"; fi
if known cleat_plain; then ok "and the one without a link"; else not_ok "and the one without a link"; fi
if unknown cleat_extra; then ok "but not the optional one"; else not_ok "but not the optional one"; fi

start_talker
talk pair
read -r one two <<<"$ANSWER"
is "$(global inits)" 0 "nothing was called yet"
talk congestion "$one" cleat_linked
is "$ANSWER" cleat_linked "a connection uses it by name"
is "$(global inits)" 1 "its init was called"
talk send "$one" hello
talk recv "$two"
is "$ANSWER" hello "and data goes through"
if wait_for global_reaches avoids 1; then ok "cong_avoid was called"; else not_ok "cong_avoid was called"; fi
talk congestion "$two" cleat_plain
is "$ANSWER" cleat_plain "another connection uses the other"
is "$(global inits)" 2 "and its init is the same program"
talk close "$one"
talk close "$two"
stop_run
is $? 0 "ends well"
if wait_for unknown cleat_linked; then ok "the link's is gone"; else not_ok "the link's is gone"; fi
if wait_for unknown cleat_plain; then ok "the other is gone, too"; else not_ok "the other is gone, too"; fi

# What the unit says of maps: made, attached, members.
run_unit "$(unit chosen <<END
[map extra]
create = yes
member = name = "cleat_named"
member = flags = 2
[map linked]
attach = no
[map plain]
create = no
END
)" || bail "chosen"
if known cleat_named; then ok "an optional one is made when asked for, with the unit's name"
else not_ok "an optional one is made when asked for, with the unit's name"; fi
if unknown cleat_linked; then ok "attach = no"; else not_ok "attach = no"; fi
if unknown cleat_plain; then ok "create = no"; else not_ok "create = no"; fi
talk pair
read -r one two <<<"$ANSWER"
talk congestion "$one" cleat_named
is "$(global extras)" 1 "its own program was loaded and is called"
talk close "$one"
talk close "$two"
stop_run
if wait_for unknown cleat_named; then ok "gone"; else not_ok "gone"; fi

refused() { # NAME MAP REGEX WHAT [LINE]
	fails_with 1 "$3" "$4" cleat run "$(unit "$1" <<END
[map $2]
create = yes
${5-}
END
	)"
}
refused new too_new "map 'too_new': this kernel's 'struct tcp_congestion_ops' has no member 'not_in_any_kernel', which the object sets" \
	"a member that the kernel does not have"
refused odd odd "no member 'no_such_function', which the object sets" "the same of a function, in a struct with a flavour"
refused wide wide "member 'flags' of 'struct tcp_congestion_ops' has 8 bytes in the object, 4 in this kernel" \
	"a member of another size"
refused strange strange "this kernel lets no program be a 'struct no_ops_of_this_kernel'" "a struct that the kernel does not have"
refused twice twice "program 'on_other_init' is '[a-z_]+' of 'twice', and another member elsewhere" \
	"a program that is two members"
refused same same_name "has a 'struct tcp_congestion_ops' of that name already" "a name that is taken"
refused short unfinished "the kernel does not take this 'struct tcp_congestion_ops'|cannot register" \
	"a function that the kernel needs is missing"
refused key extra "key.ini:[0-9]+: .*'struct tcp_congestion_ops' has no member 'flag'" "a member of no such name" \
	"member = flag = 2"
refused value extra "is a pointer: only plain values can be set" "a function's value" "member = init = 1"
refused form extra "expected 'NAME = VALUE'" "no value" "member = flags"
# The kernel lets go of the programs when all tasks have been seen outside of them.
wait_for -t 60 __nothing_left
if unknown cleat_linked && unknown cleat_plain; then ok "nothing is left of what was refused"
else not_ok "nothing is left of what was refused"; fi
done_testing
