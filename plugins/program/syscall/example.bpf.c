/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - a map is filled before the program that reads it is attached.
 */
#include <cleat/bpf.h>

#define PORTS 16

struct setup {
	u32 ports[PORTS];
};

u64 packets;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, PORTS);
	__type(key, u32);
	__type(value, u32);
} ports SEC(".maps");

/* What it returns is compared with the key 'expect'. */
SEC("syscall")
int setup(struct setup *input)
{
#pragma unroll
	for (u32 i = 0; i < PORTS; i++) {
		u32 slot = i, port = input->ports[i];

		if (bpf_map_update_elem(&ports, &slot, &port, 0))
			return 1;
	}
	return 0;
}

SEC("xdp")
int on_packet(struct xdp_md *ctx)
{
	__sync_fetch_and_add(&packets, 1);
	return XDP_PASS;
}

LICENSE("Dual BSD/GPL");
