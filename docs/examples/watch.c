/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * watch.c - everything but the loop, see watch.h. Build it together with one that has a loop:
 *
 *   cc -o watch watch-uv.c watch.c $(pkg-config --cflags --libs cleat libuv)
 *   cc -o watch watch-event.c watch.c $(pkg-config --cflags --libs cleat libevent_core)
 *   cc -o watch watch-glib.c watch.c $(pkg-config --cflags --libs cleat glib-2.0)
 *   cc -o watch watch-sd-event.c watch.c $(pkg-config --cflags --libs cleat libsystemd)
 *   cc -o watch watch-thread.c watch.c -pthread $(pkg-config --cflags --libs cleat)
 *
 *   ./watch who.bpf.o events only_uid=1000
 */
#include "watch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What it returns, if it is negative, ends the watching: here, nobody reads what we print. */
static int print(void *user, const struct cleat_record *record)
{
	struct watch *w = user;

	if (record->lost)
		fprintf(stderr, "%llu records lost\n", (unsigned long long)record->lost);
	if (!record->data)
		return 0;
	cleat_text_clear(w->text);
	if (cleat_record_format(record, 0, w->text) < 0)
		return 0;
	return puts(cleat_text_data(w->text, NULL)) < 0 || fflush(stdout) ? -errno : 0;
}

/* "NAME=VALUE" */
static int set(struct cleat_object *o, char *text)
{
	char *value = strchr(text, '=');

	if (!value)
		return -EINVAL;
	*value++ = '\0';
	return cleat_object_set_global(o, text, value);
}

static int start(struct watch *w, char **args)
{
	struct cleat_object *object;
	struct cleat_map *map;
	int err;

	err = cleat_object_open(w->c, args[0], &object);
	for (char **arg = args + 2; *arg && err == 0; arg++)
		err = set(object, *arg);
	if (err == 0)
		err = cleat_object_load(object);
	if (err)
		return err;
	map = cleat_object_map(object, args[1]);
	if (!map) {
		fprintf(stderr, "watch: %s has no map '%s'\n", args[0], args[1]);
		return -ENOENT;
	}
	/* The reader first: then nothing is missed. */
	err = cleat_reader_open(map, NULL, print, w, &w->reader);
	return err ? err : cleat_object_attach(object);
}

int watch_open(struct watch *w, int argc, char **argv)
{
	char text[4096];

	memset(w, 0, sizeof(*w));
	if (argc < 3) {
		fprintf(stderr, "usage: watch OBJECT MAP [VARIABLE=VALUE]...\n");
		return 2;
	}
	w->text = cleat_text_new();
	if (!w->text || cleat_open(&w->c, NULL) < 0)
		return 1;
	if (start(w, argv + 1) == 0) {
		fprintf(stderr, "watching\n");
		return 0;
	}
	for (size_t i = 0; i < cleat_diag_count(w->c); i++) {
		cleat_diag_format(cleat_diag_get(w->c, i), text, sizeof(text));
		fprintf(stderr, "watch: %s\n", text);
	}
	return 1;
}

void watch_close(struct watch *w)
{
	cleat_reader_close(w->reader);
	/* Detaches, and closes everything. */
	cleat_close(w->c);
	cleat_text_free(w->text);
}

void watch_complain(int err)
{
	fprintf(stderr, "watch: %s\n", strerror(-err));
}
