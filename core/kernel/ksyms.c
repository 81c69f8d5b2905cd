// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * ksyms.c - the kernel's symbols, from /proc/kallsyms.
 *
 * Knows the format of that file and finds by name, by address and by pattern. Does not know BTF,
 * nor which of these functions may be traced. Names that are asked for are looked for in one pass, and
 * nothing else is kept; all symbols are, 8 MB of them, for who asks by address or pattern, or over and over.
 */
#include <fcntl.h>

#include "base/text.h"
#include "base/vec.h"
#include "kernel/facts.h"

#define STEP (64u << 10) /* the kernel hands out a page at a time */
#define NAMES_MAX (256u << 20) /* 200,000 symbols have 5 MB of names */
#define MAX_PASSES 3 /* as long as reading all of them takes */
#define NONE UINT32_MAX

/* A line of the file; good until the next one. */
struct line {
	uint64_t address;
	char *name;
	const char *module; /* NULL: the kernel's own */
	char type; /* as nm(1) has them */
};

struct ksym {
	uint64_t address;
	uint32_t name; /* in the names */
	uint32_t module; /* in the names, 0: none */
	char type;
};

struct all {
	struct buf names;
	VEC(struct ksym) syms;
	uint32_t *buckets, *next; /* by name */
	uint32_t mask;
	uint32_t *sorted; /* code, by address */
	size_t n_sorted;
};

/* What there is of a name that was asked for. */
struct answer {
	uint64_t address;
	bool found, ambiguous;
};

struct ksyms {
	int fd;
	bool hidden; /* all addresses read as zero: kptr_restrict */
	struct strmap *answers;
	struct arena *arena;
	unsigned int passes;
	struct all *all; /* NULL until it is needed */
};

static bool is_code(const struct ksym *s)
{
	return s->type == 't' || s->type == 'T' || s->type == 'w' || s->type == 'W';
}

/* clang's link-time optimisation makes a static 'x' global as 'x.llvm.NUMBER'. */
static size_t plain_len(const char *name)
{
	const char *dot = strchr(name, '.'), *suffix = dot ? strstr(dot, ".llvm.") : NULL;

	return suffix ? (size_t)(suffix - name) : strlen(name);
}

/* --- the file -------------------------------------------------------------------------------- */

static inline int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "ffffffff81000000 T name", with "\t[module]" behind it for those of modules. @end may be written to. */
static int parse_line(struct line *l, char *text, char *end)
{
	char *p = text;
	int digit;

	*l = (struct line) { 0 };
	while (p < end && (digit = hex_digit(*p)) >= 0) {
		l->address = l->address << 4 | (unsigned int)digit;
		p++;
	}
	if (p == text || end - p < 4 || p[0] != ' ' || p[2] != ' ')
		return -EINVAL;
	l->type = p[1];
	l->name = p + 3;
	*end = '\0';
	p = memchr(l->name, '\t', (size_t)(end - l->name));
	if (p) {
		*p++ = '\0';
		if (*p == '[' && end > p + 1 && end[-1] == ']') {
			end[-1] = '\0';
			l->module = p + 1;
		}
	}
	return 0;
}

struct pass {
	struct ksyms *k;
	int (*line)(struct ksyms *k, struct line *l);
	char text[STEP + 1]; /* and a NUL */
	size_t n; /* lines */
};

static int pass_line(struct pass *p, char *text, char *end)
{
	struct line l;
	int err = parse_line(&l, text, end);

	if (err)
		return err;
	p->n++;
	if (l.address)
		p->k->hidden = false;
	return p->line(p->k, &l);
}

/* The whole lines among @have bytes; returns how many bytes are left over, at the beginning. */
static ssize_t pass_lines(struct pass *p, size_t have)
{
	char *at = p->text, *stop = p->text + have, *end;

	while ((end = memchr(at, '\n', (size_t)(stop - at)))) {
		int err = pass_line(p, at, end);

		if (err)
			return err;
		at = end + 1;
	}
	memmove(p->text, at, (size_t)(stop - at));
	return stop - at;
}

static ssize_t read_some(int fd, char *to, size_t size)
{
	ssize_t n;

	do {
		n = read(fd, to, size);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* Hands every line to @line. */
static int pass_over(struct ksyms *k, int (*line)(struct ksyms *k, struct line *l))
{
	_free_ struct pass *p = malloc(sizeof(*p));
	ssize_t left = 0, n;
	int err = 0;

	if (!p)
		return -ENOMEM;
	p->k = k;
	p->line = line;
	p->n = 0;
	k->hidden = true;
	if (lseek(k->fd, 0, SEEK_SET) < 0)
		return -errno;
	while ((n = read_some(k->fd, p->text + left, STEP - (size_t)left)) > 0) {
		left = pass_lines(p, (size_t)(left + n));
		if (left < 0)
			return (int)left;
		if (left == STEP)
			return -EINVAL;
	}
	if (n < 0)
		return (int)n;
	if (left)
		err = pass_line(p, p->text, p->text + left);
	if (err)
		return err;
	return p->n ? 0 : -ENODATA;
}

int ksyms_open_path(struct ksyms **out, const char *path)
{
	struct ksyms *k = calloc(1, sizeof(*k));
	int err;

	if (!k)
		return -ENOMEM;
	k->fd = open(path, O_RDONLY | O_CLOEXEC);
	err = k->fd < 0 ? -errno : 0;
	if (!err) {
		k->answers = strmap_new();
		k->arena = arena_new();
		err = k->answers && k->arena ? 0 : -ENOMEM;
	}
	if (err) {
		ksyms_free(k);
		return err;
	}
	*out = k;
	return 0;
}

int ksyms_open(struct ksyms **out)
{
	return ksyms_open_path(out, "/proc/kallsyms");
}

static void all_free(struct all *a)
{
	if (!a)
		return;
	free(a->buckets);
	free(a->next);
	free(a->sorted);
	vec_free(&a->syms);
	buf_free(&a->names);
	free(a);
}

void ksyms_free(struct ksyms *k)
{
	if (!k)
		return;
	if (k->fd >= 0)
		close(k->fd);
	strmap_free(k->answers);
	arena_free(k->arena);
	all_free(k->all);
	free(k);
}

/* --- all of them ----------------------------------------------------------------------------- */

static const char *name_of(const struct all *a, const struct ksym *s)
{
	return a->names.data + s->name;
}

static int keep_line(struct ksyms *k, struct line *l)
{
	struct all *a = k->all;
	const struct ksym *before = a->syms.n ? &a->syms.v[a->syms.n - 1] : NULL;
	struct ksym s = { .address = l->address, .type = l->type };

	/* Symbols of one module follow each other. */
	if (l->module && before && before->module &&
	    streq(l->module, a->names.data + before->module)) {
		s.module = before->module;
	} else if (l->module) {
		s.module = (uint32_t)a->names.len;
		buf_put(&a->names, l->module, strlen(l->module) + 1);
	}
	s.name = (uint32_t)a->names.len;
	buf_put(&a->names, l->name, strlen(l->name) + 1);
	if (a->names.failed)
		return -ENOMEM;
	return a->names.len > NAMES_MAX ? -EFBIG : vec_push(&a->syms, s);
}

static int read_all(struct ksyms *k)
{
	int err;

	if (k->all)
		return 0;
	k->all = calloc(1, sizeof(*k->all));
	if (!k->all)
		return -ENOMEM;
	buf_put(&k->all->names, "", 1); /* so that no module is at 0 */
	err = pass_over(k, keep_line);
	if (err) {
		all_free(k->all);
		k->all = NULL;
	}
	return err;
}

static int index_names(struct all *a)
{
	uint32_t size = 1024;

	if (a->buckets)
		return 0;
	while (size < a->syms.n)
		size *= 2;
	a->next = malloc(a->syms.n * sizeof(*a->next));
	a->buckets = malloc(size * sizeof(*a->buckets));
	if (!a->next || !a->buckets) {
		free(a->next);
		free(a->buckets);
		a->next = a->buckets = NULL;
		return -ENOMEM;
	}
	memset(a->buckets, 0xff, size * sizeof(*a->buckets));
	a->mask = size - 1;
	/* From the end, so that chains run in the file's order. */
	for (size_t i = a->syms.n; i-- > 0;) {
		const char *name = name_of(a, &a->syms.v[i]);
		uint32_t *bucket = &a->buckets[text_hash(name, plain_len(name)) & a->mask];

		a->next[i] = *bucket;
		*bucket = (uint32_t)i;
	}
	return 0;
}

/* --- by name --------------------------------------------------------------------------------- */

static void found_at(struct answer *answer, uint64_t address)
{
	if (!answer)
		return;
	if (answer->found && answer->address != address)
		answer->ambiguous = true;
	answer->found = true;
	answer->address = address;
}

static int answer_line(struct ksyms *k, struct line *l)
{
	size_t plain = plain_len(l->name);

	found_at(strmap_get(k->answers, l->name), l->address);
	if (l->name[plain]) {
		l->name[plain] = '\0';
		found_at(strmap_get(k->answers, l->name), l->address);
	}
	return 0;
}

static int forget_answer(void *user, const char *name, void *value)
{
	struct answer *answer = value;

	(void)user;
	(void)name;
	*answer = (struct answer) { 0 };
	return 0;
}

/* Answers everything that was ever asked. When that fails nothing was. */
static int answer_all(struct ksyms *k)
{
	int err;

	if (++k->passes > MAX_PASSES)
		return read_all(k);
	strmap_each(k->answers, forget_answer, NULL);
	err = pass_over(k, answer_line);
	if (!err)
		return 0;
	strmap_free(k->answers);
	k->answers = strmap_new();
	return k->answers ? err : -ENOMEM;
}

int ksyms_want(struct ksyms *k, const char *const *names, size_t n)
{
	bool more = false;

	if (k->all)
		return 0;
	for (size_t i = 0; i < n; i++) {
		struct answer *answer;

		if (strmap_has(k->answers, names[i]))
			continue;
		answer = arena_alloc(k->arena, sizeof(*answer));
		if (!answer || strmap_set(k->answers, names[i], answer))
			return -ENOMEM;
		more = true;
	}
	return more ? answer_all(k) : 0;
}

/* The same from the index of all. */
static void answer_from_index(const struct all *a, const char *name, struct answer *answer)
{
	size_t plain = plain_len(name);
	bool exact = name[plain] != '\0';

	for (uint32_t i = a->buckets[text_hash(name, plain) & a->mask]; i != NONE; i = a->next[i]) {
		const char *have = name_of(a, &a->syms.v[i]);

		if (exact ? streq(have, name)
			  : plain_len(have) == plain && !memcmp(have, name, plain))
			found_at(answer, a->syms.v[i].address);
	}
}

int ksyms_address(struct ksyms *k, const char *name, uint64_t *address)
{
	struct answer answer = { 0 };
	int err = ksyms_want(k, &name, 1);

	if (!err && k->all) {
		err = index_names(k->all);
		if (!err)
			answer_from_index(k->all, name, &answer);
	} else if (!err) {
		answer = *(struct answer *)strmap_get(k->answers, name);
	}
	if (err)
		return err;
	if (!answer.found)
		return -ENOENT;
	if (k->hidden)
		return -EPERM;
	if (answer.ambiguous)
		return -EEXIST;
	*address = answer.address;
	return 0;
}

bool ksyms_has(struct ksyms *k, const char *name)
{
	uint64_t address;
	int err = ksyms_address(k, name, &address);

	return !err || err == -EEXIST || err == -EPERM;
}

/* --- by address ------------------------------------------------------------------------------ */

static int by_address(const void *a, const void *b, void *user)
{
	const struct ksym *syms = user;
	uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;

	if (syms[i].address != syms[j].address)
		return syms[i].address < syms[j].address ? -1 : 1;
	return i < j ? -1 : i > j;
}

static int index_addresses(struct all *a)
{
	bool in_order = true;
	uint64_t last = 0;

	if (a->sorted)
		return 0;
	a->sorted = malloc(a->syms.n * sizeof(*a->sorted));
	if (!a->sorted)
		return -ENOMEM;
	for (size_t i = 0; i < a->syms.n; i++) {
		const struct ksym *s = &a->syms.v[i];

		/* Data is left out: a per-CPU variable's address is a small offset. */
		if (!is_code(s))
			continue;
		in_order = in_order && s->address >= last;
		last = s->address;
		a->sorted[a->n_sorted++] = (uint32_t)i;
	}
	/* vmlinux comes sorted; modules and BPF programs follow as they were loaded. */
	if (!in_order)
		qsort_r(a->sorted, a->n_sorted, sizeof(*a->sorted), by_address, a->syms.v);
	return 0;
}

static const struct ksym *sorted_at(const struct all *a, size_t i)
{
	return &a->syms.v[a->sorted[i]];
}

const char *ksyms_name(struct ksyms *k, uint64_t address, uint64_t *offset)
{
	const struct all *a;
	size_t low = 0, high;

	if (read_all(k) || k->hidden || index_addresses(k->all))
		return NULL;
	a = k->all;
	high = a->n_sorted;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (sorted_at(a, mid)->address <= address)
			low = mid + 1;
		else
			high = mid;
	}
	if (!low)
		return NULL;
	/* Of several names for one address the first. */
	low--;
	while (low && sorted_at(a, low - 1)->address == sorted_at(a, low)->address)
		low--;
	if (offset)
		*offset = address - sorted_at(a, low)->address;
	return name_of(a, sorted_at(a, low));
}

/* --- by pattern ------------------------------------------------------------------------------ */

int ksyms_each(struct ksyms *k, const char *pattern,
	       int (*fn)(void *user, const char *name, uint64_t address, const char *module),
	       void *user)
{
	size_t fixed = strcspn(pattern, "*?[\\");
	int ret = read_all(k);

	for (size_t i = 0; !ret && i < k->all->syms.n; i++) {
		const struct ksym *s = &k->all->syms.v[i];
		const char *name = name_of(k->all, s);

		/* Most fail on the letters before the first wildcard. */
		if (!is_code(s) || strncmp(name, pattern, fixed) || !text_glob(pattern, name))
			continue;
		ret = fn(user, name, s->address, s->module ? k->all->names.data + s->module : NULL);
	}
	return ret;
}
