/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * drain.c - what an event of 64 bytes costs whoever takes it from a ring or perf buffer, three quarters full: by
 * cleat, by libbpf, and by a bare loop over the ring's memory. They take turns in one process, on one
 * CPU and, of the ring, at the same memory, so that what the machine is doing meets them all alike.
 * Only the drain is timed. Prints the median of each in ns for an event.
 *
 * usage: drain OBJECT ROUNDS
 */
#define _GNU_SOURCE
#include <bpf/libbpf.h>
#include <cleat/cleat.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define MAX_ROUNDS 1000
#define PAGE ((size_t)sysconf(_SC_PAGESIZE))

/* What an event takes, with its header. */
#define RING_STEP 72
#define PERF_STEP 80

struct side {
	const char *name;
	uint64_t (*drain)(void *data); /* returns the number of events */
	void *data;
	const char *program; /* that fills what it drains */
	double ns[MAX_ROUNDS];
};

static struct cleat *context;
static uint64_t taken, sum;

static void must(const char *what, int good)
{
	char text[4096];

	if (good)
		return;
	fprintf(stderr, "drain: %s does not work\n", what);
	for (size_t i = 0; context && i < cleat_diag_count(context); i++) {
		cleat_diag_format(cleat_diag_get(context, i), text, sizeof(text));
		fprintf(stderr, "%s\n", text);
	}
	exit(1);
}

/* ---- taking ---------------------------------------------------------------------------------- */

static inline void take(const void *data)
{
	uint64_t word;

	memcpy(&word, data, sizeof(word));
	sum += word;
	taken++;
}

static int on_record(void *user, const struct cleat_record *record)
{
	(void)user;
	if (record->data)
		take(record->data);
	return 0;
}

static int on_libbpf_ring(void *user, void *data, size_t size)
{
	(void)user;
	(void)size;
	take(data);
	return 0;
}

static void on_libbpf_perf(void *user, int cpu, void *data, __u32 size)
{
	(void)user;
	(void)cpu;
	(void)size;
	take(data);
}

static uint64_t drain_cleat(void *data)
{
	taken = 0;
	cleat_reader_dispatch(data);
	return taken;
}

static uint64_t drain_libbpf_ring(void *data)
{
	taken = 0;
	ring_buffer__consume(data);
	return taken;
}

static uint64_t drain_libbpf_perf(void *data)
{
	taken = 0;
	perf_buffer__consume(data);
	return taken;
}

/* As little as can be done, for rings without discarded records. */
struct bare {
	unsigned long *consumer;
	const unsigned long *producer;
	const uint8_t *data;
	size_t size;
};

static uint64_t drain_bare(void *data)
{
	const struct bare *b = data;
	unsigned long at = *b->consumer, end = __atomic_load_n(b->producer, __ATOMIC_ACQUIRE);

	taken = 0;
	while (at != end) {
		const uint8_t *header = b->data + (at & (b->size - 1));
		uint32_t length = __atomic_load_n((const uint32_t *)header, __ATOMIC_ACQUIRE);

		__builtin_prefetch(header + 768);
		take(header + 8);
		at += (length + 8 + 7) & ~7ul;
		__atomic_store_n(b->consumer, at, __ATOMIC_RELEASE);
	}
	return taken;
}

static void map_bare(struct bare *b, int fd, size_t size)
{
	void *consumer = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	void *producer = mmap(NULL, PAGE + 2 * size, PROT_READ, MAP_SHARED, fd, (off_t)PAGE);

	must("mmap", consumer != MAP_FAILED && producer != MAP_FAILED);
	*b = (struct bare){ consumer, producer, (const uint8_t *)producer + PAGE, size };
}

static void unmap_bare(struct bare *b)
{
	munmap(b->consumer, PAGE);
	munmap((void *)b->producer, PAGE + 2 * b->size);
}

/* ---- measuring ------------------------------------------------------------------------------- */

static void fill(struct cleat_object *o, const char *program, uint32_t events)
{
	uint8_t packet[64] = { 0 };
	struct cleat_run run = {
		.size = sizeof(run),
		.data = packet,
		.data_bytes = sizeof(packet),
		.repeat = events,
	};

	must(program, cleat_program_run(cleat_object_program(o, program), &run) == 0);
}

static double now_ns(void)
{
	struct timespec t;

	/* without what others do on this CPU meanwhile */
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int by_number(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* In turns; the first round warms up. */
static void measure(struct cleat_object *o, const char *what, size_t size, struct side *sides, int n,
		    uint32_t events, int rounds)
{
	for (int round = -1; round < rounds; round++) {
		for (int i = 0; i < n; i++) {
			double start;
			uint64_t got;

			fill(o, sides[i].program, events);
			start = now_ns();
			got = sides[i].drain(sides[i].data);
			sides[i].ns[round < 0 ? 0 : round] = (now_ns() - start) / (double)events;
			must(sides[i].name, got == events);
		}
	}
	printf("%-12s %6zu KB", what, size / 1024);
	for (int i = 0; i < n; i++) {
		qsort(sides[i].ns, (size_t)rounds, sizeof(double), by_number);
		printf("  %s %5.1f", sides[i].name, sides[i].ns[rounds / 2]);
	}
	printf("  cleat/libbpf %.2f\n", sides[0].ns[rounds / 2] / sides[1].ns[rounds / 2]);
}

static struct cleat_object *load(const char *path, size_t ring_bytes)
{
	struct cleat_object *o;
	char size[32];

	snprintf(size, sizeof(size), "%zu", ring_bytes);
	must(path, cleat_object_open(context, path, &o) == 0);
	must("size", cleat_map_set_param(cleat_object_map(o, "ring"), "max-entries", size) == 0);
	must("load", cleat_object_load(o) == 0);
	return o;
}

static void rings(const char *path, size_t size, int rounds)
{
	struct cleat_object *o = load(path, size);
	struct cleat_map *map = cleat_object_map(o, "ring");
	struct cleat_reader *reader;
	struct ring_buffer *theirs;
	struct bare bare;

	must("reader", cleat_reader_open(map, NULL, on_record, NULL, &reader) == 0);
	theirs = ring_buffer__new(cleat_map_fd(map), on_libbpf_ring, NULL, NULL);
	must("libbpf", theirs != NULL);
	map_bare(&bare, cleat_map_fd(map), size);
	struct side sides[] = {
		{ "cleat", drain_cleat, reader, "fill_ring", { 0 } },
		{ "libbpf", drain_libbpf_ring, theirs, "fill_ring", { 0 } },
		{ "bare", drain_bare, &bare, "fill_ring", { 0 } },
	};
	measure(o, "ring buffer", size, sides, 3, (uint32_t)(size / 4 * 3 / RING_STEP), rounds);
	unmap_bare(&bare);
	ring_buffer__free(theirs);
	cleat_reader_close(reader);
	cleat_object_close(o);
}

static void buffers(const char *path, size_t pages, int rounds)
{
	struct cleat_object *o = load(path, PAGE);
	const char *params[] = { NULL, NULL };
	struct cleat_reader_options options = { .size = sizeof(options), .params = params };
	struct cleat_reader *reader;
	struct perf_buffer *theirs;
	char text[32];

	snprintf(text, sizeof(text), "pages=%zu", pages);
	params[0] = text;
	must("reader", cleat_reader_open(cleat_object_map(o, "perf_cleat"), &options, on_record, NULL,
					 &reader) == 0);
	theirs = perf_buffer__new(cleat_map_fd(cleat_object_map(o, "perf_libbpf")), pages,
				  on_libbpf_perf, NULL, NULL, NULL);
	must("libbpf", theirs != NULL);
	struct side sides[] = {
		{ "cleat", drain_cleat, reader, "fill_perf_cleat", { 0 } },
		{ "libbpf", drain_libbpf_perf, theirs, "fill_perf_libbpf", { 0 } },
	};
	measure(o, "perf buffer", pages * PAGE, sides, 2, (uint32_t)(pages * PAGE / 4 * 3 / PERF_STEP),
		rounds);
	perf_buffer__free(theirs);
	cleat_reader_close(reader);
	cleat_object_close(o);
}

int main(int argc, char **argv)
{
	int rounds = argc == 3 ? atoi(argv[2]) : 0;
	cpu_set_t cpu;

	if (rounds < 1 || rounds > MAX_ROUNDS) {
		fprintf(stderr, "usage: drain OBJECT ROUNDS\n");
		return 2;
	}
	/* What fills is where what drains is: a perf buffer is a CPU's. */
	CPU_ZERO(&cpu);
	CPU_SET(sched_getcpu(), &cpu);
	sched_setaffinity(0, sizeof(cpu), &cpu);
	must("cleat", cleat_open(&context, NULL) == 0);
	rings(argv[1], 256 << 10, rounds);
	rings(argv[1], 4 << 20, rounds);
	rings(argv[1], 64 << 20, rounds);
	buffers(argv[1], (256 << 10) / PAGE, rounds);
	buffers(argv[1], (4 << 20) / PAGE, rounds);
	cleat_close(context);
	return sum == 0;
}
