/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - maps of sockets by index: with values that can be read, and with such that cannot.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 3);
	__type(key, u32);
	__type(value, u64);
} spliced SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 3);
	__type(key, u32);
	__type(value, u32);
} plain SEC(".maps");
