// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * externs.bpf.c - what others define: configuration, kernel variables, kernel functions. Programs
 * leave what they see in global variables; those with a '?' are to be refused.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

/* --- configuration ------------------------------------------------------------------------------ */

extern u32 LINUX_KERNEL_VERSION __kconfig;
extern bool LINUX_HAS_BPF_COOKIE __kconfig __weak;
extern bool LINUX_HAS_SYSCALL_WRAPPER __kconfig __weak;
extern bool LINUX_HAS_TOMORROW __kconfig __weak;
extern bool CONFIG_BPF __kconfig;
extern enum libbpf_tristate CONFIG_BPF_SYSCALL __kconfig;
extern char CONFIG_PROC_FS __kconfig;
extern u8 CONFIG_LOG_BUF_SHIFT __kconfig;
extern u16 CONFIG_NR_CPUS __kconfig __weak;
extern int CONFIG_HZ __kconfig;
extern u64 CONFIG_PHYSICAL_START __kconfig __weak;
extern char CONFIG_DEFAULT_HOSTNAME[16] __kconfig;
extern int CONFIG_NOT_THERE __kconfig __weak;

u32 version, hz, nr_cpus, log_shift, tristate, character, cookie, wrapper, tomorrow, absent;
u64 physical_start;
char hostname[16];
bool configured;

SEC("raw_tp/sched_process_exec")
int config(void *ctx)
{
	version = LINUX_KERNEL_VERSION;
	cookie = LINUX_HAS_BPF_COOKIE;
	wrapper = LINUX_HAS_SYSCALL_WRAPPER;
	tomorrow = LINUX_HAS_TOMORROW;
	tristate = CONFIG_BPF_SYSCALL;
	character = CONFIG_PROC_FS;
	log_shift = CONFIG_LOG_BUF_SHIFT;
	nr_cpus = CONFIG_NR_CPUS;
	hz = CONFIG_HZ;
	physical_start = CONFIG_PHYSICAL_START;
	for (int i = 0; i < 16; i++)
		hostname[i] = CONFIG_DEFAULT_HOSTNAME[i];
	absent = CONFIG_NOT_THERE;
	configured = CONFIG_BPF;
	return 0;
}

/* --- variables, and addresses ------------------------------------------------------------------- */

CLEAT_KERNEL_TYPES_BEGIN
struct rq {
	int cpu;
};
CLEAT_KERNEL_TYPES_END

extern const struct rq runqueues __ksym;
extern const void vfs_read __ksym;
extern const void vfs_read_tomorrow __ksym __weak;
extern const struct rq runqueues_tomorrow __ksym __weak;

u64 address, address_absent;
bool typed_absent;
u32 same_cpu, other_cpu;

SEC("raw_tp/sched_process_exec")
int addresses(void *ctx)
{
	address = (u64)&vfs_read;
	address_absent = (u64)&vfs_read_tomorrow;
	return 0;
}

SEC("raw_tp/sched_process_exec")
int variables(void *ctx)
{
	const struct rq *rq = bpf_this_cpu_ptr(&runqueues);

	if ((u32)rq->cpu == bpf_get_smp_processor_id())
		same_cpu++;
	else
		other_cpu++;
	typed_absent = !&runqueues_tomorrow;
	return 0;
}

/* --- functions ---------------------------------------------------------------------------------- */

extern void bpf_rcu_read_lock(void) __ksym __weak;
extern void bpf_rcu_read_unlock(void) __ksym __weak;
/* The same by another name: a flavour. */
extern void bpf_rcu_read_lock___mine(void) __ksym __weak;
extern void bpf_rcu_read_unlock___mine(void) __ksym __weak;
extern int bpf_tomorrow(int x) __ksym __weak;
/* The kernel's takes no number. */
extern long bpf_rcu_read_lock___other(long x) __ksym __weak;

u32 called, called_flavour, no_tomorrow;

SEC("raw_tp/sched_process_exec")
int functions(void *ctx)
{
	if (bpf_rcu_read_lock && bpf_rcu_read_unlock) {
		bpf_rcu_read_lock();
		called++;
		bpf_rcu_read_unlock();
	}
	if (bpf_rcu_read_lock___mine) {
		bpf_rcu_read_lock___mine();
		called_flavour++;
		bpf_rcu_read_unlock___mine();
	}
	if (bpf_tomorrow)
		called += bpf_tomorrow(1);
	else
		no_tomorrow++;
	return 0;
}

/* --- types that only the kernel knows -------------------------------------------------------------- */

struct bpf_iter_num;
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym __weak;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym __weak;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym __weak;

u32 opaque_ran, counted;

SEC("raw_tp/sched_process_exec")
int opaque(void *ctx)
{
	u64 state;
	struct bpf_iter_num *it = (void *)&state;

	if (bpf_iter_num_new && bpf_iter_num_next && bpf_iter_num_destroy) {
		u32 n = 0;

		bpf_iter_num_new(it, 0, 7);
		while (bpf_iter_num_next(it))
			n++;
		bpf_iter_num_destroy(it);
		counted = n;
	}
	opaque_ran++;
	return 0;
}

/* --- refused, each for a reason that has a name -------------------------------------------------- */

SEC("?raw_tp/sched_process_exec")
int weak_called(void *ctx)
{
	return bpf_tomorrow(1);
}

SEC("?raw_tp/sched_process_exec")
int other_type(void *ctx)
{
	return bpf_rcu_read_lock___other(1);
}

extern int bpf_rcu_read_lokc(void) __ksym;

SEC("?raw_tp/sched_process_exec")
int strong_function(void *ctx)
{
	return bpf_rcu_read_lokc();
}

extern const void vfs_read_yesterday __ksym;

SEC("?raw_tp/sched_process_exec")
int strong_address(void *ctx)
{
	address = (u64)&vfs_read_yesterday;
	return 0;
}

extern const int runqueuse __ksym;

SEC("?raw_tp/sched_process_exec")
int strong_variable(void *ctx)
{
	return *(const int *)bpf_this_cpu_ptr(&runqueuse);
}
