/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - a connection takes a ticket; without one, there is none.
 */
#include <cleat/bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__uint(max_entries, 1000);
	__type(value, u32);
} tickets SEC(".maps");

SEC("cgroup/connect4")
int on_connect(struct bpf_sock_addr *ctx)
{
	u32 ticket;

	return bpf_map_pop_elem(&tickets, &ticket) == 0;
}

LICENSE("Dual BSD/GPL");
