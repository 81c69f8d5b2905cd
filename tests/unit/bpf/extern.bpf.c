// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* extern.bpf.c - externs of all kinds, for test-extern.c. */
#include "defs.h"

char _license[] SEC("license") = "GPL";

extern u32 LINUX_KERNEL_VERSION __kconfig;
extern _Bool LINUX_HAS_BPF_COOKIE __kconfig __weak;
extern _Bool LINUX_HAS_FUTURE __kconfig __weak;
extern _Bool LINUX_IS_TIRED __kconfig __weak; /* no question that anybody knows */
extern _Bool CONFIG_BOOL __kconfig;
extern char CONFIG_CHAR __kconfig;
extern enum libbpf_tristate CONFIG_TRISTATE __kconfig;
extern u64 CONFIG_NUMBER __kconfig;
extern char CONFIG_TEXT[16] __kconfig;
extern int CONFIG_ABSENT __kconfig __weak;

struct rq {
	int cpu;
};

extern const struct rq runqueues __ksym;
extern const void bpf_link_fops __ksym;
extern const void not_there __ksym __weak;
extern const int mod_var __ksym;

struct task {
	int pid;
};

extern struct task *task_get(struct task *p) __ksym;
extern int mod_func(int x) __ksym;
extern int maybe(int x) __ksym __weak;
extern int flavoured___v2(int x) __ksym;

/* Declared, and defined by the kernel alone. */
struct secret;
union shape;
extern struct secret *secret_get(union shape *u, struct secret *const *list) __ksym;
extern const struct secret the_secret __ksym;

SEC("tc")
int config(void *ctx)
{
	u64 sum = LINUX_KERNEL_VERSION + CONFIG_BOOL + CONFIG_CHAR + CONFIG_TRISTATE;

	return sum + CONFIG_NUMBER + CONFIG_TEXT[3] + CONFIG_ABSENT + LINUX_HAS_BPF_COOKIE +
	       LINUX_HAS_FUTURE + LINUX_IS_TIRED;
}

SEC("tc")
int variables(void *ctx)
{
	/* Through volatile: the compiler must not fold the comparisons. */
	const void *volatile seen = &bpf_link_fops;
	const void *volatile absent = &not_there;
	const void *volatile module = &mod_var;

	return runqueues.cpu + (seen != absent) + (module != absent);
}

SEC("tc")
int functions(void *ctx)
{
	struct task *t = task_get(ctx);

	return mod_func(t != 0) + maybe(2) + flavoured___v2(3) + mod_func(4);
}

SEC("tc")
int opaque(void *ctx)
{
	const void *volatile seen = &the_secret;

	return secret_get(ctx, ctx) == seen;
}
