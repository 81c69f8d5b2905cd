#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Types of every kind on a kernel that may not know them: the object loads with
# its types, and what CO-RE finds it finds by the types as they were written.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook raw_tracepoint
cp "$TEST_OBJ_DIR/kinds.bpf.o" "$TEST_TMP/wide.bpf.o"
"$TEST_BIN_DIR/widen" "$TEST_TMP/wide.bpf.o" || bail "an object with enums of 64 bits"

unit=$(test_unit kinds <<END
[object]
path = $TEST_TMP/wide.bpf.o
END
)
run_unit "$unit" || bail "attached" "$(<"$RUN_ERR")"
ok "loaded and attached"
is "$(grep -c 'going on without' "$RUN_ERR")" 0 "with its types"
like "$(cleat show program "$(cleat list programs | awk '$3 == "kinds" { print $1 }')")" \
	'btf-id +[1-9]' "which the kernel has"
seen() { /bin/true; [[ $(cleat map get --json kinds_seen "$1" 2>/dev/null) =~ \"seen\":\"?$2[^0-9] ]]; }
if wait_for seen 0 1; then ok "an enumerator of 64 bits has the kernel's value"; else
	not_ok "an enumerator of 64 bits has the kernel's value" "$(cleat map dump kinds_seen)"
fi
if wait_for seen 1 0; then ok "and one that no kernel has is not there"; else
	not_ok "and one that no kernel has is not there" "$(cleat map dump kinds_seen)"
fi
stop_run
is $? 0 "ends well"
done_testing
