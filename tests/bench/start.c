/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * start.c - times how long commands take from fork to READY=1 on descriptor 3, in turns, so that
 * what the machine is doing meets them all alike. Prints medians, spread and the ratio to the first.
 *
 * With -e the commands end by themselves, else they are interrupted when they are ready. With -j a
 * line of JSON for each side is added to FILE, where the measurement is called WORK.
 *
 * usage: start [-e] [-j FILE WORK] ROUNDS NAME COMMAND... -- NAME COMMAND... [-- ...]
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

/* They end by themselves. */
static int ending;

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
	if (!ending)
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

/* What one side costs beside the first, round by round: what the machine does meets both. */
static double paired(const struct side *first, const struct side *s, int n)
{
	static double values[MAX_ROUNDS];

	for (int i = 0; i < n; i++)
		values[i] = first->samples[i].cpu_ms / s->samples[i].cpu_ms;
	return quantile(values, n, 0.5);
}

static double median(const struct side *s, int n, int cpu)
{
	static double values[MAX_ROUNDS];

	collect(s, n, cpu, values);
	return quantile(values, n, 0.5);
}

static void print_json(FILE *f, const char *work, const struct side *sides, int n_sides, int n)
{
	for (int i = 0; i < n_sides; i++) {
		const struct side *s = &sides[i];

		fprintf(f,
			"{\"work\":\"%s\",\"side\":\"%s\",\"rounds\":%d,\"ready_ms\":%.3f,"
			"\"cpu_ms\":%.3f,\"first_of_this\":%.3f,\"peak_kb\":%ld,\"faults\":%ld}\n",
			work, s->name, n, median(s, n, 0), median(s, n, 1), paired(&sides[0], s, n),
			s->samples[n / 2].peak_kb, s->samples[n / 2].faults);
	}
}

static void print(struct side *sides, int n_sides, int n)
{
	static double values[MAX_ROUNDS];
	double first = median(&sides[0], n, 0);

	printf("%-10s %10s %17s %10s %9s %8s %7s\n", "", "ready ms", "(10 to 90 %)", "cpu ms", "peak KB",
	       "faults", "ratio");
	for (int i = 0; i < n_sides; i++) {
		double low, high;

		collect(&sides[i], n, 0, values);
		low = quantile(values, n, 0.1);
		high = quantile(values, n, 0.9);
		printf("%-10s %10.2f %8.2f-%-8.2f %10.2f %9ld %8ld %6.2fx\n", sides[i].name,
		       median(&sides[i], n, 0), low, high, median(&sides[i], n, 1),
		       sides[i].samples[n / 2].peak_kb, sides[i].samples[n / 2].faults,
		       median(&sides[i], n, 0) / first);
	}
	for (int i = 1; i < n_sides; i++)
		printf("%s is ready in %.2f times the time of %s, with %.2f times its CPU time\n",
		       sides[0].name, first / median(&sides[i], n, 0), sides[i].name,
		       paired(&sides[0], &sides[i], n));
}

int main(int argc, char **argv)
{
	static struct side sides[MAX_SIDES];
	const char *json = NULL, *work = NULL;
	int n_sides = 0, at = 1, rounds;
	FILE *f;

	if (at < argc && !strcmp(argv[at], "-e")) {
		ending = 1;
		at++;
	}
	if (at + 2 < argc && !strcmp(argv[at], "-j")) {
		json = argv[at + 1];
		work = argv[at + 2];
		at += 3;
	}
	rounds = at < argc ? atoi(argv[at]) : 0;
	for (int i = at + 1; i < argc && n_sides < MAX_SIDES; i++) {
		sides[n_sides].name = argv[i];
		sides[n_sides++].argv = &argv[i + 1];
		while (i < argc && strcmp(argv[i], "--") != 0)
			i++;
		if (i < argc)
			argv[i] = NULL;
	}
	if (rounds < 1 || rounds > MAX_ROUNDS || !n_sides) {
		fprintf(stderr, "usage: start [-e] [-j FILE WORK] ROUNDS NAME COMMAND... -- NAME ...\n");
		return 2;
	}
	/* The first round warms the caches and does not count. */
	for (int round = -1; round < rounds; round++)
		for (int i = 0; i < n_sides; i++)
			if (once(&sides[i], &sides[i].samples[round < 0 ? 0 : round]))
				return 1;
	print(sides, n_sides, rounds);
	if (!json)
		return 0;
	f = fopen(json, "a");
	if (!f) {
		perror(json);
		return 1;
	}
	print_json(f, work, sides, n_sides, rounds);
	return fclose(f) ? 1 : 0;
}
