// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * late-pin.c - a library to preload: the first look for a pin finds none, as if another process made
 * it in the next moment. Changes nothing else.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cleat/uapi.h>

__attribute__((visibility("default"))) long syscall(long number, ...)
{
	static long (*real)(long number, ...);
	static bool looked;
	long a[6];
	va_list args;

	va_start(args, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "syscall");
	if (number == SYS_bpf && a[0] == BPF_OBJ_GET && !looked) {
		looked = true;
		errno = ENOENT;
		return -1;
	}
	return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
