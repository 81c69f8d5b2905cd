/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - refuses connections into networks.
 */
#include <cleat/bpf.h>

enum verdict { PASS, DROP };

struct prefix_v4 {
	u32 length;
	u8 addr[4];
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix_v4);
	__type(value, enum verdict);
} networks SEC(".maps");

SEC("cgroup/connect4")
int on_connect(struct bpf_sock_addr *ctx)
{
	struct prefix_v4 to = { .length = 32 };
	u32 address = ctx->user_ip4;
	enum verdict *verdict;

	__builtin_memcpy(to.addr, &address, sizeof(to.addr));
	verdict = bpf_map_lookup_elem(&networks, &to);
	return !verdict || *verdict != DROP;
}

LICENSE("Dual BSD/GPL");
