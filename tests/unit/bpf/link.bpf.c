// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* link.bpf.c - a call graph whose order matters, for test-link.c. */
#include "defs.h"

char _license[] SEC("license") = "GPL";

static volatile int state[4];

struct {
	__uint(type, ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} table SEC(".maps");

/* In the file: d, c, b, a. Reached from main: main, a, b, d, c. */
static __noinline int d(int x)
{
	return state[3] + x;
}

static __noinline int c(int x)
{
	return d(x) * 3 + state[2];
}

static __noinline int b(int x)
{
	return d(x) * 5 + state[1];
}

__noinline int a(int x)
{
	return b(x) + c(x);
}

static __noinline int callback(u32 i, void *ctx)
{
	state[0] += i;
	return 0;
}

__noinline int on_exception(u64 cookie)
{
	return state[1] + (int)cookie;
}

SEC("tc")
int main_prog(void *ctx)
{
	return a(1) + c(2);
}

__attribute__((btf_decl_tag("exception_callback:on_exception")))
SEC("tc")
int with_callback(void *ctx)
{
	u32 key = 0;
	u64 *value = lookup(&table, &key);

	loop(8, callback, 0, 0);
	return value ? *value : state[2];
}

__noinline int on_other_exception(u64 cookie)
{
	return state[2] + (int)cookie;
}

/* This one's fault, and nobody else's. */
__attribute__((btf_decl_tag("exception_callback:on_exception")))
__attribute__((btf_decl_tag("exception_callback:on_other_exception")))
SEC("tc") int two_callbacks(void *ctx)
{
	return state[3];
}

__attribute__((btf_decl_tag("exception_callback:nowhere"))) SEC("tc") int lost_callback(void *ctx)
{
	return state[1];
}

__hidden int hidden_callback(u64 cookie)
{
	return state[2] - (int)cookie;
}

__attribute__((btf_decl_tag("exception_callback:hidden_callback")))
SEC("tc") int hides_callback(void *ctx)
{
	return state[0];
}
