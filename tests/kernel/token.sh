#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# BPF tokens: in a user namespace that something was delegated to, programs load
# and run; in one without, and where the token does not allow it, the message says so.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook xdp_link token
object=$TEST_OBJ_DIR/token.bpf.o
fs=$TEST_TMP/fs
mkdir "$fs"

# delegated CMDS MAPS PROGS ATTACHS COMMAND...: in a user namespace, with a BPF file system at $fs
delegated() { "$TEST_BIN_DIR/delegate" "$fs" "$@"; }

if ! why=$(delegated any any any any true 2>&1); then
	skip_all "no user namespace that BPF is delegated to: $why"
fi
# The file system's options came with tokens.
like "$(delegated any - - - cat /proc/self/mounts)" ' bpf .*delegate_cmds=any' "delegated"

# What a user does inside; the map is pinned for want of CAP_SYS_ADMIN outside.
unit=$(test_unit token <<UNIT
[object]
path = token.bpf.o
[map packets]
pin = $fs/packets
entry = 0 -> 0
[attach count]
interface = lo
UNIT
)
inside=$TEST_TMP/inside
cat >"$inside" <<'SCRIPT'
#!/bin/bash
# inside FS UNIT OPTION...: attach, send a packet to ourselves, print what was counted
fs=$1 unit=$2
shift 2
ip link set lo up
rm -f "$TEST_TMP/ready"
"$CLEAT" run --quiet --ready-fd 4 "$@" "$unit" 4>"$TEST_TMP/ready" &
cleat=$!
until [ -s "$TEST_TMP/ready" ] || ! kill -0 $cleat 2>/dev/null; do sleep 0.1; done
echo x >/dev/udp/127.0.0.1/9
"$CLEAT" map get "$fs/packets" 0 2>&1
while [ -e "$TEST_TMP/stay" ]; do sleep 0.1; done
kill -TERM $cleat 2>/dev/null
wait $cleat
SCRIPT
chmod +x "$inside"
export CLEAT

out=$(delegated any any any any "$inside" "$fs" "$unit" --token "$fs" 2>&1)
like "$out" '^0 -> ([369]|12)$' "by a token a program loads, is attached and counts"
out=$(CLEAT_TOKEN_PATH=$fs delegated any any any any "$CLEAT" verify "$object" 2>&1)
is $? 0 "the environment names the file system, too" "$out"
out=$(fs=/sys/fs/bpf delegated any any any any "$CLEAT" verify "$object" 2>&1)
is $? 0 "the usual one needs no name"

touch "$TEST_TMP/stay"
delegated any any any any "$inside" "$fs" "$unit" --token "$fs" >"$TEST_TMP/staying" 2>&1 &
staying=$!
its_map() { cleat list maps | awk '$3 == "packets" { print $1 }'; }
# That of the test before may be going still.
shown=''
is_shown() { shown=$(cleat show map --json "$(its_map)" 2>/dev/null); }
if wait_for is_shown; then
	like "$shown" '"btf_id": *[1-9]' "its map has the object's types, which went in by the token, too"
else
	not_ok "its map has the object's types" "$(<"$TEST_TMP/staying")"
fi
rm "$TEST_TMP/stay"
wait $staying

# Without: the hint says what is missing.
verify() { delegated "$@" "$CLEAT" verify --token "$fs" "$object" 2>&1; }
out=$(CLEAT_TOKEN_PATH='' fs=/sys/fs/bpf delegated any any any any "$CLEAT" verify "$object" 2>&1)
like "$out" 'not permitted.*user namespace.*BPF token' "no token is wanted: refused, with the reason"
like "$(verify - - - -)" "cannot make a BPF token from $fs.*nothing is delegated to it" \
	"nothing is delegated"
like "$(fs=/sys/fs/bpf delegated - - - - "$CLEAT" verify "$object" 2>&1)" 'not permitted.*user namespace.*BPF token' \
	"nothing is delegated, and nobody asked: what is refused is the program"
like "$(verify any any socket_filter any)" 'refuses.*token of this user namespace may not allow it' \
	"another type of program is delegated"
like "$(verify any array any any)" "map 'packets'.*token of this user namespace may not allow it" \
	"another type of map is delegated"
out=$("$CLEAT" verify --token "$TEST_TMP" "$object" 2>&1)
like "$out" "cannot make a BPF token from $TEST_TMP: .*root of a BPF file system" \
	"not a BPF file system"
out=$("$CLEAT" verify --token /sys/fs/bpf "$object" 2>&1)
like "$out" 'cannot make a BPF token.*here nobody needs one' "outside of user namespaces there is none"
fails_with 1 'no such file or directory' "no such directory" \
	"$CLEAT" verify --token "$TEST_TMP/none" "$object"
done_testing
