/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sections.bpf.c - a program that does nothing under each section name of sections.list: what it
 * returns lets everything pass. None is loaded unless it is asked for.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u32);
} sockets SEC(".maps");

/* For freplace. */
__attribute__((noinline)) int replaced(void *ctx)
{
	volatile int result = 1;

	return result;
}

SEC("?xdp")
int base(void *ctx)
{
	return replaced(ctx) + 1;
}

#define PROGRAM(name, section, result) \
	SEC("?" section)               \
	int name(void *ctx)            \
	{                              \
		return result;         \
	}

PROGRAM(s001, "socket", 0)
PROGRAM(s002, "sk_reuseport/migrate", 1)
PROGRAM(s003, "sk_reuseport", 1)
PROGRAM(s004, "kprobe/vfs_statfs", 0)
PROGRAM(s005, "uprobe", 0)
PROGRAM(s006, "uprobe.s", 0)
PROGRAM(s007, "kretprobe/vfs_statfs", 0)
PROGRAM(s008, "uretprobe", 0)
PROGRAM(s009, "uretprobe.s", 0)
PROGRAM(s010, "kprobe.multi/vfs_statf?", 0)
PROGRAM(s011, "kretprobe.multi/vfs_statf?", 0)
PROGRAM(s012, "kprobe.session/vfs_statf?", 0)
PROGRAM(s013, "uprobe.multi", 0)
PROGRAM(s014, "uretprobe.multi", 0)
PROGRAM(s015, "uprobe.session", 0)
PROGRAM(s016, "uprobe.multi.s", 0)
PROGRAM(s017, "uretprobe.multi.s", 0)
PROGRAM(s018, "uprobe.session.s", 0)
PROGRAM(s019, "ksyscall/getpgid", 0)
PROGRAM(s020, "kretsyscall/getpgid", 0)
PROGRAM(s021, "usdt", 0)
PROGRAM(s022, "usdt.s", 0)
PROGRAM(s023, "tc/ingress", -1)
PROGRAM(s024, "tc/egress", -1)
PROGRAM(s025, "tcx/ingress", -1)
PROGRAM(s026, "tcx/egress", -1)
PROGRAM(s027, "tc", -1)
PROGRAM(s028, "classifier", -1)
PROGRAM(s029, "action", -1)
PROGRAM(s030, "netkit/primary", -1)
PROGRAM(s031, "netkit/peer", -1)
PROGRAM(s032, "tracepoint/sched/sched_process_exec", 0)
PROGRAM(s033, "tp/sched/sched_process_exec", 0)
PROGRAM(s034, "tracepoint.s/syscalls/sys_enter_getpgid", 0)
PROGRAM(s035, "tp.s/syscalls/sys_enter_getpgid", 0)
PROGRAM(s036, "raw_tracepoint/sched_process_exec", 0)
PROGRAM(s037, "raw_tp/sched_process_exec", 0)
PROGRAM(s038, "raw_tracepoint.s/sys_enter", 0)
PROGRAM(s039, "raw_tp.s/sys_enter", 0)
PROGRAM(s040, "raw_tracepoint.w/bpf_test_finish", 0)
PROGRAM(s041, "raw_tp.w/bpf_test_finish", 0)
PROGRAM(s042, "tp_btf/sched_process_exec", 0)
PROGRAM(s043, "tp_btf.s/sys_enter", 0)
PROGRAM(s044, "fentry/bpf_fentry_test1", 0)
PROGRAM(s045, "fmod_ret/security_task_getpgid", 0)
PROGRAM(s046, "fexit/bpf_fentry_test1", 0)
PROGRAM(s047, "fentry.s/bpf_fentry_test1", 0)
PROGRAM(s048, "fmod_ret.s/bpf_modify_return_test", 0)
PROGRAM(s049, "fexit.s/bpf_fentry_test1", 0)
PROGRAM(s050, "fsession/bpf_fentry_test1", 0)
PROGRAM(s051, "fsession.s/bpf_fentry_test1", 0)
PROGRAM(s052, "fsession.multi/bpf_fentry_test?", 0)
PROGRAM(s053, "fsession.multi.s/bpf_fentry_test1", 0)
PROGRAM(s054, "fentry.multi/bpf_fentry_test?", 0)
PROGRAM(s055, "fexit.multi/bpf_fentry_test?", 0)
PROGRAM(s056, "fentry.multi.s/bpf_fentry_test1", 0)
PROGRAM(s057, "fexit.multi.s/bpf_fentry_test1", 0)
PROGRAM(s058, "freplace/replaced", 0)
PROGRAM(s059, "lsm/path_chroot", 0)
PROGRAM(s060, "lsm.s/inode_rename", 0)
PROGRAM(s061, "lsm_cgroup/socket_bind", 1)
PROGRAM(s062, "iter/task", 0)
PROGRAM(s063, "iter.s/task", 0)
PROGRAM(s064, "syscall", 0)
PROGRAM(s065, "xdp.frags/devmap", 2)
PROGRAM(s066, "xdp/devmap", 2)
PROGRAM(s067, "xdp.frags/cpumap", 2)
PROGRAM(s068, "xdp/cpumap", 2)
PROGRAM(s069, "xdp.frags", 2)
PROGRAM(s070, "xdp", 2)
PROGRAM(s071, "perf_event", 0)
PROGRAM(s072, "lwt_in", 0)
PROGRAM(s073, "lwt_out", 0)
PROGRAM(s074, "lwt_xmit", 0)
PROGRAM(s075, "lwt_seg6local", 0)
PROGRAM(s076, "sockops", 1)
PROGRAM(s077, "sk_skb/stream_parser", 1)
PROGRAM(s078, "sk_skb/stream_verdict", 1)
PROGRAM(s079, "sk_skb/verdict", 1)
PROGRAM(s080, "sk_skb", 1)
PROGRAM(s081, "sk_msg", 1)
PROGRAM(s082, "lirc_mode2", 0)
PROGRAM(s083, "flow_dissector", 0)
PROGRAM(s084, "cgroup_skb/ingress", 1)
PROGRAM(s085, "cgroup_skb/egress", 1)
PROGRAM(s086, "cgroup/skb", 1)
PROGRAM(s087, "cgroup/sock_create", 1)
PROGRAM(s088, "cgroup/sock_release", 1)
PROGRAM(s089, "cgroup/sock", 1)
PROGRAM(s090, "cgroup/post_bind4", 1)
PROGRAM(s091, "cgroup/post_bind6", 1)
PROGRAM(s092, "cgroup/bind4", 1)
PROGRAM(s093, "cgroup/bind6", 1)
PROGRAM(s094, "cgroup/connect4", 1)
PROGRAM(s095, "cgroup/connect6", 1)
PROGRAM(s096, "cgroup/connect_unix", 1)
PROGRAM(s097, "cgroup/sendmsg4", 1)
PROGRAM(s098, "cgroup/sendmsg6", 1)
PROGRAM(s099, "cgroup/sendmsg_unix", 1)
PROGRAM(s100, "cgroup/recvmsg4", 1)
PROGRAM(s101, "cgroup/recvmsg6", 1)
PROGRAM(s102, "cgroup/recvmsg_unix", 1)
PROGRAM(s103, "cgroup/getpeername4", 1)
PROGRAM(s104, "cgroup/getpeername6", 1)
PROGRAM(s105, "cgroup/getpeername_unix", 1)
PROGRAM(s106, "cgroup/getsockname4", 1)
PROGRAM(s107, "cgroup/getsockname6", 1)
PROGRAM(s108, "cgroup/getsockname_unix", 1)
PROGRAM(s109, "cgroup/sysctl", 1)
PROGRAM(s110, "cgroup/getsockopt", 1)
PROGRAM(s111, "cgroup/setsockopt", 1)
PROGRAM(s112, "cgroup/dev", 1)
PROGRAM(s115, "sk_lookup", 1)
PROGRAM(s116, "netfilter", 1)

/* Members of a struct of the kernel's: the names are in the sections, the struct says the rest. */
struct sock;

struct tcp_congestion_ops {
	u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, u32 ack, u32 acked);
	u32 (*undo_cwnd)(struct sock *sk);
	char name[16];
};

SEC("struct_ops/ssthresh")
u32 BPF_PROG(s113, struct sock *sk)
{
	return 2;
}

SEC("struct_ops/undo_cwnd")
u32 BPF_PROG(undo, struct sock *sk)
{
	return 2;
}

SEC("struct_ops/cong_avoid")
void BPF_PROG(avoid, struct sock *sk, u32 ack, u32 acked)
{
}

SEC("struct_ops.s/ssthresh")
u32 BPF_PROG(s114, struct sock *sk)
{
	return 2;
}

SEC("?.struct_ops.link")
struct tcp_congestion_ops plain = {
	.ssthresh = (void *)s113,
	.cong_avoid = (void *)avoid,
	.undo_cwnd = (void *)undo,
	.name = "cleat_sections",
};

SEC("?.struct_ops.link")
struct tcp_congestion_ops sleepable = {
	.ssthresh = (void *)s114,
	.cong_avoid = (void *)avoid,
	.undo_cwnd = (void *)undo,
	.name = "cleat_sleeps",
};
