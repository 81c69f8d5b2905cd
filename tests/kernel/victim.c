/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * victim - a process that does on demand what tests trace. It prints its pid and the address of
 * its word, then reads commands, a line each, does them and prints a line. It knows nothing of
 * who traces it.
 *
 *   twice N    call victim_twice(N); prints the result
 *   old N      call the function's old version, victim_twice@VICTIM_1
 *   child N    the same as 'twice' in a child
 *   thread N   the same as 'twice' in a thread
 *   poke N     write N to the word, a volatile global
 *   signal     kill(self, 0), two calls deep
 *   where      prints the address of the function that does it
 *   parent     getppid(), through the C library
 *   read       read one byte of /dev/zero
 *   nice N     setpriority() of itself; prints 0 or the errno
 *   spin MS    use the CPU for so long
 *   testrun    run a BPF program on a packet by BPF_PROG_TEST_RUN
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default"), noinline, used))

extern volatile int victim_word;
volatile int victim_word;

int victim_twice_1(int n);
int victim_twice_2(int n);

/* Two functions with one name, as libraries have them. */
__asm__(".symver victim_twice_1, victim_twice@VICTIM_1");
__asm__(".symver victim_twice_2, victim_twice@@VICTIM_2");

EXPORTED int victim_twice_1(int n)
{
	__asm__ volatile("" : "+r"(n));
	return n + n;
}

EXPORTED int victim_twice_2(int n)
{
	__asm__ volatile("" : "+r"(n));
	return 2 * n;
}

static void *in_thread(void *n)
{
	return (void *)(intptr_t)victim_twice_2((int)(intptr_t)n);
}

static int thread(int n)
{
	void *result = NULL;
	pthread_t id;

	if (pthread_create(&id, NULL, in_thread, (void *)(intptr_t)n) == 0)
		pthread_join(id, &result);
	return (int)(intptr_t)result;
}

static int child(int n)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(victim_twice_2(n));
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static int spin(int ms)
{
	struct timespec now, end;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	end.tv_nsec += ms % 1000 * 1000000L;
	end.tv_sec += ms / 1000 + end.tv_nsec / 1000000000L;
	end.tv_nsec %= 1000000000L;
	do
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	while (now.tv_sec < end.tv_sec || (now.tv_sec == end.tv_sec && now.tv_nsec < end.tv_nsec));
	return ms;
}

static int read_zero(void)
{
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC), n;
	char byte;

	n = fd < 0 ? -1 : (int)read(fd, &byte, 1);
	if (fd >= 0)
		close(fd);
	return n;
}

static int test_run(void)
{
	static const struct bpf_insn nothing[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	static char packet[64];
	union bpf_attr attr;
	int fd, err;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_SCHED_CLS;
	attr.insns = (uintptr_t)nothing;
	attr.insn_cnt = 2;
	attr.license = (uintptr_t) "GPL";
	fd = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd < 0)
		return fd;
	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = (uint32_t)fd;
	attr.test.data_in = (uintptr_t)packet;
	attr.test.data_size_in = sizeof(packet);
	err = (int)syscall(SYS_bpf, BPF_PROG_TEST_RUN, &attr, sizeof(attr));
	close(fd);
	return err;
}

/* Whoever walks the stack by frame pointers sees where the first of them calls the second. */
static __attribute__((noinline)) int send_signal(void)
{
	volatile int ret = kill(getpid(), 0);

	return ret;
}

static __attribute__((noinline)) int signal_itself(void)
{
	volatile int ret = send_signal();

	return ret;
}

static int obey(const char *what, int n)
{
	if (!strcmp(what, "twice"))
		return victim_twice_2(n);
	if (!strcmp(what, "old"))
		return victim_twice_1(n);
	if (!strcmp(what, "child"))
		return child(n);
	if (!strcmp(what, "thread"))
		return thread(n);
	if (!strcmp(what, "poke"))
		return victim_word = n;
	if (!strcmp(what, "signal"))
		return signal_itself();
	if (!strcmp(what, "parent"))
		return getppid();
	if (!strcmp(what, "nice"))
		return setpriority(PRIO_PROCESS, 0, n) ? errno : 0;
	if (!strcmp(what, "read"))
		return read_zero();
	if (!strcmp(what, "testrun"))
		return test_run();
	if (!strcmp(what, "spin"))
		return spin(n);
	return -1;
}

int main(void)
{
	char line[128], what[32];
	int n;

	printf("%d 0x%llx\n", (int)getpid(), (unsigned long long)(uintptr_t)&victim_word);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		n = 0;
		if (sscanf(line, "%31s %d", what, &n) < 1)
			continue;
		if (!strcmp(what, "where"))
			printf("0x%llx\n", (unsigned long long)(uintptr_t)signal_itself);
		else
			printf("%d\n", obey(what, n));
		fflush(stdout);
	}
	return 0;
}
