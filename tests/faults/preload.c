/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * preload.c - a library to preload for inject.c: counts allocations and makes one of them fail, shows
 * system calls to the injector by a seccomp filter, and at the end counts the descriptors that were
 * not closed. It begins when the dynamic linker is done with the program, and ends when main() returns.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "faults.h"

#define PUBLIC __attribute__((visibility("default")))

static struct faults *shared;
static __thread bool inside; /* what we call ourselves is not counted */

static void print_backtrace(int signal)
{
	void *frames[32];

	(void)signal;
	inside = true;
	backtrace_symbols_fd(frames, backtrace(frames, 32), STDERR_FILENO);
	inside = false;
}

/* Is this the allocation that fails? */
static bool fails(void)
{
	if (!shared || !shared->fail_at || shared->over || inside)
		return false;
	if (__atomic_add_fetch(&shared->allocations, 1, __ATOMIC_RELAXED) != shared->fail_at)
		return false;
	shared->reached = 1;
	if (shared->backtrace)
		print_backtrace(0);
	errno = ENOMEM;
	return true;
}

/* The next definition of a function: that of libc, or of a sanitizer. */
#define NEXT(name)                                                  \
	static __typeof__(name) *next;                              \
	do {                                                        \
		if (!next)                                          \
			*(void **)&next = dlsym(RTLD_NEXT, #name);  \
	} while (0)

PUBLIC void *malloc(size_t size)
{
	NEXT(malloc);
	return fails() ? NULL : next(size);
}

PUBLIC void *calloc(size_t n, size_t size)
{
	NEXT(calloc);
	return fails() ? NULL : next(n, size);
}

PUBLIC void *realloc(void *p, size_t size)
{
	NEXT(realloc);
	return fails() ? NULL : next(p, size);
}

PUBLIC void *reallocarray(void *p, size_t n, size_t size)
{
	NEXT(reallocarray);
	return fails() ? NULL : next(p, n, size);
}

/* In libc these call malloc() above; a sanitizer's do not. */
PUBLIC char *strndup(const char *s, size_t size)
{
	size_t length = strnlen(s, size);
	char *copy = malloc(length + 1);

	if (copy) {
		memcpy(copy, s, length);
		copy[length] = '\0';
	}
	return copy;
}

PUBLIC char *strdup(const char *s)
{
	return strndup(s, strlen(s));
}

/* But the one that it says on that it is ready, and closes then. */
static int open_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	struct dirent *e;
	int n = 0;

	while (d && (e = readdir(d)))
		n += (int)strtol(e->d_name, NULL, 10) != READY_FD;
	if (d)
		closedir(d);
	return n;
}

static void finish(void)
{
	__atomic_store_n(&shared->over, 1, __ATOMIC_SEQ_CST);
	shared->descriptors = open_descriptors() - shared->descriptors;
}

/* A filter that shows each of fault_calls, but for what is written to standard error: messages. */
static int install_filter(void)
{
	enum { HEAD = 5, N = FAULT_CALLS };
	struct sock_filter code[HEAD + N + 2] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, STDERR_FILENO, N + 1, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		[HEAD + N] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		[HEAD + N + 1] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
	};
	struct sock_fprog program = { .len = HEAD + N + 2, .filter = code };

	_Static_assert(N + 1 < 256, "a jump of this length");
	for (int i = 0; i < N; i++)
		code[HEAD + i] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
							      (unsigned int)fault_calls[i].number,
							      (unsigned char)(N - i), 0);
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

/* The injector takes the listener while this process is stopped; from then on the filter counts. */
static void show_calls(void)
{
	int fd = install_filter();

	shared->listener = fd;
	raise(SIGSTOP);
	if (fd < 0)
		_exit(99);
	close(fd);
}

__attribute__((constructor)) static void begin(void)
{
	const char *text = getenv(FAULTS_ENV);
	void *frames[1], *memory;
	int fd = text ? (int)strtol(text, NULL, 10) : -1;

	unsetenv("LD_PRELOAD");
	if (fd < 0)
		return;
	unsetenv(FAULTS_ENV);
	memory = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (memory == MAP_FAILED)
		_exit(99);
	/* before the first is counted; backtrace() allocates once */
	backtrace(frames, 1);
	((struct faults *)memory)->descriptors = open_descriptors();
	shared = memory;
	atexit(finish);
	if (shared->backtrace)
		signal(SIGUSR1, print_backtrace);
	if (shared->calls)
		show_calls();
}
