/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - counts what each cgroup sends.
 */
#include <cleat/bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_STORAGE);
	__type(key, struct bpf_cgroup_storage_key);
	__type(value, u64);
} counts SEC(".maps");

SEC("cgroup_skb/egress")
int count(struct __sk_buff *skb)
{
	u64 *n = bpf_get_local_storage(&counts, 0);

	__sync_fetch_and_add(n, 1);
	return 1;
}

LICENSE("Dual BSD/GPL");
