/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * start.c - times how long commands take from fork to READY=1 on descriptor 3, in turns, so that
 * what the machine is doing meets them all alike. Prints medians, spread and the ratio to the first.
 *
 * usage: start ROUNDS NAME COMMAND... -- NAME COMMAND... [-- ...]
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_SIDES 4
#define MAX_ROUNDS 1000

struct sample {
	double wall_ms; /* fork to READY=1 */
	double cpu_ms;	/* of the whole process */
	long peak_kb;
	long faults;
};

struct side {
	const char *name;
	char **argv;
	struct sample samples[MAX_ROUNDS];
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double ms(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

/* 0, or 1 when the command did not become ready or did not end well. */
static int once(struct side *s, struct sample *out)
{
	struct rusage used;
	double start, ready;
	char byte[16];
	int pipe_fds[2], status;
	pid_t pid;

	if (pipe2(pipe_fds, O_CLOEXEC))
		return 1;
	start = now_ms();
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDOUT_FILENO);
		dup2(pipe_fds[1], 3);
		execvp(s->argv[0], s->argv);
		_exit(127);
	}
	close(pipe_fds[1]);
	if (pid < 0 || read(pipe_fds[0], byte, sizeof(byte)) <= 0) {
		fprintf(stderr, "start: '%s' did not become ready\n", s->name);
		close(pipe_fds[0]);
		if (pid > 0)
			waitpid(pid, NULL, 0);
		return 1;
	}
	ready = now_ms();
	close(pipe_fds[0]);
	kill(pid, SIGINT);
	if (wait4(pid, &status, 0, &used) < 0 || !WIFEXITED(status) || WEXITSTATUS(status)) {
		fprintf(stderr, "start: '%s' did not end well\n", s->name);
		return 1;
	}
	out->wall_ms = ready - start;
	out->cpu_ms = ms(used.ru_utime) + ms(used.ru_stime);
	out->peak_kb = used.ru_maxrss;
	out->faults = used.ru_minflt;
	return 0;
}

static int by_number(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* The @part-th part of the values (0.5: the median). Sorts them. */
static double quantile(double *values, int n, double part)
{
	qsort(values, (size_t)n, sizeof(*values), by_number);
	return values[(int)((n - 1) * part)];
}

static void collect(const struct side *s, int n, int cpu, double *values)
{
	for (int i = 0; i < n; i++)
		values[i] = cpu ? s->samples[i].cpu_ms : s->samples[i].wall_ms;
}

static void print(struct side *sides, int n_sides, int n)
{
	static double values[MAX_ROUNDS];
	double first[2] = { 0 };

	printf("%-10s %10s %17s %10s %9s %8s %7s\n", "", "ready ms", "(10 to 90 %)", "cpu ms", "peak KB",
	       "faults", "ratio");
	for (int i = 0; i < n_sides; i++) {
		double wall, low, high, cpu;

		collect(&sides[i], n, 0, values);
		wall = quantile(values, n, 0.5);
		low = quantile(values, n, 0.1);
		high = quantile(values, n, 0.9);
		collect(&sides[i], n, 1, values);
		cpu = quantile(values, n, 0.5);
		if (i == 0) {
			first[0] = wall;
			first[1] = cpu;
		}
		printf("%-10s %10.2f %8.2f-%-8.2f %10.2f %9ld %8ld %6.2fx\n", sides[i].name, wall, low,
		       high, cpu, sides[i].samples[n / 2].peak_kb, sides[i].samples[n / 2].faults,
		       wall / first[0]);
	}
	for (int i = 1; i < n_sides; i++) {
		double wall, cpu;

		collect(&sides[i], n, 0, values);
		wall = quantile(values, n, 0.5);
		collect(&sides[i], n, 1, values);
		cpu = quantile(values, n, 0.5);
		printf("%s is ready in %.2f times the time of %s, with %.2f times its CPU time\n",
		       sides[0].name, first[0] / wall, sides[i].name, first[1] / cpu);
	}
}

int main(int argc, char **argv)
{
	static struct side sides[MAX_SIDES];
	int n_sides = 0, rounds = argc > 1 ? atoi(argv[1]) : 0;

	for (int i = 2; i < argc && n_sides < MAX_SIDES; i++) {
		sides[n_sides].name = argv[i];
		sides[n_sides++].argv = &argv[i + 1];
		while (i < argc && strcmp(argv[i], "--") != 0)
			i++;
		if (i < argc)
			argv[i] = NULL;
	}
	if (rounds < 1 || rounds > MAX_ROUNDS || !n_sides) {
		fprintf(stderr, "usage: start ROUNDS NAME COMMAND... -- NAME COMMAND...\n");
		return 2;
	}
	/* The first round warms the caches and does not count. */
	for (int round = -1; round < rounds; round++)
		for (int i = 0; i < n_sides; i++)
			if (once(&sides[i], &sides[i].samples[round < 0 ? 0 : round]))
				return 1;
	print(sides, n_sides, rounds);
	return 0;
}
