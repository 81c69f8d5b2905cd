// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * probe-attach.c - can this kernel attach programs with an attach type, by a type of link.
 *
 * Knows what each says of a target that nobody can have (descriptor -1, an interface past the last):
 * where the kernel gets as far as looking for the target it knows the way there. So nothing is ever
 * attached. The names of types stand here for the same reason as in probe-type.c.
 */
#include "kernel/bpf.h"
#include "kernel/probe-internal.h"

#define NO_FD UINT32_MAX
#define NO_INTERFACE INT32_MAX
#define LOOPBACK 1 /* of every network namespace */
#define NO_ATTACH_TYPE 0x7fff

/* --- links ----------------------------------------------------------------------------------- */

/* A link of a program that does nothing to descriptor or interface @target. */
static int link_to(uint32_t program_type, uint32_t attach_type, uint32_t target, uint32_t flags)
{
	_close_ int prog = probe_load_trivial(program_type, attach_type);
	union bpf_attr attr = { 0 };

	if (prog < 0)
		return prog;
	attr.link_create.prog_fd = (uint32_t)prog;
	attr.link_create.target_fd = target;
	attr.link_create.attach_type = attach_type;
	attr.link_create.flags = flags;
	return sys_link_create(&attr);
}

/* To one of many: the way ends at the look for a descriptor. */
static enum probe_answer descriptor_link(uint32_t program_type, uint32_t attach_type)
{
	return probe_judge_as(link_to(program_type, attach_type, NO_FD, 0), -EBADF);
}

static enum probe_answer interface_link(uint32_t attach_type)
{
	return probe_judge_as(link_to(BPF_PROG_TYPE_SCHED_CLS, attach_type, NO_INTERFACE, 0),
			      -ENODEV);
}

/*
 * Of an interface that is not there this link says EINVAL, as of everything unknown. The loopback is
 * always there, and never is hardware that a program could be moved to.
 */
static enum probe_answer xdp_link(void)
{
	const uint32_t in_hardware = 1u << 3; /* XDP_FLAGS_HW_MODE */

	return probe_judge_as(link_to(BPF_PROG_TYPE_XDP, BPF_XDP, LOOPBACK, in_hardware),
			      -EOPNOTSUPP);
}

/* No protocol family is 255. */
static enum probe_answer netfilter_link(void)
{
	_close_ int prog = probe_load_trivial(BPF_PROG_TYPE_NETFILTER, BPF_NETFILTER);
	union bpf_attr attr = { 0 };

	if (prog < 0)
		return probe_judge(take_fd(&prog));
	attr.link_create.prog_fd = (uint32_t)prog;
	attr.link_create.attach_type = BPF_NETFILTER;
	attr.link_create.netfilter.pf = 255;
	return probe_judge_as(sys_link_create(&attr), -EAFNOSUPPORT);
}

/* The link fails alike on all kernels; maps for it have a flag that came with it. */
static enum probe_answer struct_ops_link(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_STRUCT_OPS,
		.key_size = 4,
		.value_size = 4,
		.max_entries = 1,
		.map_flags = BPF_F_LINK,
		.btf_vmlinux_value_type_id = 1,
	};

	return probe_judge_as(sys_map_create(&attr), -KERNEL_ENOTSUPP);
}

/* No tracepoint has an empty name. Only links have ids that can be listed. */
static enum probe_answer raw_tracepoint_link(void)
{
	_close_ int prog = probe_load_trivial(BPF_PROG_TYPE_RAW_TRACEPOINT, 0);
	uint32_t id;
	int err;

	if (prog < 0)
		return probe_judge(take_fd(&prog));
	err = sys_next_id(BPF_LINK_GET_NEXT_ID, 0, &id);
	if (err && err != -ENOENT)
		return probe_judge(err);
	return probe_judge_as(sys_raw_tracepoint_open("", prog, 0), -ENOENT);
}

/* An iterator that nobody reads does nothing: this link is really made. */
static enum probe_answer iter_link(struct prober *p)
{
	static const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr load = {
		.prog_type = BPF_PROG_TYPE_TRACING,
		.expected_attach_type = BPF_TRACE_ITER,
		.attach_btf_id = probe_btf_id(p, "bpf_iter_task"),
	};
	union bpf_attr attr = { 0 };
	_close_ int prog = -1;

	if (!load.attach_btf_id)
		return probe_program_type(p, BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER) == PROBE_NO
			       ? PROBE_NO
			       : PROBE_UNKNOWN;
	prog = probe_load_insns(&load, insns, ARRAY_SIZE(insns));
	if (prog < 0)
		return probe_judge(take_fd(&prog));
	attr.link_create.prog_fd = (uint32_t)prog;
	attr.link_create.attach_type = BPF_TRACE_ITER;
	return probe_judge(sys_link_create(&attr));
}

enum probe_answer probe_try_link(struct prober *p, uint32_t type)
{
	switch (type) {
	case BPF_LINK_TYPE_RAW_TRACEPOINT:
		return raw_tracepoint_link();
	case BPF_LINK_TYPE_TRACING:
		return probe_program_type(p, BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY);
	case BPF_LINK_TYPE_CGROUP:
		return descriptor_link(BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_EGRESS);
	case BPF_LINK_TYPE_ITER:
		return iter_link(p);
	case BPF_LINK_TYPE_NETNS:
		return descriptor_link(BPF_PROG_TYPE_FLOW_DISSECTOR, BPF_FLOW_DISSECTOR);
	case BPF_LINK_TYPE_XDP:
		return xdp_link();
	case BPF_LINK_TYPE_PERF_EVENT:
		return probe(p, PROBE_PERF_LINK);
	case BPF_LINK_TYPE_KPROBE_MULTI:
		return probe_program_type(p, BPF_PROG_TYPE_KPROBE, BPF_TRACE_KPROBE_MULTI);
	case BPF_LINK_TYPE_STRUCT_OPS:
		return struct_ops_link();
	case BPF_LINK_TYPE_NETFILTER:
		return netfilter_link();
	case BPF_LINK_TYPE_TCX:
		return interface_link(BPF_TCX_INGRESS);
	case BPF_LINK_TYPE_UPROBE_MULTI:
		return probe_program_type(p, BPF_PROG_TYPE_KPROBE, BPF_TRACE_UPROBE_MULTI);
	case BPF_LINK_TYPE_NETKIT:
		return interface_link(BPF_NETKIT_PRIMARY);
	case BPF_LINK_TYPE_SOCKMAP:
		return descriptor_link(BPF_PROG_TYPE_SK_MSG, BPF_SK_MSG_VERDICT);
	case BPF_LINK_TYPE_TRACING_MULTI:
		return probe_program_type(p, BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY_MULTI);
	}
	/* One that was made after this was written, or that is none. */
	return PROBE_UNKNOWN;
}

/* --- attach types ---------------------------------------------------------------------------- */

/* The programs that are attached so. */
static const uint8_t program_types[] = {
	[BPF_CGROUP_INET_INGRESS... BPF_CGROUP_INET_EGRESS] = BPF_PROG_TYPE_CGROUP_SKB,
	[BPF_CGROUP_INET_SOCK_CREATE] = BPF_PROG_TYPE_CGROUP_SOCK,
	[BPF_CGROUP_SOCK_OPS] = BPF_PROG_TYPE_SOCK_OPS,
	[BPF_SK_SKB_STREAM_PARSER... BPF_SK_SKB_STREAM_VERDICT] = BPF_PROG_TYPE_SK_SKB,
	[BPF_CGROUP_DEVICE] = BPF_PROG_TYPE_CGROUP_DEVICE,
	[BPF_SK_MSG_VERDICT] = BPF_PROG_TYPE_SK_MSG,
	[BPF_CGROUP_INET4_BIND... BPF_CGROUP_INET6_CONNECT] = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	[BPF_CGROUP_INET4_POST_BIND... BPF_CGROUP_INET6_POST_BIND] = BPF_PROG_TYPE_CGROUP_SOCK,
	[BPF_CGROUP_UDP4_SENDMSG... BPF_CGROUP_UDP6_SENDMSG] = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	[BPF_LIRC_MODE2] = BPF_PROG_TYPE_LIRC_MODE2,
	[BPF_FLOW_DISSECTOR] = BPF_PROG_TYPE_FLOW_DISSECTOR,
	[BPF_CGROUP_SYSCTL] = BPF_PROG_TYPE_CGROUP_SYSCTL,
	[BPF_CGROUP_UDP4_RECVMSG... BPF_CGROUP_UDP6_RECVMSG] = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	[BPF_CGROUP_GETSOCKOPT... BPF_CGROUP_SETSOCKOPT] = BPF_PROG_TYPE_CGROUP_SOCKOPT,
	[BPF_TRACE_RAW_TP... BPF_MODIFY_RETURN] = BPF_PROG_TYPE_TRACING,
	[BPF_LSM_MAC] = BPF_PROG_TYPE_LSM,
	[BPF_TRACE_ITER] = BPF_PROG_TYPE_TRACING,
	[BPF_CGROUP_INET4_GETPEERNAME... BPF_CGROUP_INET6_GETSOCKNAME] =
		BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	[BPF_CGROUP_INET_SOCK_RELEASE] = BPF_PROG_TYPE_CGROUP_SOCK,
	[BPF_SK_LOOKUP] = BPF_PROG_TYPE_SK_LOOKUP,
	[BPF_SK_SKB_VERDICT] = BPF_PROG_TYPE_SK_SKB,
	[BPF_SK_REUSEPORT_SELECT... BPF_SK_REUSEPORT_SELECT_OR_MIGRATE] =
		BPF_PROG_TYPE_SK_REUSEPORT,
	[BPF_TRACE_KPROBE_MULTI] = BPF_PROG_TYPE_KPROBE,
	[BPF_LSM_CGROUP] = BPF_PROG_TYPE_LSM,
	[BPF_TRACE_UPROBE_MULTI] = BPF_PROG_TYPE_KPROBE,
	[BPF_CGROUP_UNIX_CONNECT... BPF_CGROUP_UNIX_GETSOCKNAME] = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	[BPF_TRACE_KPROBE_SESSION... BPF_TRACE_UPROBE_SESSION] = BPF_PROG_TYPE_KPROBE,
	[BPF_TRACE_FSESSION... BPF_TRACE_FSESSION_MULTI] = BPF_PROG_TYPE_TRACING,
};

/* Maps whose values may name a program, beside what every such map holds. */
static enum probe_answer program_in_map(uint32_t map_type)
{
	union bpf_attr attr = {
		.map_type = map_type,
		.key_size = 4,
		.value_size = 8,
		.max_entries = 1,
	};

	return probe_judge(sys_map_create(&attr));
}

/* The older command looks for the program only when it knows the attach type. */
static enum probe_answer known_to_attach(uint32_t attach_type)
{
	union bpf_attr attr = {
		.target_fd = NO_FD,
		.attach_bpf_fd = NO_FD,
		.attach_type = attach_type,
	};

	return probe_judge_as(sys_prog_attach(&attr), -EBADF);
}

/*
 * Some types refuse attach types that are not theirs when they are loaded, and of kprobes the links
 * are tried then; others take any.
 */
static enum probe_answer by_program(struct prober *p, uint32_t type, uint32_t attach_type)
{
	enum probe_answer answer = probe_program_type(p, type, attach_type);

	if (answer != PROBE_YES || type == BPF_PROG_TYPE_KPROBE ||
	    probe_program_type(p, type, NO_ATTACH_TYPE) == PROBE_NO)
		return answer;
	return known_to_attach(attach_type);
}

enum probe_answer probe_try_attach(struct prober *p, uint32_t attach_type)
{
	switch (attach_type) {
	case BPF_XDP:
		return xdp_link();
	case BPF_XDP_DEVMAP:
		return program_in_map(BPF_MAP_TYPE_DEVMAP);
	case BPF_XDP_CPUMAP:
		return program_in_map(BPF_MAP_TYPE_CPUMAP);
	case BPF_PERF_EVENT:
		return probe(p, PROBE_PERF_LINK);
	case BPF_STRUCT_OPS:
		return struct_ops_link();
	case BPF_NETFILTER:
		return netfilter_link();
	case BPF_TCX_INGRESS:
	case BPF_TCX_EGRESS:
	case BPF_NETKIT_PRIMARY:
	case BPF_NETKIT_PEER:
		return interface_link(attach_type);
	}
	if (attach_type >= ARRAY_SIZE(program_types) || !program_types[attach_type])
		return known_to_attach(attach_type);
	return by_program(p, program_types[attach_type], attach_type);
}
