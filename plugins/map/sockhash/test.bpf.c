/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - maps of sockets by a struct: with values that can be read, and with such that cannot.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct peer {
	u32 id;
	u32 port;
};

struct {
	__uint(type, BPF_MAP_TYPE_SOCKHASH);
	__uint(max_entries, 3);
	__type(key, struct peer);
	__type(value, u64);
} spliced SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SOCKHASH);
	__uint(max_entries, 3);
	__type(key, struct peer);
	__type(value, u32);
} plain SEC(".maps");
