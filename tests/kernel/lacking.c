// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * before-values.c - a library to preload: bpf(2) as it was before Linux 5.2, which knew neither maps
 * that are read-only for programs nor addresses of their values. Changes nothing else.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cleat/uapi.h>

static bool has_value_address(const union bpf_attr *attr)
{
	const struct bpf_insn *insns = (const void *)(uintptr_t)attr->insns;

	for (uint32_t i = 0; i < attr->insn_cnt; i++)
		if (insns[i].code == (BPF_LD | BPF_IMM | BPF_DW) &&
		    insns[i].src_reg == BPF_PSEUDO_MAP_VALUE)
			return true;
	return false;
}

static bool unknown(int cmd, const union bpf_attr *attr)
{
	if (cmd == BPF_MAP_CREATE)
		return attr->map_flags & (BPF_F_RDONLY_PROG | BPF_F_MMAPABLE);
	return cmd == BPF_MAP_FREEZE || (cmd == BPF_PROG_LOAD && has_value_address(attr));
}

__attribute__((visibility("default"))) long syscall(long number, ...)
{
	static long (*real)(long number, ...);
	long a[6];
	va_list args;

	va_start(args, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "syscall");
	if (number == SYS_bpf && unknown((int)a[0], (const union bpf_attr *)a[1])) {
		errno = EINVAL;
		return -1;
	}
	return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
