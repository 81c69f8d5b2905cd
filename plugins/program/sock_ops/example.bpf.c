/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - connections get a type of service.
 */
#include <cleat/bpf.h>

#define SOL_IP 0
#define IP_TOS 1

const volatile u32 tos;
u64 tuned;

SEC("sockops")
int tune(struct bpf_sock_ops *ops)
{
	int value = tos;

	if (ops->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB ||
	    ops->op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB) {
		bpf_setsockopt(ops, SOL_IP, IP_TOS, &value, sizeof(value));
		__sync_fetch_and_add(&tuned, 1);
	}
	return 1;
}

LICENSE("Dual BSD/GPL");
