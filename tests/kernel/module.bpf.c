// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * module.bpf.c - what modules have: functions to attach to, types that only their own BTF knows,
 * functions to call. Programs leave what they see in global variables.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

CLEAT_KERNEL_TYPES_BEGIN
struct net_device {
	char name[16];
};
/* of veth; nothing is where it is in any kernel */
struct veth_priv {
	u64 in_front[5];
	struct net_device *peer;
};
/* of vrf */
struct net_vrf {
	u32 tb_id;
};
/* of nf_conntrack: a function that is called must be declared with whole types */
struct nf_conn {
	u32 mark;
};
struct nf_conn___init {
	struct nf_conn ct;
};
/* of the kernel; x_tables has a variable of that type for each CPU */
struct seqcount {
	u32 sequence;
};
/* of modules that the test makes up */
struct made_one {
	u32 id;
};
struct made_two {
	u32 id;
};
CLEAT_KERNEL_TYPES_END

struct bpf_ct_opts {
	s32 netns_id;
	s32 error;
	u8 l4proto;
	u8 dir;
	u8 reserved[2];
};

struct nf_conn___init *bpf_skb_ct_alloc(struct __sk_buff *skb, struct bpf_sock_tuple *tuple,
					u32 tuple_size, struct bpf_ct_opts *opts, u32 opts_size)
	__ksym __weak;
void bpf_ct_set_timeout(struct nf_conn___init *conn, u32 milliseconds) __ksym __weak;
struct nf_conn *bpf_ct_insert_entry(struct nf_conn___init *conn) __ksym __weak;
struct nf_conn *bpf_skb_ct_lookup(struct __sk_buff *skb, struct bpf_sock_tuple *tuple,
				  u32 tuple_size, struct bpf_ct_opts *opts, u32 opts_size)
	__ksym __weak;
void bpf_ct_release(struct nf_conn *conn) __ksym __weak;

typedef struct seqcount seqcount_t;
extern const seqcount_t xt_recseq __ksym __weak;
extern const void __per_cpu_offset __ksym __weak;

u64 address, offset, place, sequence;
u64 sent, sent_bare, has_vrf, one_at, two_at, called, missed, inserted, found;
char peer[16];

/* --- functions and types ------------------------------------------------------------------------ */

SEC("?fentry/veth:veth_xmit")
int BPF_PROG(on_xmit, void *skb, struct net_device *dev)
{
	/* a driver's own data is behind the device, and both are aligned */
	u64 behind = (core_type_size(struct net_device) + 31) & ~31ull;
	struct veth_priv *priv = (void *)dev + behind;
	struct net_device *other = CORE_READ(priv, peer);

	core_read_str(peer, sizeof(peer), &other->name);
	sent++;
	return 0;
}

SEC("?fentry/veth_xmit")
int BPF_PROG(on_xmit_bare, void *skb)
{
	sent_bare++;
	return 0;
}

/* The first CPU's; its place is counted from where that CPU has its variables. */
SEC("?raw_tp/sched_process_exec")
int look_at_variable(void *ctx)
{
	const seqcount_t *first = bpf_per_cpu_ptr(&xt_recseq, 0);

	bpf_probe_read_kernel(&offset, sizeof(offset), &__per_cpu_offset);
	if (!first)
		return 0;
	sequence = first->sequence;
	/* what was stored and is read again is a number */
	*(volatile u64 *)&address = (u64)first;
	place = *(volatile u64 *)&address - offset;
	return 0;
}

SEC("?raw_tp/sched_process_exec")
int look_for_vrf(void *ctx)
{
	has_vrf = 1 + core_type_exists(struct net_vrf);
	return 0;
}

SEC("?raw_tp/sched_process_exec")
int look_for_made(void *ctx)
{
	struct made_one *one = 0;
	struct made_two *two = 0;

	one_at = core_type_exists(struct made_one) ? core_field_offset(one->id) : 1;
	two_at = core_type_exists(struct made_two) ? core_field_offset(two->id) : 1;
	return 0;
}

/* --- calls -------------------------------------------------------------------------------------- */

/* A connection is not there; it is put there; it is there. */
SEC("?tc")
int track(struct __sk_buff *skb)
{
	struct bpf_ct_opts opts = { .netns_id = -1, .l4proto = 17 };
	struct bpf_sock_tuple tuple = {
		.ipv4 = { .saddr = bpf_htonl(0x0a4d4d01),
			  .daddr = bpf_htonl(0x0a4d4d02),
			  .sport = bpf_htons(1111),
			  .dport = bpf_htons(2222) },
	};
	struct nf_conn___init *fresh;
	struct nf_conn *conn;

	called++;
	conn = bpf_skb_ct_lookup(skb, &tuple, sizeof(tuple.ipv4), &opts, sizeof(opts));
	if (conn) {
		bpf_ct_release(conn);
		found++;
		return TCX_NEXT;
	}
	missed = -opts.error;
	opts.error = 0;
	fresh = bpf_skb_ct_alloc(skb, &tuple, sizeof(tuple.ipv4), &opts, sizeof(opts));
	if (!fresh)
		return TCX_NEXT;
	bpf_ct_set_timeout(fresh, 100000);
	conn = bpf_ct_insert_entry(fresh);
	if (!conn)
		return TCX_NEXT;
	inserted++;
	bpf_ct_release(conn);
	return TCX_NEXT;
}
