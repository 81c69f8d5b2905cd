/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * peer-libbpf.c - what 'cleat run who.ini' does, written against libbpf: opens the object, sets the
 * filters, loads, attaches, opens the ring buffer, says READY=1 and streams until a signal. The only
 * place where libbpf is linked: to be measured beside cleat.
 *
 * usage: peer-libbpf OBJECT READY-FD
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static volatile sig_atomic_t over;

static void on_signal(int signal)
{
	(void)signal;
	over = 1;
}

static int silent(enum libbpf_print_level level, const char *fmt, va_list args)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, fmt, args) : 0;
}

static int on_record(void *user, void *data, size_t size)
{
	(void)user;
	(void)data;
	(void)size;
	return 0;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct bpf_program *program;
	struct bpf_object *object;
	struct ring_buffer *ring;
	struct bpf_map *map;

	if (argc != 3)
		return 2;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	libbpf_set_print(silent);
	object = bpf_object__open_file(argv[1], NULL);
	if (!object)
		return 1;
	map = bpf_object__find_map_by_name(object, "events");
	if (!map || bpf_object__load(object))
		return 1;
	bpf_object__for_each_program(program, object)
		if (!bpf_program__attach(program))
			return 1;
	ring = ring_buffer__new(bpf_map__fd(map), on_record, NULL, NULL);
	if (!ring || dprintf(atoi(argv[2]), "READY=1\n") < 0)
		return 1;
	while (!over)
		if (ring_buffer__poll(ring, -1) < 0 && errno != EINTR)
			return 1;
	ring_buffer__free(ring);
	bpf_object__close(object);
	return 0;
}
