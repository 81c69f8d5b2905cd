/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * census.c - what is in the kernel and whose it is; see census.h. Knows how descriptors of others are seen in
 * /proc, and where units are pinned.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include "census.h"

#define STATE_ROOT "/sys/fs/bpf/cleat"
#define MOST_COUNTED 1000000 /* entries of one map: of more, so many are told */

/* ---- things ---------------------------------------------------------------------------------- */

uint64_t census_number(const struct cleat_facts *facts, const char *name)
{
	const struct cleat_fact *f;

	for (size_t i = 0; (f = cleat_facts_get(facts, i)); i++)
		if (f->kind == CLEAT_FACT_NUMBER && strcmp(f->name, name) == 0)
			return f->number;
	return 0;
}

static const char *text_of(const struct cleat_facts *facts, const char *name)
{
	const char *text = cleat_facts_find(facts, name);

	return text ? text : "";
}

/* Takes @facts. */
static int add_thing(struct census *c, uint32_t id, struct cleat_facts *facts)
{
	struct census_thing *more = realloc(c->things, (c->n + 1) * sizeof(*more));

	if (!more) {
		cleat_facts_free(facts);
		return -ENOMEM;
	}
	c->things = more;
	c->things[c->n++] = (struct census_thing) {
		.id = id,
		.facts = facts,
		.name = text_of(facts, "name"),
		.type = text_of(facts, "type"),
		.runs = census_number(facts, "runs"),
		.ns = census_number(facts, "run-time-ns"),
		.missed = census_number(facts, "recursion-misses"),
	};
	return 0;
}

int census_take(struct cli *cli, int kind, struct census *out)
{
	struct timespec now;
	uint32_t id = 0;
	int err;

	*out = (struct census) { 0 };
	clock_gettime(CLOCK_MONOTONIC, &now);
	out->time = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
	while (!(err = cleat_kernel_next(cli->c, kind, id, &id))) {
		struct cleat_facts *facts = cleat_facts_new();

		err = facts ? cleat_kernel_facts(cli->c, kind, id, facts) : -ENOMEM;
		if (!err) {
			err = add_thing(out, id, facts);
		} else {
			cleat_facts_free(facts);
			/* what went away between two questions is left out */
			err = err == -ENOENT ? 0 : err;
		}
		if (err)
			break;
	}
	return err && err != -ENOENT ? cli_failed(cli) : CLI_DONE;
}

void census_free(struct census *c)
{
	for (size_t i = 0; i < c->n; i++)
		cleat_facts_free(c->things[i].facts);
	free(c->things);
	*c = (struct census) { 0 };
}

const struct census_thing *census_find(const struct census *c, uint32_t id)
{
	size_t low = 0, high = c->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (c->things[middle].id == id)
			return &c->things[middle];
		if (c->things[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* ---- entries --------------------------------------------------------------------------------- */

static int count_one(void *user, const void *key, const void *value)
{
	uint64_t *n = user;

	(void)key;
	(void)value;
	return ++*n >= MOST_COUNTED;
}

bool census_entries(struct cli *cli, uint32_t id, uint64_t *n)
{
	struct cleat_map *m;
	char text[16];
	int err;

	*n = 0;
	snprintf(text, sizeof(text), "%u", id);
	if (cleat_map_find(cli->c, text, &m))
		return false;
	err = cleat_map_each(m, count_one, n);
	cleat_map_close(m);
	return err >= 0;
}

/* ---- counting -------------------------------------------------------------------------------- */

int census_count_runs(void)
{
	union bpf_attr attr = { .enable_stats = { .type = BPF_STATS_RUN_TIME } };
	int fd = cleat_sys_bpf(BPF_ENABLE_STATS, &attr, sizeof(attr));

	if (fd < 0)
		fprintf(stderr, "cleat: warning: the kernel does not count runs for us: %s\n",
			strerror(-fd));
	if (fd == -EINVAL)
		fputs("  hint: before Linux 5.8: sysctl kernel.bpf_stats_enabled=1\n", stderr);
	return fd < 0 ? -1 : fd;
}

/* ---- whose they are -------------------------------------------------------------------------- */

/* Once each: a process may have several descriptors. */
static void add_owner(struct owners *o, const struct owner *one)
{
	for (size_t i = o->n; i-- > 0 && o->v[i].pid == one->pid;)
		if (o->v[i].kind == one->kind && o->v[i].id == one->id &&
		    strcmp(o->v[i].name, one->name) == 0)
			return;
	if (o->n == o->cap) {
		size_t cap = o->cap ? o->cap * 2 : 64;
		struct owner *more = realloc(o->v, cap * sizeof(*more));

		if (!more)
			return;
		o->v = more;
		o->cap = cap;
	}
	o->v[o->n++] = *one;
}

/* What a name on the BPF file system stands for: "%2e" is a dot. */
static void restore_name(char *name)
{
	char *to = name;
	unsigned int c;

	for (char *at = name; *at; at++) {
		if (*at == '%' && isxdigit((unsigned char)at[1]) &&
		    isxdigit((unsigned char)at[2]) && sscanf(at + 1, "%2x", &c) == 1) {
			*to++ = (char)c;
			at += 2;
		} else {
			*to++ = *at;
		}
	}
	*to = '\0';
}

static void read_pins(struct cli *cli, struct owners *o, const char *unit)
{
	static const char *const folders[] = {
		[CLEAT_PROGRAMS] = "programs", [CLEAT_MAPS] = "maps", [CLEAT_LINKS] = "links"
	};

	for (int kind = 0; kind < (int)(sizeof(folders) / sizeof(folders[0])); kind++) {
		struct owner owner = { .kind = kind, .unit = true };
		struct dirent *e;
		char path[768];
		DIR *d;

		snprintf(path, sizeof(path), STATE_ROOT "/%.255s/%s", unit, folders[kind]);
		snprintf(owner.name, sizeof(owner.name), "%.63s", unit);
		restore_name(owner.name);
		d = opendir(path);
		while (d && (e = readdir(d))) {
			snprintf(path, sizeof(path), STATE_ROOT "/%.255s/%s/%.255s", unit,
				 folders[kind], e->d_name);
			if (e->d_name[0] != '.' &&
			    cleat_kernel_pinned(cli->c, kind, path, &owner.id) == 0)
				add_owner(o, &owner);
		}
		if (d)
			closedir(d);
	}
}

/* What a descriptor is: "prog_id:\t17", of a link both. */
static void read_descriptor(struct owners *o, const char *pid, const char *fd, struct owner *owner)
{
	static const struct {
		const char *word;
		int kind;
	} words[] = { { "prog_id:", CLEAT_PROGRAMS },
		      { "map_id:", CLEAT_MAPS },
		      { "link_id:", CLEAT_LINKS } };
	char path[64], line[256];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%.16s/fdinfo/%.16s", pid, fd);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f)) {
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			size_t n = strlen(words[i].word);

			if (strncmp(line, words[i].word, n) != 0)
				continue;
			owner->kind = words[i].kind;
			owner->id = (uint32_t)strtoul(line + n, NULL, 10);
			add_owner(o, owner);
		}
	}
	if (f)
		fclose(f);
}

static void name_process(const char *pid, struct owner *owner)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%.16s/comm", pid);
	f = fopen(path, "re");
	if (f && fgets(owner->name, sizeof(owner->name), f))
		owner->name[strcspn(owner->name, "\n")] = '\0';
	if (f)
		fclose(f);
}

static void read_process(struct owners *o, const char *pid)
{
	struct owner owner = { .pid = (uint32_t)strtoul(pid, NULL, 10) };
	char path[64], target[64];
	struct dirent *e;
	ssize_t n;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%.16s/fd", pid);
	d = opendir(path);
	while (d && (e = readdir(d))) {
		snprintf(path, sizeof(path), "/proc/%.16s/fd/%.16s", pid, e->d_name);
		n = readlink(path, target, sizeof(target) - 1);
		if (n < 0)
			continue;
		target[n] = '\0';
		if (strncmp(target, "anon_inode:bpf", strlen("anon_inode:bpf")) != 0)
			continue;
		if (!owner.name[0])
			name_process(pid, &owner);
		read_descriptor(o, pid, e->d_name, &owner);
	}
	if (d)
		closedir(d);
}

static void each_entry(const char *dir,
		       void (*fn)(struct cli *cli, struct owners *o, const char *name),
		       struct cli *cli, struct owners *o)
{
	struct dirent *e;
	DIR *d = opendir(dir);

	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.')
			fn(cli, o, e->d_name);
	if (d)
		closedir(d);
}

static void each_unit(struct cli *cli, struct owners *o, const char *name)
{
	read_pins(cli, o, name);
}

static void each_process(struct cli *cli, struct owners *o, const char *name)
{
	(void)cli;
	if (isdigit((unsigned char)name[0]) && strtol(name, NULL, 10) != (long)getpid())
		read_process(o, name);
}

void owners_read(struct cli *cli, struct owners *out)
{
	*out = (struct owners) { 0 };
	each_entry(STATE_ROOT, each_unit, cli, out);
	each_entry("/proc", each_process, cli, out);
}

void owners_free(struct owners *o)
{
	free(o->v);
	*o = (struct owners) { 0 };
}

char *owners_text(const struct owners *o, int kind, uint32_t id)
{
	char *text = NULL;
	size_t size, n = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (size_t i = 0; i < o->n; i++) {
		if (o->v[i].kind != kind || o->v[i].id != id)
			continue;
		fprintf(out, "%s%s", n++ ? "," : "", o->v[i].name);
		if (o->v[i].pid)
			fprintf(out, "[%u]", o->v[i].pid);
	}
	fclose(out);
	return text;
}

const char *owners_unit(const struct owners *o, int kind, uint32_t id)
{
	for (size_t i = 0; i < o->n; i++)
		if (o->v[i].unit && o->v[i].kind == kind && o->v[i].id == id)
			return o->v[i].name;
	return NULL;
}
