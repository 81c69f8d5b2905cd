#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The services that are installed: systemd finds nothing wrong with them, and the capabilities that they leave are
# enough to apply, look at and remove a unit.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook xdp_link

services=$(find "${CLEAT%/*}" -path '*/systemd/system/cleat.service' -printf '%h\n' -quit)
[ -n "$services" ] || skip_all "no service is installed beside $CLEAT"

# --- what systemd says -----------------------------------------------------------

# The program is where it is installed in the end: here it stands for another.
for service in cleat.service cleat@.service; do
	sed "s|^ExecStart=[^ ]*|ExecStart=/bin/true|" "$services/$service" >"$TEST_TMP/$service"
	if ! command -v systemd-analyze >/dev/null; then
		skip "$service" "no systemd-analyze here"
		continue
	fi
	said=$(systemd-analyze verify --man=no "$TEST_TMP/$service" 2>&1 | grep "$service")
	is "$said" "" "$service: nothing wrong with it"
	if systemd-analyze security --help 2>&1 | grep -q offline; then
		succeeds "$service: exposed no more than it must be" systemd-analyze security --offline=yes \
			--threshold=50 "$TEST_TMP/$service"
	else
		skip "$service: how exposed it is" "this systemd-analyze cannot tell without systemd"
	fi
done
like "$(<"$services/cleat.service")" "ExecStart=/[^ ]*/cleat apply --watch" "it keeps what was applied"
like "$(<"$services/cleat.service")" "Before=network-pre.target" "before there is a network"

# --- its capabilities are enough -------------------------------------------------

new_netns
here() { in_ns "$NS_A" "$CLEAT" "$@"; }
# Those of cleat.service, and of them only
caps=$(sed -n 's/^CapabilityBoundingSet=\(.*\)/\1/p' "$services/cleat.service" | tr 'A-Z ' 'a-z,' | sed 's/cap_/+/g')
bounded() { in_ns "$NS_A" setpriv --bounding-set="-all,$caps" --inh-caps=-all "$CLEAT" "$@"; }
unit=$(test_unit bounded <<END
[object]
path = watch.bpf.o
[program sockets]
load = no
[attach door]
interface = $IF_A
END
)
# Without any: plan says what is missing, and for which program.
bare() { in_ns "$NS_A" setpriv --bounding-set=-all --inh-caps=-all "$CLEAT" "$@"; }
if ! in_ns "$NS_A" setpriv --bounding-set=-all --inh-caps=-all true 2>/dev/null; then
	skip "plan says what is missing" "setpriv cannot do it here"
elif [[ $(bare plan "$unit" 2>&1) == *"error: cannot read the record"*"operation not permitted"* ]]; then
	skip "plan says what is missing" "without CAP_BPF this kernel does not even show what is pinned"
else
	like "$(bare plan "$unit")" "program door [[]missing: CAP_NET_ADMIN, CAP_BPF[]]" "plan says which capabilities are missing for which program"
	like "$(bare plan --json "$unit")" '"kind":"program","name":"door",[^}]*"missing":"CAP_NET_ADMIN, CAP_BPF"' "as data, too"
	is "$(here plan --json "$unit" | grep -c '"missing":"')" 0 "and nothing where they are there"
fi

if ! in_ns "$NS_A" setpriv --bounding-set="-all,$caps" --inh-caps=-all true 2>/dev/null; then
	skip "the capabilities of the service" "setpriv does not know all of them"
else
	succeeds "a unit is applied" bounded apply --quiet "$unit"
	succeeds "it is as it should be" bounded status --quiet "$unit"
	succeeds "and removed" bounded remove --quiet bounded
fi
done_testing
