/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * peer.c - what 'cleat verify --json' does, written against libbpf: each program of each object
 * loaded alone, with all maps, and dropped again. Prints the same lines, as far as they are compared.
 * It refuses to help an object where libbpf gives up: that is what is measured.
 *
 * usage: peer OBJECT...
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The last thing that libbpf complained about: the reason, as far as there is one. */
static char complaint[256];

static int keep_complaint(enum libbpf_print_level level, const char *fmt, va_list args)
{
	char line[sizeof(complaint)];

	if (level != LIBBPF_WARN)
		return 0;
	vsnprintf(line, sizeof(line), fmt, args);
	line[strcspn(line, "\n")] = '\0';
	if (!*complaint)
		strcpy(complaint, line);
	return 0;
}

static void print_text(const char *key, const char *text)
{
	printf(",\"%s\":", key);
	if (!text) {
		printf("null");
		return;
	}
	putchar('"');
	for (; *text; text++)
		if (*text == '"' || *text == '\\')
			printf("\\%c", *text);
		else if ((unsigned char)*text < 0x20)
			printf("\\u%04x", (unsigned char)*text);
		else
			putchar(*text);
	putchar('"');
}

static void print_verdict(const char *object, const char *program, const char *tag,
			  const char *error)
{
	printf("{\"object\":\"%s\"", object);
	print_text("program", program);
	printf(",\"loaded\":%s", tag ? "true" : "false");
	print_text("tag", tag);
	print_text("error", error);
	puts("}");
	fflush(stdout);
}

static struct bpf_object *open_quietly(const char *path)
{
	struct bpf_map *map = NULL;
	struct bpf_object *object;

	*complaint = '\0';
	object = bpf_object__open_file(path, NULL);
	while (object && (map = bpf_object__next_map(object, map)))
		bpf_map__set_pin_path(map, NULL);
	return object;
}

/* The program at @index, the others left out; NULL when there is none. */
static struct bpf_program *choose(struct bpf_object *object, size_t index)
{
	struct bpf_program *program = NULL, *chosen = NULL;

	for (size_t i = 0; (program = bpf_object__next_program(object, program)); i++) {
		bpf_program__set_autoload(program, i == index);
		if (i == index)
			chosen = program;
	}
	return chosen;
}

static void verify_program(const char *path, struct bpf_object *object, struct bpf_program *program)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);
	char tag[2 * BPF_TAG_SIZE + 1];

	if (bpf_object__load(object)) {
		print_verdict(path, bpf_program__name(program), NULL,
			      *complaint ? complaint : strerror(errno));
		return;
	}
	if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size))
		memset(info.tag, 0, sizeof(info.tag));
	for (int i = 0; i < BPF_TAG_SIZE; i++)
		snprintf(tag + 2 * i, 3, "%02x", info.tag[i]);
	print_verdict(path, bpf_program__name(program), tag, NULL);
}

/* An object that was loaded once is spent: each program gets one of its own. */
static void verify(const char *path)
{
	for (size_t i = 0;; i++) {
		struct bpf_object *object = open_quietly(path);
		struct bpf_program *program;

		if (!object) {
			print_verdict(path, NULL, NULL, complaint);
			return;
		}
		program = choose(object, i);
		if (program)
			verify_program(path, object, program);
		bpf_object__close(object);
		if (!program)
			return;
	}
}

int main(int argc, char **argv)
{
	libbpf_set_print(keep_complaint);
	for (int i = 1; i < argc; i++)
		verify(argv[i]);
	return 0;
}
