/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * watch.c - what changed in a map between one look and the next: entries that came, that went, and
 * whose value is another. Knows bytes and when they were seen; how they look is the library's.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "watch.h"

/* What was seen at the last look, by key. */
struct seen {
	uint8_t *keys, *values;
	uint32_t *looks; /* the last one that met the entry; 0: it has gone */
	size_t n, cap;
	uint32_t *slots; /* number of an entry + 1, by the hash of its key; 0: free */
	size_t mask;
};

struct watch {
	struct cli *cli;
	struct cleat_map *m;
	size_t key_size, value_bytes;
	struct seen seen;
	uint32_t look;
	bool silent; /* the first look at a whole map: nothing has changed yet */
};

/* ---- a table of entries ---------------------------------------------------------------------- */

static uint8_t *key_at(const struct watch *w, size_t i)
{
	return w->seen.keys + i * w->key_size;
}

static uint8_t *value_at(const struct watch *w, size_t i)
{
	return w->seen.values + i * w->value_bytes;
}

static uint32_t *slot_of(const struct watch *w, const uint8_t *key)
{
	const struct seen *s = &w->seen;
	uint64_t hash = 14695981039346656037u;
	size_t at;

	for (size_t i = 0; i < w->key_size; i++)
		hash = (hash ^ key[i]) * 1099511628211u;
	at = (size_t)(hash ^ hash >> 32) & s->mask;
	while (s->slots[at] && memcmp(key_at(w, s->slots[at] - 1), key, w->key_size) != 0)
		at = (at + 1) & s->mask;
	return &s->slots[at];
}

/* Forget what has gone. */
static void pack(struct watch *w)
{
	struct seen *s = &w->seen;
	size_t to = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (!s->looks[i])
			continue;
		memmove(key_at(w, to), key_at(w, i), w->key_size);
		memmove(value_at(w, to), value_at(w, i), w->value_bytes);
		s->looks[to++] = s->looks[i];
	}
	s->n = to;
}

static void fill_slots(struct watch *w)
{
	memset(w->seen.slots, 0, (w->seen.mask + 1) * sizeof(*w->seen.slots));
	for (size_t i = 0; i < w->seen.n; i++)
		*slot_of(w, key_at(w, i)) = (uint32_t)i + 1;
}

static int make_room(struct watch *w)
{
	struct seen *s = &w->seen;
	size_t cap;
	void *keys, *values, *looks, *slots;

	if (s->n < s->cap)
		return 0;
	pack(w);
	cap = s->cap && s->n <= s->cap / 2 ? s->cap : s->cap ? s->cap * 2 : 64;
	keys = reallocarray(s->keys, cap, w->key_size);
	s->keys = keys ? keys : s->keys;
	values = reallocarray(s->values, cap, w->value_bytes);
	s->values = values ? values : s->values;
	looks = reallocarray(s->looks, cap, sizeof(*s->looks));
	s->looks = looks ? looks : s->looks;
	slots = reallocarray(s->slots, cap * 2, sizeof(*s->slots));
	s->slots = slots ? slots : s->slots;
	if (!keys || !values || !looks || !slots)
		return -ENOMEM;
	s->cap = cap;
	s->mask = cap * 2 - 1;
	fill_slots(w);
	return 0;
}

static void forget(struct watch *w)
{
	free(w->seen.keys);
	free(w->seen.values);
	free(w->seen.looks);
	free(w->seen.slots);
}

/* ---- printing -------------------------------------------------------------------------------- */

/* The number that an entry's text ends with, the sum of its CPUs' or its value. */
static bool number_of(const char *entry, long long *out)
{
	const char *at = strstr(entry, " # sum ");
	char *end;

	at = at ? at + strlen(" # sum ") : strstr(entry, " -> ");
	if (!at)
		return false;
	at += strncmp(at, " -> ", 4) == 0 ? 4 : 0;
	errno = 0;
	*out = strtoll(at, &end, 10);
	return end != at && !*end && !errno;
}

static void print_text(const char *change, const char *now, const char *was)
{
	const char *sign = strcmp(change, "new") == 0 ? "+" : strcmp(change, "gone") == 0 ? "-" : "~";
	long long a, b, more;

	printf("%s %s", sign, now);
	if (was && number_of(was, &a) && number_of(now, &b) &&
	    !__builtin_sub_overflow(b, a, &more))
		printf("%s %+lld", strstr(now, " # ") ? "," : " #", more);
	putchar('\n');
}

static void print_json(const char *change, const char *now, const char *was)
{
	struct timespec t;
	struct tm tm;
	char when[32];

	clock_gettime(CLOCK_REALTIME, &t);
	gmtime_r(&t.tv_sec, &tm);
	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", &tm);
	/* an entry as JSON, and what more there is to say inside its braces */
	printf("{\"time\":\"%s.%03ldZ\",\"change\":\"%s\",%.*s", when, t.tv_nsec / 1000000, change,
	       (int)strlen(now) - 2, now + 1);
	if (was)
		printf(",\"was\":%s", was);
	printf("}\n");
}

/* @was: the value before, or NULL. */
static int print_change(struct watch *w, const char *change, const void *key, const void *value,
			const void *was)
{
	bool json = w->cli->json;
	char *now = NULL, *before = NULL;
	int err = 0;

	if (w->silent)
		return 0;
	err = cleat_map_format_entry(w->m, key, value, json, &now);
	if (!err && was)
		err = json ? cleat_map_format(w->m, CLEAT_VALUE, was, true, &before) :
			     cleat_map_format_entry(w->m, key, was, false, &before);
	if (!err && json)
		print_json(change, now, before);
	else if (!err)
		print_text(change, now, before);
	free(now);
	free(before);
	return err;
}

/* ---- looking --------------------------------------------------------------------------------- */

static int meet(void *user, const void *key, const void *value)
{
	struct watch *w = user;
	struct seen *s = &w->seen;
	int err = make_room(w);
	uint32_t *slot;
	size_t i;

	if (err)
		return err;
	slot = slot_of(w, key);
	i = *slot ? *slot - 1 : s->n;
	if (!*slot) {
		memcpy(key_at(w, i), key, w->key_size);
		s->looks[i] = 0;
		*slot = (uint32_t)++s->n;
	}
	if (!s->looks[i])
		err = print_change(w, "new", key, value, NULL);
	else if (memcmp(value_at(w, i), value, w->value_bytes) != 0)
		err = print_change(w, "changed", key, value, value_at(w, i));
	memcpy(value_at(w, i), value, w->value_bytes);
	s->looks[i] = w->look;
	return err;
}

static int miss_the_others(struct watch *w)
{
	struct seen *s = &w->seen;
	int err = 0;

	for (size_t i = 0; i < s->n && !err; i++) {
		if (!s->looks[i] || s->looks[i] == w->look)
			continue;
		err = print_change(w, "gone", key_at(w, i), value_at(w, i), NULL);
		s->looks[i] = 0;
	}
	return err;
}

/* @key: the only one, or NULL; @value: room for its value. */
static int look(struct watch *w, const uint8_t *key, uint8_t *value)
{
	int err;

	w->look++;
	if (!key) {
		err = cleat_map_each(w->m, meet, w);
	} else {
		err = cleat_map_lookup(w->m, key, value, 0);
		err = err == -ENOENT ? 0 : err ? err : meet(w, key, value);
	}
	/* it changes too fast for a look that counts: the next one may do */
	if (err == -EAGAIN)
		return 0;
	if (!err)
		err = miss_the_others(w);
	w->silent = false;
	return err;
}

static int watch(struct watch *w, const uint8_t *key, uint8_t *value, double seconds)
{
	struct timespec pause = { .tv_sec = (time_t)seconds };
	sigset_t end;
	int err, got;

	pause.tv_nsec = (long)((seconds - (double)pause.tv_sec) * 1e9);
	sigemptyset(&end);
	sigaddset(&end, SIGINT);
	sigaddset(&end, SIGTERM);
	sigprocmask(SIG_BLOCK, &end, NULL);
	do {
		err = look(w, key, value);
		fflush(stdout);
		if (err || ferror(stdout))
			break;
		got = sigtimedwait(&end, NULL, &pause);
	} while (got < 0);
	return err;
}

int watch_map(struct cli *cli, struct cleat_map *m, const char *key, double seconds)
{
	struct cleat_map_info info = { .size = sizeof(info) };
	struct watch w = { .cli = cli, .m = m, .silent = !key };
	uint8_t *k, *v;
	int err = -ENOMEM;

	cleat_map_info(m, &info);
	w.key_size = info.key_size;
	w.value_bytes = info.value_bytes ? info.value_bytes : 1;
	k = calloc(1, w.key_size + 8);
	v = calloc(1, w.value_bytes + 8);
	if (k && v)
		err = key ? cleat_map_parse(m, CLEAT_KEY, key, k) : 0;
	if (!err)
		err = watch(&w, key ? k : NULL, v, seconds);
	free(k);
	free(v);
	forget(&w);
	return err < 0 ? cli_failed(cli) : CLI_DONE;
}
