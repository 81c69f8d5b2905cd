/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - a database that has moved: who connects to its old port gets the new one, and does not
 * notice.
 */
#include <cleat/bpf.h>

#define OLD 8001
#define NEW 9001

u64 moved;

SEC("cgroup/connect4")
int connect4(struct bpf_sock_addr *ctx)
{
	if (ctx->user_port == bpf_htons(OLD)) {
		ctx->user_port = bpf_htons(NEW);
		__sync_fetch_and_add(&moved, 1);
	}
	return 1;
}

SEC("cgroup/getpeername4")
int getpeername4(struct bpf_sock_addr *ctx)
{
	if (ctx->user_port == bpf_htons(NEW))
		ctx->user_port = bpf_htons(OLD);
	return 1;
}

LICENSE("Dual BSD/GPL");
