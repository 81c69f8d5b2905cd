/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * histogram.h - how often which times were seen, by powers of two: what biolat, funclat and usdtlat
 * share. The text of it is made in the kernel, by a program that walks the map (iter/bpf_map_elem), so
 * that 'cat' is all it takes to read it. Linux 5.8 (the walk over maps).
 */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <cleat/bpf.h>

#define SLOTS 28

/* slots[n] counts times from 2^n to 2^(n+1) - 1 microseconds; the first one those below 1, too. */
struct histogram {
	u64 slots[SLOTS];
};

static __always_inline u32 log2(u64 n)
{
	u32 log = 0;

	while (n > 1 && log < SLOTS - 1) {
		n >>= 1;
		log++;
	}
	return log;
}

static __always_inline void histogram_add(struct histogram *h, u64 ns)
{
	bpf_atomic_add(&h->slots[log2(ns / 1000)], 1);
}

/* What a key begins with: too large for the stack beside much else. */
static const struct histogram empty_histogram;

/* The histogram of this key in a hash of them; a new one when there is none. NULL: the map is full. */
static __always_inline struct histogram *histogram_of(void *map, const void *key)
{
	struct histogram *h = bpf_map_lookup_elem(map, key);

	if (h)
		return h;
	/* BPF_NOEXIST: another CPU may have been faster. */
	bpf_map_update_elem(map, key, &empty_histogram, BPF_NOEXIST);
	return bpf_map_lookup_elem(map, key);
}

CLEAT_KERNEL_TYPES_BEGIN
struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__bpf_map_elem {
	struct bpf_iter_meta *meta;
	void *key, *value;
};
CLEAT_KERNEL_TYPES_END

/* A line for each slot that has something. */
static __always_inline void histogram_print(struct seq_file *seq, const struct histogram *h)
{
	u32 i;

	for (i = 0; i < SLOTS; i++)
		if (h->slots[i])
			BPF_SEQ_PRINTF(seq, "%10u .. %-10u us %8llu\n", i ? 1u << i : 0,
				       (1u << (i + 1)) - 1, h->slots[i]);
}

#endif
