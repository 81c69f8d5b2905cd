/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * structs.bpf.c - structs of functions that the kernel calls, other than congestion control: a scheduler
 * that leaves all to the kernel and counts, and a queueing discipline that takes packets and drops
 * them.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

CLEAT_KERNEL_TYPES_BEGIN
struct task_struct {
	int pid;
};
struct Qdisc;
struct sk_buff {
	unsigned int len;
};
struct bpf_sk_buff_ptr;
struct nlattr;
struct netlink_ext_ack;
CLEAT_KERNEL_TYPES_END

u64 ran, dropped, made;

/* --- a scheduler ---------------------------------------------------------------------- */

struct sched_ext_ops {
	void (*running)(struct task_struct *p);
	u64 flags;
	u32 timeout_ms;
	char name[128];
};

SEC("?struct_ops/running")
void BPF_PROG(on_running, struct task_struct *p)
{
	__sync_fetch_and_add(&ran, 1);
}

SEC("?.struct_ops.link")
struct sched_ext_ops scheduler = {
	.running = (void *)on_running,
	.name = "cleat_scheduler",
};

/* --- a queueing discipline -------------------------------------------------------------- */

#define NET_XMIT_DROP 1

extern void bpf_qdisc_skb_drop(struct sk_buff *skb, struct bpf_sk_buff_ptr *to_free) __ksym __weak;

struct Qdisc_ops {
	char id[16];
	int (*enqueue)(struct sk_buff *skb, struct Qdisc *sch, struct bpf_sk_buff_ptr *to_free);
	struct sk_buff *(*dequeue)(struct Qdisc *sch);
	int (*init)(struct Qdisc *sch, struct nlattr *arg, struct netlink_ext_ack *extack);
	void (*reset)(struct Qdisc *sch);
	void (*destroy)(struct Qdisc *sch);
};

SEC("?struct_ops/enqueue")
int BPF_PROG(on_enqueue, struct sk_buff *skb, struct Qdisc *sch, struct bpf_sk_buff_ptr *to_free)
{
	bpf_qdisc_skb_drop(skb, to_free);
	__sync_fetch_and_add(&dropped, 1);
	return NET_XMIT_DROP;
}

SEC("?struct_ops/dequeue")
struct sk_buff *BPF_PROG(on_dequeue, struct Qdisc *sch)
{
	return 0;
}

SEC("?struct_ops/init")
int BPF_PROG(on_init, struct Qdisc *sch, struct nlattr *arg, struct netlink_ext_ack *extack)
{
	__sync_fetch_and_add(&made, 1);
	return 0;
}

SEC("?struct_ops/reset")
void BPF_PROG(on_reset, struct Qdisc *sch)
{
}

SEC("?struct_ops/destroy")
void BPF_PROG(on_destroy, struct Qdisc *sch)
{
}

SEC("?.struct_ops.link")
struct Qdisc_ops qdisc = {
	.enqueue = (void *)on_enqueue,
	.dequeue = (void *)on_dequeue,
	.init = (void *)on_init,
	.reset = (void *)on_reset,
	.destroy = (void *)on_destroy,
	.id = "cleat_drop",
};
