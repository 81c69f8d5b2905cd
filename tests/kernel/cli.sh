#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The verbs that look at the kernel: verify, list, show, map. What they say is
# compared with what the object has and with what other verbs do.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook raw_tracepoint
object=$TEST_OBJ_DIR/cli.bpf.o
out=$TEST_TMP/out

# --- verify ----------------------------------------------------------------------------

rc=0
cleat verify --json "$object" "$TEST_TMP/nothing.bpf.o" >"$out" 2>"$TEST_TMP/err" || rc=$?
is $rc 1 "verify fails when one program does not load"
is "$(wc -l <"$out")" 4 "a line a program, and one for the object that is not there"
line() { grep -F "\"program\":\"$1\"" "$out"; }
like "$(line good)" "^\{\"object\":\"$object\"," "the object's path as it was given"
like "$(line good)" '"section":"raw_tp/sched_process_exec".*"type":"raw_tracepoint"' "section and type"
like "$(line good)" '"loaded":true,"tag":"[0-9a-f]{16}","insns":[1-9][0-9]*,' "the verdict, the tag, instructions"
like "$(line good)" '"load_ns":[1-9][0-9]*,"error":null' "the time, and no error"
like "$(line good)" "\"note\":\"map 'cli_nosize' has no size: tried with max-entries 1\"" "a guessed size is noted"
like "$(line bad)" '"loaded":false,"tag":null,.*"error":"the verifier said no' "the verifier's reason"
like "$(line bad)" 'map_value_or_null' "in its own words"
like "$(line odd)" "\"type\":null,.*\"loaded\":false,.*\"error\":\"no plugin for section 'strange/thing'\"" \
	"a section that nobody knows"
like "$(tail -n 1 "$out")" '"program":null,"loaded":false,"error":".*no such file' "an object that is not there"
is "$(<"$TEST_TMP/err")" "" "and nothing beside it"
is "$(find /sys/fs/bpf -name 'cli_*')" "" "a map to be pinned by name is not"

fails_with 1 'good +raw_tracepoint +raw_tp/sched_process_exec +loads +[1-9]' "verify as a table" cleat verify "$object"
like "$(<"$TEST_TMP/.out")" "bad +raw_tracepoint .* refused" "with the refused"
like "$(<"$TEST_TMP/.out")" "error: program 'bad': the verifier said no" "and why"
leaves_nothing "verify leaves nothing"

# --- something to look at ----------------------------------------------------------------

unit=$(test_unit cli <<'END'
[object]
path = cli.bpf.o
[map cli_nosize]
max-entries = 4
[map cli_hash]
entry = 1 -> { colour = RED, count = 5 }
END
)
run_unit "$unit" || bail "a unit to look at"

# A pin that is there and of another kind must not disturb verify.
cleat verify --json "$object" >"$out"
like "$(line good)" '"loaded":true' "verify does not meet pinned maps"

# --- list and show -----------------------------------------------------------------------

cleat list programs --json >"$out"
like "$(grep '"name":"good"' "$out")" '"id":[0-9]+,"name":"good","type":"raw_tracepoint","tag":"[0-9a-f]{16}"' "list programs"
id=$(sed -nE 's/.*"id":([0-9]+),"name":"good".*/\1/p' "$out")
like "$(cleat list programs)" "(^|"$'\n'") *$id +raw_tracepoint +good " "as a table"
like "$(cleat show program "$id")" "name +good" "show program by id"
like "$(cleat show program good --json)" "\"id\":$id,.*\"maps\":\[[0-9]+" "by name, with a list of maps"
like "$(cleat list maps)" "hash +cli_hash +4 +8 +8 " "list maps"
like "$(cleat show map cli_hash)" "value-type +struct entry" "show map, with the types of its entries"
link=$(cleat list links --json | sed -nE "s/.*\"id\":([0-9]+),.*\"program\":$id.*/\1/p")
like "$(cleat show link "$link")" "plugin +raw_tracepoint" "show link, by its plugin's keys"
like "$(cleat list btf)" "kernel +vmlinux" "list btf"
cleat list --json >"$out"
like "$(<"$out")" '^\{.*"programs":\[.*"maps":\[.*"links":\[.*"btf":\[.*\}$' "list of everything is one document"
fails_with 1 "no program has the id 4000000000" "an id that is not there" cleat show program 4000000000
fails_with 1 "no map 'nothing_here'.*cleat list maps" "a name that is not there" cleat show map nothing_here

# --- map -----------------------------------------------------------------------------------

is "$(cleat map get cli_hash 1)" "1 -> { colour = RED, count = 5 }" "map get"
is "$(cleat map get cli_hash 1 --json)" '{"key":1,"value":{"colour":"RED","count":5}}' "map get as JSON"
succeeds "map set" cleat map set cli_hash 2 '{ colour = GREEN, count = 6 }'
fails_with 1 "there is such an entry already" "map set --new" cleat map set --new cli_hash 2 '{ count = 1 }'
fails_with 1 "^cleat: error: no entry '9' in map 'cli_hash'" "map set --existing" \
	cleat map set --existing cli_hash 9 '{ count = 1 }'
is "$(cleat map dump cli_hash | sort)" $'1 -> { colour = RED, count = 5 }\n2 -> { colour = GREEN, count = 6 }' "map dump"
is "$(cleat map dump cli_hash --json | tr -d '\n' | grep -oE '"key":[0-9]+' | sort | tr -d '\n')" '"key":1"key":2' \
	"map dump as JSON"
like "$(cleat map dump cli_hash --json | tr -d '\n')" '^\[\{.*\},\{.*\}\]$' "is one list"
succeeds "map delete" cleat map delete cli_hash 2
fails_with 1 "^cleat: error: no entry '2' in map 'cli_hash'" "an entry that is gone" cleat map get cli_hash 2
fails_with 1 "no entry '2' in map 'cli_hash'" "cannot be deleted" cleat map delete cli_hash 2
fails_with 1 "GREY.*" "a value that is none" cleat map set cli_hash 2 '{ colour = GREY }'
fails_with 1 "." "a key that is none" cleat map get cli_hash x
cleat map set cli_percpu 1 77
like "$(cleat map get cli_percpu 1 --json)" '"value":\[77(, ?77)*\],"sum":[0-9]+\}$' "a per-CPU map: one value for all CPUs, a list back"
fails_with 1 "hint: set the value to 0" "an array's entry is not deleted" \
	cleat map delete /sys/fs/bpf/cli_pinned 0
is "$(cleat map get /sys/fs/bpf/cli_pinned 0)" "0 -> 0" "a map by its pin"
fails_with 1 "no map 'cli_hsh' in the kernel" "a map that is not there" cleat map get cli_hsh 1
fails_with 2 "map set takes MAP KEY VALUE" "too few arguments" cleat map set cli_hash 1
stop_run
is $? 0 "ends well"
rm -f /sys/fs/bpf/cli_pinned

# --- without privilege ------------------------------------------------------------------------

if command -v setpriv >/dev/null && [ -r "$CLEAT" ]; then
	bare() { setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all "$@"; }
	mkdir "$TEST_TMP/all"
	cp "$object" "$TEST_TMP/all/cli.bpf.o"
	chmod 755 "$TEST_TMP" "$TEST_TMP/all"
	if bare "$CLEAT" --version >/dev/null 2>&1; then
		fails_with 1 "peration not permitted.*hint: needs CAP_" "verify without privilege says what it needs" \
			bare "$CLEAT" verify "$TEST_TMP/all/cli.bpf.o"
		fails_with 1 "cannot list the programs.*hint: needs CAP_" "list, too" bare "$CLEAT" list programs
	else
		skip "without privilege" "the stage cannot be read by others"
	fi
else
	skip "without privilege" "no setpriv here"
fi
done_testing
