/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts events of TCP connections, and gives both sides of each a type of service.
 */
#include <cleat/bpf.h>

#define SOL_IP 0
#define IP_TOS 1

const volatile u32 active_tos = 0x10, passive_tos = 0x08;
u64 active, passive, states;

static __always_inline void set_tos(struct bpf_sock_ops *ops, int tos)
{
	bpf_setsockopt(ops, SOL_IP, IP_TOS, &tos, sizeof(tos));
	bpf_sock_ops_cb_flags_set(ops, BPF_SOCK_OPS_STATE_CB_FLAG);
}

SEC("sockops")
int tune(struct bpf_sock_ops *ops)
{
	switch (ops->op) {
	case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
		__sync_fetch_and_add(&active, 1);
		set_tos(ops, active_tos);
		break;
	case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
		__sync_fetch_and_add(&passive, 1);
		set_tos(ops, passive_tos);
		break;
	case BPF_SOCK_OPS_STATE_CB:
		__sync_fetch_and_add(&states, 1);
		break;
	}
	return 1;
}

LICENSE("Dual BSD/GPL");
