/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * @NAME@.bpf.c - @SUMMARY@.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

/* Read by @NAME@ while it runs. */
u64 seen;

SEC("sk_lookup")
int count_lookups(struct bpf_sk_lookup *ctx)
{
	__sync_fetch_and_add(&seen, 1);
	/* bpf_sk_assign() with a socket of a map steers the connection there; see cleat-sk_lookup(7) */
	return SK_PASS;
}
