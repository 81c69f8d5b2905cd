/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - refuses connections by address and port.
 */
#include <cleat/bpf.h>

enum verdict { PASS, DROP };

struct endpoint {
	__be32 addr;
	__be16 port;
	u16 zero;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct endpoint);
	__type(value, enum verdict);
} verdicts SEC(".maps");

SEC("cgroup/connect4")
int on_connect(struct bpf_sock_addr *ctx)
{
	struct endpoint to = { .addr = ctx->user_ip4, .port = (__be16)ctx->user_port };
	enum verdict *verdict = bpf_map_lookup_elem(&verdicts, &to);

	return !verdict || *verdict != DROP;
}

LICENSE("Dual BSD/GPL");
