// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * gcc.c - a BPF program for gcc, compiled by gcc.sh: maps of both kinds, globals that are not at the
 * start of their sections, a static and a global function. Needs no headers, since gcc before 14 does
 * not take helpers the way clang does.
 */
typedef unsigned int u32;
typedef unsigned long u64;

#define SEC(name) __attribute__((section(name), used))
#define HELPER(number) __attribute__((kernel_helper(number)))

char own_license[] SEC("license") = "GPL";

#ifndef WITHOUT_BTF
struct {
	int (*type)[1]; /* hash */
	int (*max_entries)[8];
	u32 *key;
	u64 *value;
} gcc_map SEC(".maps");
#endif

struct {
	u32 type, key_size, value_size, max_entries, map_flags;
} gcc_old SEC("maps") = { 2, 4, 8, 1, 0 }; /* array */

u64 first, runs, sum;
static volatile u64 own;
u32 zero = 5, seven = 7;

static void *lookup(void *map, const void *key) HELPER(1);
static long update(void *map, const void *key, const void *value, u64 flags) HELPER(2);

static __attribute__((noinline)) u64 add_own(u64 n)
{
	own += n;
	return own;
}

__attribute__((noinline)) u64 add_seven(u64 n)
{
	return n + seven;
}

static void bump(void *map)
{
	u32 key = 0;
	u64 one = 1, *n = lookup(map, &key);

	if (n)
		__sync_fetch_and_add(n, 1);
	else
		update(map, &key, &one, 0);
}

SEC("raw_tp/sched_process_exec")
int count(void *ctx)
{
	runs++;
	sum = add_seven(runs) - add_own(1);
#ifndef WITHOUT_BTF
	bump(&gcc_map);
#endif
	bump(&gcc_old);
	return 0;
}
