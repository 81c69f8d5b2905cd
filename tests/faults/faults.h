/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * faults.h - what the injector (inject.c) and the library that it preloads (preload.c) share: memory
 * to talk through, and the system calls that can be made to fail, with the errors that each may
 * fail with. Whatever is not listed (exit, munmap, close) has no failure that a caller could act on.
 */
#ifndef TESTS_FAULTS_H
#define TESTS_FAULTS_H

#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>

#define FAULTS_ENV "CLEAT_FAULTS" /* the descriptor of struct faults */
#define READY_FD 9		    /* where the program says that it is ready */

struct faults {
	uint64_t fail_at; /* the number of the allocation that fails, from 1; 0: none */
	uint64_t allocations;
	uint32_t calls; /* are system calls to be seen by the injector? */
	uint32_t backtrace;
	int32_t listener; /* the descriptor where it sees them */
	uint32_t reached;
	uint32_t over;      /* main() has returned */
	int32_t descriptors; /* that were left open then */
};

enum { NO_MEMORY = 1, NO_PERMISSION = 2, INVALID = 4, TOO_MANY_FILES = 8, INTERRUPTED = 16, NO_SPACE = 32 };

static const struct {
	const char *name;
	int number;
	unsigned int bit;
} fault_errors[] = {
	{ "ENOMEM", ENOMEM, NO_MEMORY },    { "EPERM", EPERM, NO_PERMISSION },
	{ "EINVAL", EINVAL, INVALID },      { "EMFILE", EMFILE, TOO_MANY_FILES },
	{ "EINTR", EINTR, INTERRUPTED },    { "ENOSPC", ENOSPC, NO_SPACE },
};

#define CALL(call, errors) { #call, SYS_##call, errors }

static const struct fault_call {
	const char *name;
	int number;
	unsigned int errors;
} fault_calls[] = {
	CALL(bpf, NO_MEMORY | NO_PERMISSION | INVALID | TOO_MANY_FILES | NO_SPACE),
	CALL(perf_event_open, NO_MEMORY | NO_PERMISSION | INVALID | TOO_MANY_FILES),
	CALL(ioctl, NO_MEMORY | NO_PERMISSION | INVALID),
	/* files */
	CALL(openat, NO_MEMORY | NO_PERMISSION | TOO_MANY_FILES | INTERRUPTED | NO_SPACE),
	CALL(read, NO_MEMORY | NO_PERMISSION | INVALID | INTERRUPTED),
	CALL(pread64, NO_MEMORY | INVALID | INTERRUPTED),
	CALL(write, NO_MEMORY | NO_PERMISSION | INVALID | INTERRUPTED | NO_SPACE),
	CALL(writev, NO_MEMORY | NO_PERMISSION | INVALID | INTERRUPTED | NO_SPACE),
	CALL(lseek, INVALID),
	CALL(fstat, NO_MEMORY | NO_PERMISSION),
	CALL(newfstatat, NO_MEMORY | NO_PERMISSION),
	CALL(statx, NO_MEMORY | NO_PERMISSION),
	CALL(statfs, NO_MEMORY | NO_PERMISSION),
	CALL(fstatfs, NO_MEMORY),
	CALL(faccessat, NO_MEMORY | NO_PERMISSION),
	CALL(readlinkat, NO_MEMORY | NO_PERMISSION),
	CALL(getdents64, NO_MEMORY | NO_PERMISSION),
	CALL(mkdirat, NO_MEMORY | NO_PERMISSION | NO_SPACE),
	CALL(unlinkat, NO_MEMORY | NO_PERMISSION),
	CALL(renameat2, NO_MEMORY | NO_PERMISSION | NO_SPACE),
	CALL(ftruncate, NO_PERMISSION | INVALID | INTERRUPTED),
	CALL(fcntl, TOO_MANY_FILES | INVALID),
	CALL(dup, TOO_MANY_FILES),
	CALL(dup3, TOO_MANY_FILES),
	CALL(flock, NO_MEMORY | INTERRUPTED),
#ifdef SYS_open /* what old architectures have besides */
	CALL(open, NO_MEMORY | NO_PERMISSION | TOO_MANY_FILES | INTERRUPTED | NO_SPACE),
	CALL(stat, NO_MEMORY | NO_PERMISSION),
	CALL(lstat, NO_MEMORY | NO_PERMISSION),
	CALL(access, NO_MEMORY | NO_PERMISSION),
	CALL(readlink, NO_MEMORY | NO_PERMISSION),
	CALL(mkdir, NO_MEMORY | NO_PERMISSION | NO_SPACE),
	CALL(unlink, NO_MEMORY | NO_PERMISSION),
	CALL(rmdir, NO_MEMORY | NO_PERMISSION),
	CALL(rename, NO_MEMORY | NO_PERMISSION | NO_SPACE),
	CALL(dup2, TOO_MANY_FILES),
	CALL(poll, NO_MEMORY | INTERRUPTED),
	CALL(epoll_wait, INTERRUPTED),
#endif
	/* memory */
	CALL(mmap, NO_MEMORY | NO_PERMISSION | INVALID),
	CALL(mprotect, NO_MEMORY),
	CALL(memfd_create, NO_MEMORY | TOO_MANY_FILES),
	CALL(prlimit64, NO_PERMISSION),
	/* sockets */
	CALL(socket, NO_MEMORY | NO_PERMISSION | TOO_MANY_FILES),
	CALL(bind, NO_MEMORY | NO_PERMISSION | INVALID),
	CALL(connect, NO_MEMORY | NO_PERMISSION | INTERRUPTED),
	CALL(sendto, NO_MEMORY | NO_PERMISSION | INVALID | INTERRUPTED),
	CALL(sendmsg, NO_MEMORY | NO_PERMISSION | INVALID | INTERRUPTED),
	CALL(recvfrom, NO_MEMORY | INTERRUPTED),
	CALL(recvmsg, NO_MEMORY | INTERRUPTED),
	CALL(setsockopt, NO_MEMORY | NO_PERMISSION | INVALID),
	CALL(getsockopt, NO_MEMORY),
	CALL(getsockname, NO_MEMORY),
	/* waiting, time, namespaces, processes */
	CALL(ppoll, NO_MEMORY | INTERRUPTED),
	CALL(epoll_create1, NO_MEMORY | TOO_MANY_FILES),
	CALL(epoll_ctl, NO_MEMORY | NO_SPACE),
	CALL(epoll_pwait, INTERRUPTED),
	CALL(eventfd2, NO_MEMORY | TOO_MANY_FILES),
	CALL(signalfd4, NO_MEMORY | TOO_MANY_FILES),
	CALL(timerfd_create, NO_MEMORY | TOO_MANY_FILES),
	CALL(timerfd_settime, INVALID),
	CALL(setns, NO_MEMORY | NO_PERMISSION),
	CALL(unshare, NO_MEMORY | NO_PERMISSION),
	CALL(pidfd_open, NO_MEMORY | TOO_MANY_FILES),
	CALL(sched_getaffinity, NO_PERMISSION),
	CALL(uname, NO_PERMISSION),
};

#define FAULT_CALLS (sizeof(fault_calls) / sizeof(fault_calls[0]))
#define FAULT_ERRORS (sizeof(fault_errors) / sizeof(fault_errors[0]))

#endif
