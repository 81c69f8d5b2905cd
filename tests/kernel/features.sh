#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# cleat features: its answers are those of programs, maps and links that are
# really made (hooks.c, with plain system calls), and those that are known of
# the kernels that the tests run on; without privilege there are none.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
out=$TEST_TMP/answers

before=$(date +%s%N)
cleat features --json >"$out" 2>"$TEST_TMP/err" || bail "features"
spent=$((($(date +%s%N) - before) / 1000000))
diag "all answers took $spent ms"
if [ "$spent" -lt $((1000 * ${TEST_TIME_SCALE:-1})) ]; then
	ok "all answers are there within a second"
else
	not_ok "all answers are there within a second" "$spent ms"
fi
if command -v python3 >/dev/null; then
	succeeds "they are JSON" python3 -m json.tool "$out"
else
	skip "they are JSON" "no python3"
fi

# answer KIND NAME: a line each, after the line that begins the kind
answer() {
	awk -v kind="\"$1\":{" -v name="\"$2\":" '
		index($0, kind) { on = 1; next }
		/^"[a-z]+":{/ || /^,?"[a-z]+":{/ { on = 0 }
		on && (at = index($0, name)) { split(substr($0, at), w, "\""); print w[4]; exit }' "$out"
}
for kind in kernel programs attach links maps helpers plugins sections; do
	if grep -q "\"$kind\":{" "$out"; then ok "$kind are told"; else not_ok "$kind are told"; fi
done

# --- the answer of who really tries --------------------------------------------------------

# agrees HOOK KIND NAME: yes where the hook works; where it does not, anything but yes
agrees() {
	local told
	told=$(answer "$2" "$3")
	if have_hook "$1"; then
		is "$told" yes "$2 $3: yes, as '$1' works"
	else
		like "$told" '^(no|unknown)$' "$2 $3: not yes, as '$1' does not work ($HOOK_REASON)"
	fi
}
agrees tcx attach tcx_ingress
agrees tcx links tcx
agrees netkit attach netkit_primary
agrees netkit links netkit
agrees netkit plugins netkit
agrees netkit sections netkit/peer
agrees xdp_link links xdp
agrees cgroup_link links cgroup
agrees perf_link links perf_event
agrees sockmap_link links sockmap
agrees netfilter links netfilter
agrees netfilter plugins netfilter
agrees uprobe_multi links uprobe_multi
agrees uprobe_multi sections uprobe.multi+
agrees uprobe_session attach trace_uprobe_session
agrees kprobe_multi links kprobe_multi
agrees kprobe_session sections kprobe.session+
agrees kprobe plugins kprobe
agrees kprobe sections ksyscall+
agrees uprobe plugins uprobe
agrees fentry attach trace_fentry
agrees fentry sections fexit+
agrees fmod_ret attach modify_return
agrees fsession attach trace_fsession
agrees fsession sections fsession+
agrees tracing_multi attach trace_fentry_multi
agrees tracing_multi links tracing_multi
agrees tracing_multi sections fexit.multi+
agrees tp_btf attach trace_raw_tp
agrees tp_btf sections tp_btf+
agrees iter links iter
agrees iter sections iter+
agrees sk_skb_verdict attach sk_skb_verdict
agrees cgroup_unix attach cgroup_unix_connect
agrees cgroup_unix sections cgroup/recvmsg_unix
agrees lirc_mode2 programs lirc_mode2
agrees syscall programs syscall
agrees map_arena maps arena
agrees map_bloom_filter maps bloom_filter
agrees map_user_ringbuf maps user_ringbuf
agrees map_cgrp_storage plugins cgrp_storage
for name in socket_filter sched_cls xdp tracepoint cgroup_skb sk_lookup; do
	is "$(answer programs $name)" yes "programs of type $name"
done
for name in cgroup_udp4_recvmsg cgroup_inet6_getpeername cgroup_inet4_bind cgroup_getsockopt \
	sk_msg_verdict sk_skb_stream_parser xdp_devmap flow_dissector cgroup_inet_sock_release; do
	is "$(answer attach $name)" yes "attach type $name"
done
is "$(answer sections cgroup/getsockname6)" yes "a section whose programs must return 1"
is "$(answer sections socket+)" yes "a section without attach type"

# --- what is known of some kernels ----------------------------------------------------------

IFS=.- read -r major minor _ < <(uname -r)
version=$((major * 1000 + minor))
since() { # VERSION KIND NAME
	if [ $version -ge "$1" ]; then
		is "$(answer "$2" "$3")" yes "$2 $3: in this kernel"
	else
		is "$(answer "$2" "$3")" no "$2 $3: not yet in this kernel"
	fi
}
since 5008 maps ringbuf
since 5016 maps bloom_filter
since 5018 sections xdp.frags
since 5014 attach sk_reuseport_select_or_migrate
since 5014 programs syscall
since 6004 links struct_ops
since 6009 kernel token
since 5015 helpers get_attach_cookie
since 5017 helpers loop
since 6001 helpers user_ringbuf_drain
is "$(answer helpers map_lookup_elem)" yes "a helper that every kernel has"

# <cleat/bpf.h> says of each helper which kernel brought it. What is said to be older and is not there may be
# configured away; so much of a kernel is not.
header=$(find "${TEST_BIN_DIR%/tests/*}" -path '*/bpf/helpers.h' | head -n 1)
# of VERSION (greater or not): the names of these helpers
helpers_of() {
	awk -F '[ ,.]+' -v now=$version -v greater="$1" '
		$1 == "/*" && $2 == "Linux" { since = $3 * 1000 + $4 }
		/^CLEAT_HELPER/ && (since > now) == greater { sub(/.*CLEAT_HELPER\([0-9]+, /, ""); print }
	' "$header" | sed -E 's/^[^,]*, ([a-z0-9_]+).*/\1/' | sort
}
if [ -n "$header" ]; then
	cleat features helpers 2>/dev/null | awk '$2 == "yes" { print $1 }' | sort >"$TEST_TMP/there"
	cleat features helpers 2>/dev/null | awk '$2 == "no" { print $1 }' | sort >"$TEST_TMP/missing"
	is "$(helpers_of 1 | comm -12 - "$TEST_TMP/there" | tr '\n' ' ')" "" "no helper is older than the header says"
	old=$(helpers_of 0 | wc -l) lost=$(helpers_of 0 | comm -12 - "$TEST_TMP/missing" | tr '\n' ' ')
	if [ "$old" -gt 150 ] && [ "$(wc -w <<<"$lost")" -le 12 ]; then
		ok "and those that it says are there are, of $old all but: $lost"
	else
		not_ok "those that the header says are there are" "$old, without $lost"
	fi
else
	skip "helpers as old as the header says" "no header in this stage"
fi

# --- helpers of one type, sections of one plugin ----------------------------------------------

cleat features helpers xdp >"$out.xdp" || bail "helpers of a type"
like "$(<"$out.xdp")" $'\n''xdp_adjust_head +yes' "XDP programs move the head"
like "$(<"$out.xdp")" $'\n''skb_load_bytes +no' "they see no skb"
like "$(cleat features helpers sched_cls)" $'\n''skb_load_bytes +yes' "tc programs do"
if have_hook tp_btf; then
	like "$(cleat features helpers tracing 2>/dev/null)" $'\n''probe_read_kernel +yes' "a type that is bound by BTF"
fi
like "$(cleat features sections xdp)" 'xdp +yes +xdp' "sections of one plugin"
fails_with 1 "no program type 'xdpp'.*did you mean 'xdp'" "no such type" cleat features helpers xdpp
fails_with 1 "no program plugin 'xdpp'" "no such plugin" cleat features sections xdpp
if wait_for __nothing_left; then ok "nothing stays"; else not_ok "nothing stays" "$(left_behind)"; fi

# --- numbers that no kernel has ---------------------------------------------------------------

"$TEST_BIN_DIR/probes" beyond >"$out.beyond" || bail "probes"
is "$(grep -vE ' (no|unknown)$' "$out.beyond")" "" "nothing beyond the last is there"
is "$(grep -cE '^(program|map|attach|helper) .* no$' "$out.beyond")" 5 "and that is told of types and helpers"

# --- without privilege ------------------------------------------------------------------------

powerless() {
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all "$@"
}
case $(cat /proc/sys/kernel/unprivileged_bpf_disabled 2>/dev/null) in
1 | 2)
	if command -v setpriv >/dev/null && powerless "$CLEAT" --version >/dev/null 2>&1; then
		powerless "$CLEAT" features programs >"$out" 2>"$TEST_TMP/err"
		is "$(grep -cE ' (yes|no)$' "$out")" 0 "without privilege nothing is told by guess"
		like "$(<"$TEST_TMP/err")" 'lets this process try nothing: operation not permitted.*CAP_BPF' \
			"and it is said why"
	else
		skip "without privilege nothing is told by guess" \
			"no setpriv here, or the stage cannot be read by others"
	fi
	;;
*) skip "without privilege nothing is told by guess" "this kernel lets everybody try" ;;
esac
done_testing
