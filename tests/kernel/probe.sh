#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What libcleat finds out about a kernel by trying is what is known of it: a
# new kernel has every feature, and root gets an answer to every question.
# Where another policy of the machine forbids a type, no answer is right.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
"$TEST_BIN_DIR/probes" >"$TEST_TMP/answers" || bail "probe runs"
if [ "$(grep -c '^feature ' "$TEST_TMP/answers")" -ge 23 ]; then
	ok "there are answers"
else
	not_ok "there are answers" "$(<"$TEST_TMP/answers")"
fi
is "$(grep ' ? ' "$TEST_TMP/answers")" "" "every feature and type has a name"
with() { sed -nE "s/^$1 ([^ ]+) ($2)\$/\1/p" "$TEST_TMP/answers" | tr '\n' ' '; }

IFS=.- read -r major minor _ < <(uname -r)
is "$(with feature unknown)" "" "no feature that could not be told"
if [ $((major * 1000 + minor)) -ge 6018 ]; then
	is "$(with feature no)" "" "every feature is there since 6.18"
elif [ $((major * 1000 + minor)) -ge 6012 ]; then
	missing='btf-attribute-tag arg-untrusted '
	if [ $((major * 1000 + minor)) -ge 6015 ]; then missing='arg-untrusted '; fi
	is "$(with feature no)" "$missing" "nearly every feature is there since 6.12"
else
	is "$(with feature no | tr ' ' '\n' | grep -c '^arg-')" 4 "before 6.8 no tags of arguments"
fi
is "$(with map unknown)" "" "no map type that could not be told"
for t in array percpu_array hash percpu_hash lru_hash lru_percpu_hash lpm_trie prog_array \
	perf_event_array; do
	like "$(with map yes)" "(^| )$t " "maps of type $t"
done

# Types that are bound to a function of the kernel, which is a hook that can be forbidden.
bound='tracing|ext|lsm'
is "$(with program unknown | tr ' ' '\n' | grep -vE "^($bound)?\$")" "" "no program type that could not be told"
if have_hook fentry; then
	like "$(with program yes)" "(^| )tracing " "programs of type tracing"
else
	skip "programs of type tracing" "$HOOK_REASON"
fi
for t in socket_filter kprobe sched_cls tracepoint xdp perf_event cgroup_skb raw_tracepoint; do
	like "$(with program yes)" "(^| )$t " "programs of type $t"
done

# What a type is said to need is what it needs. Before 5.8 there are no such capabilities.
if [ "$major" -gt 5 ] || [ "$minor" -ge 8 ]; then
	"$TEST_BIN_DIR/probes" caps >"$TEST_TMP/caps" || bail "capabilities"
	like "$(<"$TEST_TMP/caps")" 'program xdp enough' "capabilities are tried"
	is "$(grep ' more$' "$TEST_TMP/caps")" "" "what a type is said to need is enough"
	case $(cat /proc/sys/kernel/unprivileged_bpf_disabled 2>/dev/null) in
	1 | 2) is "$(grep ' needless ' "$TEST_TMP/caps")" "" "and all of it is needed" ;;
	*) skip "and all of it is needed" "this kernel lets everybody try" ;;
	esac
fi

# Answers without privilege are no answers, and never "no".
if command -v setpriv >/dev/null && setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all \
	--bounding-set=-all "$TEST_BIN_DIR/probes" >"$TEST_TMP/answers" 2>/dev/null; then
	case $(cat /proc/sys/kernel/unprivileged_bpf_disabled 2>/dev/null) in
	1 | 2) is "$(with program 'yes|no')" "" "without privilege nothing can be told" ;;
	*) skip "without privilege nothing can be told" "this kernel lets everybody try" ;;
	esac
else
	skip "without privilege nothing can be told" "no setpriv here, or the stage cannot be read by others"
fi
done_testing
