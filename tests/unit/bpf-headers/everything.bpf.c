/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * everything.bpf.c - uses what <cleat/bpf.h> and the headers beside it offer, for 'run' to compile with
 * every compiler, for every machine, and beside the headers of others. Nothing here is loaded: what it
 * does when it is, tests/kernel/headers.bpf.c knows.
 */
#include <cleat/bpf.h>
#include <cleat/bpf/arena.h>
#include <cleat/bpf/dynptr.h>
#include <cleat/bpf/kfuncs.h>
#include <cleat/bpf/packet.h>
#include <cleat/usdt.h>
#ifdef __clang__
#include <cleat/log.h>
#endif

/* What libbpf's headers define on top of it, where they come after. */
#ifdef LIBBPF_AFTER
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>
#include <bpf/usdt.bpf.h>
#endif

LICENSE("GPL");

/* Flavours, so that they do not clash with the types of a vmlinux.h. */
CLEAT_KERNEL_TYPES_BEGIN
struct mm_struct___own {
	unsigned long start_code;
};

struct task_struct___own {
	int tgid;
	const struct task_struct___own *real_parent;
	struct mm_struct___own *mm;
	char comm[16];
	unsigned int migrations : 3;
	int sign : 5;
};
CLEAT_KERNEL_TYPES_END

enum kind___own {
	KIND_FIRST,
	KIND_SECOND = 7,
};

struct guarded {
	struct bpf_spin_lock lock;
	u64 value;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, u32);
	__type(value, struct guarded);
} things SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
	__record(struct guarded);
} events SEC(".maps");

extern int LINUX_KERNEL_VERSION __kconfig;
extern enum libbpf_tristate CONFIG_BPF_SYSCALL __kconfig __weak;
extern const void vfs_read __ksym __weak;

u64 sum;
u32 wide;
char text[16];

/* gcc has no builtins for types and enumerators before 14. */
#if CLEAT_HAS_BUILTIN(__builtin_preserve_type_info)
SEC("tp_btf/sched_switch")
int BPF_PROG(on_switch, bool preempt, struct task_struct___own *task)
{
	int i;

	sum += CORE_READ(task, tgid) + CORE_READ(task, real_parent, real_parent, tgid);
	sum += CORE_READ(task, mm, start_code) + BPF_CORE_READ(task, real_parent, tgid);
	CORE_READ_STR_INTO(&text, task, real_parent, comm);
	BPF_CORE_READ_INTO(&wide, task, tgid);
	sum += core_bitfield(task, sign) + CORE_READ_BITFIELD(task, migrations);
	sum += core_field_exists(task->mm) + core_field_exists(struct task_struct___own, comm);
	sum += core_field_size(task->comm) + core_field_offset(struct task_struct___own, comm);
	sum += core_type_exists(struct task_struct___own) + core_type_size(struct mm_struct___own);
	sum += core_enum_exists(enum kind___own, KIND_FIRST);
	sum += core_enum_value(enum kind___own, KIND_SECOND);
	sum += bpf_core_enum_value_exists(enum kind___own, KIND_SECOND);
	if (LINUX_KERNEL_VERSION > KERNEL_VERSION(5, 8, 0) && CONFIG_BPF_SYSCALL == TRI_YES)
		sum++;
	if (bpf_ksym_exists(&vfs_read) && bpf_ksym_exists(bpf_task_from_pid))
		sum++;
	bpf_printk("no argument");
	bpf_printk("%d %d %d", CORE_READ(task, tgid), 2, preempt);
	bpf_printk("%d %d %d %d %d", 1, 2, 3, CORE_READ(task, real_parent, tgid), 5);
	BPF_SNPRINTF(text, sizeof(text), "%d %s", 7, task->comm);
	bpf_for(i, 0, wide)
		sum += i;
	bpf_repeat(3) {
		if (sum == 9)
			break;
	}
	bpf_rcu()
		sum++;
	bpf_no_preempt() {
		if (sum == 5)
			return 0;
	}
	bpf_atomic_add(&sum, 2);
	return bpf_atomic_fetch_or(&sum, 1) + bpf_atomic_cmpxchg(&wide, 1, 2);
}

#endif

#ifdef PT_REGS_PARM1
SEC("kprobe/function")
int BPF_KPROBE(on_call, int a, const char *b, long c)
{
	unsigned long ip;

	BPF_KPROBE_READ_RET_IP(ip, ctx);
	return a + *b + c + ip + PT_REGS_SP(ctx) + PT_REGS_IP(ctx) + PT_REGS_FP(ctx);
}

SEC("kretprobe/function")
int BPF_KRETPROBE(on_return, long result)
{
	return result + PT_REGS_RC_CORE(ctx);
}

SEC("ksyscall/call")
int BPF_KSYSCALL(on_syscall, int a, void *b, long c, long d)
{
	return a + (long)b + c + d;
}

SEC("uprobe")
int BPF_UPROBE(on_uprobe, int a, short b)
{
	return a + b;
}

SEC("usdt")
int BPF_USDT(on_usdt, int a, char *b)
{
	return a + (long)b + bpf_usdt_cookie(ctx) + bpf_usdt_arg_cnt(ctx);
}
#endif

struct two {
	long a, b;
};

#ifdef BPF_PROG2
SEC("fentry/function")
int BPF_PROG2(on_structs, int, a, struct two, pair, char, c)
{
	return a + pair.b + c;
}
#endif

int second(struct xdp_md *ctx);
TAIL_CALLS(stages, struct xdp_md *, 3, [1] = (void *)&second);

__noinline int judge(struct xdp_md *ctx __arg_ctx, struct guarded *thing __arg_nullable)
{
	return thing ? (int)(thing->value & ctx->data_end) : 0;
}

SEC("xdp")
int first(struct xdp_md *ctx)
{
	struct guarded *thing;
	struct pkt_headers h;
	u32 key = 3;

	pkt_headers(&h, pkt_of(ctx));
	if (h.tcp && h.tcp->syn)
		sum += bpf_ntohs(h.tcp->to);
	if (h.ipv6 && h.icmpv6)
		sum += h.ipv6->hops + bpf_get_be32(h.ipv6->to);
	thing = bpf_map_lookup_elem(&things, &key);
	if (thing) {
		bpf_locked(&thing->lock)
			thing->value++;
		sum += judge(ctx, thing);
	}
	bpf_tail_call_static(ctx, &stages, 1);
	return XDP_PASS;
}

SEC("xdp")
int second(struct xdp_md *ctx)
{
	struct bpf_dynptr packet;

	if (bpf_dynptr_from_xdp(ctx, 0, &packet))
		return XDP_ABORTED;
	return bpf_dynptr_object(&packet, 0, struct pkt_eth) ? XDP_PASS : XDP_DROP;
}

#ifdef __clang__
SEC("xdp")
int everything_logged(struct xdp_md *ctx)
{
	unsigned char mac[6] = { 2 };
	const char *name = text;

	cleat_error(ctx, "no argument");
	cleat_warn(ctx, "{} {} {} {}", ctx->rx_queue_index, -1L, (bool)1, (char)'x');
	cleat_info(ctx, "{mac} {} {} {p}", mac, text, name, (void *)ctx);
	cleat_debug(ctx, "{} {} {}", cleat_str(name, 8), cleat_user_str(name, 8),
		    cleat_bytes(mac, 4));
	cleat_trace(ctx, "{} {} {}", cleat_kernel_bytes(name, 5), cleat_some_bytes(name, wide),
		    (unsigned __int128)1);
	if (cleat_log_on(CLEAT_LOG_DEBUG))
		wide++;
	return wide;
}
#endif
