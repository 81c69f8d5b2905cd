// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * probe-type.c - can this kernel load programs of a type, create maps of a type.
 *
 * Knows what each type demands before it says anything else: the one place in the core where types
 * have names. A type that is not in the tables is tried like any other. Does not know what a type
 * is good for; the plugins do.
 */
#include <linux/capability.h>

#include "base/text.h"
#include "kernel/bpf.h"
#include "kernel/machine.h"
#include "kernel/probe-internal.h"

#define LOG_SIZE 4096

/* --- programs -------------------------------------------------------------------------------- */

enum proof {
	PROOF_LOADED, /* it loads */
	PROOF_BTF_ID, /* the verifier says that type 1 of the kernel's BTF is no target */
	PROOF_ENOTSUPP, /* the verifier says that type 1 is no struct for it */
};

static const struct program_rule {
	uint32_t type;
	uint32_t attach_type; /* when the caller has none in mind */
	uint32_t flags;
	enum proof proof;
	bool version; /* kernels before 5.0 want their own version number */
	bool must_agree; /* some attach types allow no other result than 1 */
} program_rules[] = {
	{ BPF_PROG_TYPE_KPROBE, .version = true },
	{ BPF_PROG_TYPE_CGROUP_SOCK_ADDR, .attach_type = BPF_CGROUP_INET4_CONNECT,
	  .must_agree = true },
	{ BPF_PROG_TYPE_LIRC_MODE2, .attach_type = BPF_LIRC_MODE2 },
	{ BPF_PROG_TYPE_CGROUP_SOCKOPT, .attach_type = BPF_CGROUP_SETSOCKOPT },
	{ BPF_PROG_TYPE_SK_LOOKUP, .attach_type = BPF_SK_LOOKUP },
	{ BPF_PROG_TYPE_NETFILTER, .attach_type = BPF_NETFILTER },
	{ BPF_PROG_TYPE_SYSCALL, .flags = BPF_F_SLEEPABLE },
	{ BPF_PROG_TYPE_TRACING, .attach_type = BPF_TRACE_RAW_TP, .proof = PROOF_BTF_ID },
	{ BPF_PROG_TYPE_EXT, .proof = PROOF_BTF_ID },
	{ BPF_PROG_TYPE_LSM, .attach_type = BPF_LSM_MAC, .proof = PROOF_BTF_ID },
	{ BPF_PROG_TYPE_STRUCT_OPS, .proof = PROOF_ENOTSUPP },
};

/* What the verifier says of a bad target, in check_attach_btf_id() and its parts since 5.5. */
static const char *const btf_id_complaints[] = {
	"attach_btf_id",
	"btf_id",
	"Cannot replace kernel functions",
	"is not a function",
};

static const struct bpf_insn nothing[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
	{ .code = BPF_JMP | BPF_EXIT },
};

static const struct bpf_insn agree[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 1 },
	{ .code = BPF_JMP | BPF_EXIT },
};

/*
 * Kprobe programs load whatever their attach type says: only the link tells. With an address that
 * nobody has in place of the list of functions, a kernel that has such links fails to read it.
 */
static enum probe_answer multi_link(uint32_t attach_type, uint32_t flags)
{
	union bpf_attr load = {
		.prog_type = BPF_PROG_TYPE_KPROBE,
		.expected_attach_type = attach_type,
		.prog_flags = flags,
	};
	_close_ int prog = probe_load_insns(&load, nothing, ARRAY_SIZE(nothing));
	union bpf_attr attr = { 0 };
	_close_ int link = -1;
	int wanted = -EFAULT;

	if (prog < 0)
		return probe_judge(take_fd(&prog));
	attr.link_create.prog_fd = (uint32_t)prog;
	attr.link_create.attach_type = attach_type;
	if (attach_type == BPF_TRACE_KPROBE_MULTI || attach_type == BPF_TRACE_KPROBE_SESSION) {
		attr.link_create.kprobe_multi.cnt = 1;
		attr.link_create.kprobe_multi.syms = 1;
	} else {
		uint64_t offset = 0;

		/* The path is read first: a directory has no code. */
		attr.link_create.uprobe_multi.cnt = 1;
		attr.link_create.uprobe_multi.path = (uintptr_t) "/";
		attr.link_create.uprobe_multi.offsets = (uintptr_t)&offset;
		wanted = -EBADF;
	}
	link = sys_link_create(&attr);
	return probe_judge_as(take_fd(&link), wanted);
}

static bool complains_of_btf_id(const char *log)
{
	for (size_t i = 0; i < ARRAY_SIZE(btf_id_complaints); i++)
		if (strstr(log, btf_id_complaints[i]))
			return true;
	return false;
}

static struct program_rule rule_of(uint32_t type)
{
	for (size_t i = 0; i < ARRAY_SIZE(program_rules); i++)
		if (program_rules[i].type == type)
			return program_rules[i];
	return (struct program_rule) { .type = type };
}

void probe_program_needs(uint32_t type, union bpf_attr *attr)
{
	struct program_rule rule = rule_of(type);

	attr->prog_type = type;
	attr->expected_attach_type = rule.attach_type;
	attr->prog_flags = rule.flags;
	if (rule.version)
		attr->kern_version = machine_kernel_version();
}

/* Programs for many functions at once are not bound to one. */
static bool traces_many(uint32_t type, uint32_t attach_type)
{
	return type == BPF_PROG_TYPE_TRACING &&
	       (attach_type == BPF_TRACE_FENTRY_MULTI || attach_type == BPF_TRACE_FEXIT_MULTI ||
		attach_type == BPF_TRACE_FSESSION_MULTI);
}

enum probe_answer probe_try_program(uint32_t type, uint32_t attach_type, uint32_t flags)
{
	enum proof proof = traces_many(type, attach_type) ? PROOF_LOADED : rule_of(type).proof;
	union bpf_attr attr = { 0 };
	char log[LOG_SIZE] = "";
	int fd;

	if (type == BPF_PROG_TYPE_KPROBE &&
	    (attach_type == BPF_TRACE_KPROBE_MULTI || attach_type == BPF_TRACE_KPROBE_SESSION ||
	     attach_type == BPF_TRACE_UPROBE_MULTI || attach_type == BPF_TRACE_UPROBE_SESSION))
		return multi_link(attach_type, flags);
	probe_program_needs(type, &attr);
	if (attach_type)
		attr.expected_attach_type = attach_type;
	attr.prog_flags |= flags;
	if (proof == PROOF_BTF_ID) {
		attr.attach_btf_id = 1;
		attr.log_buf = (uintptr_t)log;
		attr.log_size = sizeof(log);
		attr.log_level = 1;
	}
	fd = probe_load_insns(&attr, rule_of(type).must_agree ? agree : nothing,
			      ARRAY_SIZE(nothing));
	if (proof == PROOF_BTF_ID && fd == -EINVAL && complains_of_btf_id(log))
		return PROBE_YES;
	if (proof == PROOF_ENOTSUPP && fd == -KERNEL_ENOTSUPP)
		return PROBE_YES;
	return probe_judge(fd);
}

/*
 * Not found out by trying: a refusal does not say for want of what. As it is since 5.8; before, all
 * is CAP_SYS_ADMIN. The types that are not here need no more than CAP_BPF, or nobody knows.
 */
uint64_t program_type_caps(uint32_t type)
{
	switch (type) {
	case BPF_PROG_TYPE_KPROBE:
	case BPF_PROG_TYPE_TRACEPOINT:
	case BPF_PROG_TYPE_PERF_EVENT:
	case BPF_PROG_TYPE_RAW_TRACEPOINT:
	case BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE:
	case BPF_PROG_TYPE_TRACING:
	case BPF_PROG_TYPE_LSM:
	case BPF_PROG_TYPE_STRUCT_OPS:
		return CAP_BIT(CAP_BPF) | CAP_BIT(CAP_PERFMON);
	case BPF_PROG_TYPE_EXT: /* of whatever kind its target is */
		return CAP_BIT(CAP_BPF) | CAP_BIT(CAP_PERFMON) | CAP_BIT(CAP_NET_ADMIN);
	case BPF_PROG_TYPE_SCHED_CLS:
	case BPF_PROG_TYPE_SCHED_ACT:
	case BPF_PROG_TYPE_XDP:
	case BPF_PROG_TYPE_LWT_IN:
	case BPF_PROG_TYPE_LWT_OUT:
	case BPF_PROG_TYPE_LWT_XMIT:
	case BPF_PROG_TYPE_LWT_SEG6LOCAL:
	case BPF_PROG_TYPE_SK_SKB:
	case BPF_PROG_TYPE_SK_MSG:
	case BPF_PROG_TYPE_FLOW_DISSECTOR:
	case BPF_PROG_TYPE_CGROUP_DEVICE:
	case BPF_PROG_TYPE_CGROUP_SOCK:
	case BPF_PROG_TYPE_CGROUP_SOCK_ADDR:
	case BPF_PROG_TYPE_CGROUP_SOCKOPT:
	case BPF_PROG_TYPE_CGROUP_SYSCTL:
	case BPF_PROG_TYPE_SOCK_OPS:
	case BPF_PROG_TYPE_NETFILTER:
		return CAP_BIT(CAP_BPF) | CAP_BIT(CAP_NET_ADMIN);
	default:
		return CAP_BIT(CAP_BPF);
	}
}

/* --- maps ------------------------------------------------------------------------------------ */

enum map_need {
	NEED_NOTHING,
	NEED_BTF, /* for key and value: local storage */
	NEED_INNER, /* a map for a pattern */
	NEED_PAGE, /* its size is a page */
	NEED_STRUCT, /* a struct of the kernel: refused with ENOTSUPP for type 1 */
};

static const struct map_rule {
	uint32_t type;
	uint32_t key, value, entries, flags;
	enum map_need need;
} map_rules[] = {
	{ BPF_MAP_TYPE_STACK_TRACE, 4, 8, 1, 0, NEED_NOTHING },
	{ BPF_MAP_TYPE_LPM_TRIE, 8, 4, 1, BPF_F_NO_PREALLOC, NEED_NOTHING },
	{ BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 1, 0, NEED_INNER },
	{ BPF_MAP_TYPE_HASH_OF_MAPS, 4, 4, 1, 0, NEED_INNER },
	{ BPF_MAP_TYPE_CGROUP_STORAGE, sizeof(struct bpf_cgroup_storage_key), 4, 0, 0,
	  NEED_NOTHING },
	{ BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE, sizeof(struct bpf_cgroup_storage_key), 4, 0, 0,
	  NEED_NOTHING },
	{ BPF_MAP_TYPE_QUEUE, 0, 4, 1, 0, NEED_NOTHING },
	{ BPF_MAP_TYPE_STACK, 0, 4, 1, 0, NEED_NOTHING },
	{ BPF_MAP_TYPE_BLOOM_FILTER, 0, 4, 1, 0, NEED_NOTHING },
	{ BPF_MAP_TYPE_SK_STORAGE, 4, 4, 0, BPF_F_NO_PREALLOC, NEED_BTF },
	{ BPF_MAP_TYPE_INODE_STORAGE, 4, 4, 0, BPF_F_NO_PREALLOC, NEED_BTF },
	{ BPF_MAP_TYPE_TASK_STORAGE, 4, 4, 0, BPF_F_NO_PREALLOC, NEED_BTF },
	{ BPF_MAP_TYPE_CGRP_STORAGE, 4, 4, 0, BPF_F_NO_PREALLOC, NEED_BTF },
	{ BPF_MAP_TYPE_STRUCT_OPS, 4, 4, 1, 0, NEED_STRUCT },
	{ BPF_MAP_TYPE_RINGBUF, 0, 0, 0, 0, NEED_PAGE },
	{ BPF_MAP_TYPE_USER_RINGBUF, 0, 0, 0, 0, NEED_PAGE },
	{ BPF_MAP_TYPE_ARENA, 0, 0, 1, BPF_F_MMAPABLE, NEED_NOTHING }, /* entries are pages */
	{ BPF_MAP_TYPE_INSN_ARRAY, 4, sizeof(struct bpf_insn_array_value), 1, 0, NEED_NOTHING },
	{ BPF_MAP_TYPE_RHASH, 4, 4, 1, BPF_F_NO_PREALLOC, NEED_NOTHING },
};

enum probe_answer probe_try_map(uint32_t type)
{
	struct map_rule rule = { .type = type, .key = 4, .value = 4, .entries = 1 };
	_close_ int btf = -1, inner = -1;
	union bpf_attr attr = { 0 };
	int fd;

	for (size_t i = 0; i < ARRAY_SIZE(map_rules); i++)
		if (map_rules[i].type == type)
			rule = map_rules[i];
	attr.map_type = type;
	attr.key_size = rule.key;
	attr.value_size = rule.value;
	attr.max_entries = rule.entries;
	attr.map_flags = rule.flags;
	switch (rule.need) {
	case NEED_NOTHING:
		break;
	case NEED_BTF:
		btf = probe_load_btf(BLOB_INT);
		if (btf < 0)
			return probe_judge(take_fd(&btf));
		attr.btf_fd = (uint32_t)btf;
		attr.btf_key_type_id = attr.btf_value_type_id = 1;
		break;
	case NEED_INNER:
		inner = probe_create_array(0);
		if (inner < 0)
			return PROBE_UNKNOWN;
		attr.inner_map_fd = (uint32_t)inner;
		break;
	case NEED_PAGE:
		attr.max_entries = (uint32_t)sysconf(_SC_PAGESIZE);
		break;
	case NEED_STRUCT:
		attr.btf_vmlinux_value_type_id = 1;
		break;
	}
	fd = sys_map_create(&attr);
	if (rule.need == NEED_STRUCT && fd == -KERNEL_ENOTSUPP)
		return PROBE_YES;
	return probe_judge(fd);
}

uint64_t map_type_caps(uint32_t type)
{
	switch (type) {
	case BPF_MAP_TYPE_SOCKMAP:
	case BPF_MAP_TYPE_SOCKHASH:
	case BPF_MAP_TYPE_DEVMAP:
	case BPF_MAP_TYPE_DEVMAP_HASH:
	case BPF_MAP_TYPE_XSKMAP:
		return CAP_BIT(CAP_BPF) | CAP_BIT(CAP_NET_ADMIN);
	default:
		return CAP_BIT(CAP_BPF);
	}
}
