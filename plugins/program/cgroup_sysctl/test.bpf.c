/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - makes one sysctl read-only, writes another value to a second one, and refuses to
 * read a third.
 */
#include <cleat/bpf.h>

u64 reads, writes, changes;

static __always_inline bool same(const char *a, const char *b)
{
	for (int i = 0; i < 40; i++) {
		if (a[i] != b[i])
			return false;
		if (!b[i])
			return true;
	}
	return false;
}

SEC("cgroup/sysctl")
int guard(struct bpf_sysctl *ctx)
{
	static const char read_only[40] = "net/ipv4/ip_default_ttl";
	static const char changed[40] = "net/ipv4/ip_forward";
	static const char hidden[40] = "net/ipv4/tcp_fin_timeout";
	static const char one[] = "1";
	char name[40] = "";

	__sync_fetch_and_add(ctx->write ? &writes : &reads, 1);
	if (bpf_sysctl_get_name(ctx, name, sizeof(name), 0) < 0)
		return 1;
	if (same(name, read_only) && ctx->write)
		return 0;
	if (same(name, hidden))
		return 0;
	if (same(name, changed) && ctx->write &&
	    bpf_sysctl_set_new_value(ctx, one, sizeof(one) - 1) == 0)
		__sync_fetch_and_add(&changes, 1);
	return 1;
}

LICENSE("Dual BSD/GPL");
