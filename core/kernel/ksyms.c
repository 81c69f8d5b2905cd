// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * ksyms.c - the kernel's symbols, from /proc/kallsyms.
 *
 * Knows the format of that file and finds by name, by address and by pattern. Does not know BTF,
 * nor which of these functions may be traced. The file's text is kept and cut into names in place;
 * the two indexes are made when first used, which is why they live behind a pointer.
 */
#include <fcntl.h>

#include "base/text.h"
#include "base/vec.h"
#include "kernel/facts.h"

#define READ_STEP (256u << 10)
#define TEXT_MAX  (256u << 20) /* 200,000 symbols are 10 MB */
#define NONE      UINT32_MAX

struct ksym {
	uint64_t address;
	uint32_t name; /* in the text */
	uint32_t module; /* in the text, 0: vmlinux (offset 0 is an address) */
	char type; /* as nm(1) has them */
};

struct ksyms_index {
	uint32_t *buckets, *next; /* by name */
	uint32_t mask;
	uint32_t *sorted; /* code, by address */
	size_t n_sorted;
};

struct ksyms {
	struct buf text;
	VEC(struct ksym) syms;
	bool hidden; /* all addresses read as zero: kptr_restrict */
	struct ksyms_index *index;
};

static bool is_code(const struct ksym *s)
{
	return s->type == 't' || s->type == 'T' || s->type == 'w' || s->type == 'W';
}

static const char *name_of(const struct ksyms *k, const struct ksym *s)
{
	return k->text.data + s->name;
}

/* clang's link-time optimisation makes a static 'x' global as 'x.llvm.NUMBER'. */
static size_t plain_len(const char *name)
{
	const char *suffix = strstr(name, ".llvm.");

	return suffix ? (size_t)(suffix - name) : strlen(name);
}

static int read_text(int fd, struct buf *text)
{
	ssize_t n;

	/* The kernel hands out a page at a time, so the size of a step only saves reallocations. */
	do {
		char *to = buf_reserve(text, READ_STEP);

		if (!to)
			return -ENOMEM;
		do {
			n = read(fd, to, READ_STEP);
		} while (n < 0 && errno == EINTR);
		if (n < 0)
			return -errno;
		text->len += (size_t)n;
		if (text->len > TEXT_MAX)
			return -EFBIG;
	} while (n > 0);
	buf_put(text, "", 0);
	return text->failed ? -ENOMEM : 0;
}

static inline int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "ffffffff81000000 T name", with "\t[module]" behind it for those of modules. */
static int parse_line(struct ksyms *k, char *line, char *end)
{
	struct ksym s = { 0 };
	char *p = line, *name;
	int digit;

	while (p < end && (digit = hex_digit(*p)) >= 0) {
		s.address = s.address << 4 | (unsigned int)digit;
		p++;
	}
	if (p == line || end - p < 4 || p[0] != ' ' || p[2] != ' ')
		return -EINVAL;
	s.type = p[1];
	name = p + 3;
	s.name = (uint32_t)(name - k->text.data);
	*end = '\0';
	p = memchr(name, '\t', (size_t)(end - name));
	if (p) {
		*p++ = '\0';
		if (*p == '[' && end > p + 1 && end[-1] == ']') {
			end[-1] = '\0';
			s.module = (uint32_t)(p + 1 - k->text.data);
		}
	}
	if (s.address)
		k->hidden = false;
	return vec_push(&k->syms, s);
}

static int parse(struct ksyms *k)
{
	char *p = k->text.data, *stop = p + k->text.len;
	int err;

	k->hidden = true;
	while (p && p < stop) {
		char *end = memchr(p, '\n', (size_t)(stop - p));

		if (!end)
			end = stop; /* buf keeps a byte for the NUL */
		err = parse_line(k, p, end);
		if (err)
			return err;
		p = end + 1;
	}
	return k->syms.n ? 0 : -ENODATA;
}

int ksyms_open_path(struct ksyms **out, const char *path)
{
	struct ksyms *k = calloc(1, sizeof(*k));
	_close_ int fd = -1;
	int err = -ENOMEM;

	if (!k)
		return err;
	k->index = calloc(1, sizeof(*k->index));
	if (!k->index)
		goto fail;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		err = -errno;
		goto fail;
	}
	err = read_text(fd, &k->text);
	if (!err)
		err = parse(k);
	if (err)
		goto fail;
	*out = k;
	return 0;
fail:
	ksyms_free(k);
	return err;
}

int ksyms_open(struct ksyms **out)
{
	return ksyms_open_path(out, "/proc/kallsyms");
}

void ksyms_free(struct ksyms *k)
{
	if (!k)
		return;
	if (k->index) {
		free(k->index->buckets);
		free(k->index->next);
		free(k->index->sorted);
		free(k->index);
	}
	vec_free(&k->syms);
	buf_free(&k->text);
	free(k);
}

/* --- by name --------------------------------------------------------------------------------- */

static int index_names(const struct ksyms *k)
{
	struct ksyms_index *x = k->index;
	uint32_t size = 1024;

	if (x->buckets)
		return 0;
	while (size < k->syms.n)
		size *= 2;
	x->next = malloc(k->syms.n * sizeof(*x->next));
	x->buckets = malloc(size * sizeof(*x->buckets));
	if (!x->next || !x->buckets) {
		free(x->next);
		free(x->buckets);
		x->next = x->buckets = NULL;
		return -ENOMEM;
	}
	memset(x->buckets, 0xff, size * sizeof(*x->buckets));
	x->mask = size - 1;
	/* From the end, so that chains run in the file's order. */
	for (size_t i = k->syms.n; i-- > 0;) {
		const char *name = name_of(k, &k->syms.v[i]);
		uint32_t *bucket = &x->buckets[text_hash(name, plain_len(name)) & x->mask];

		x->next[i] = *bucket;
		*bucket = (uint32_t)i;
	}
	return 0;
}

int ksyms_address(const struct ksyms *k, const char *name, uint64_t *address)
{
	size_t plain = plain_len(name);
	bool exact = name[plain] != '\0', found = false;
	int err = index_names(k);
	uint32_t i;

	if (err)
		return err;
	i = k->index->buckets[text_hash(name, plain) & k->index->mask];
	for (; i != NONE; i = k->index->next[i]) {
		const struct ksym *s = &k->syms.v[i];
		const char *have = name_of(k, s);

		if (exact ? !streq(have, name)
			  : plain_len(have) != plain || memcmp(have, name, plain))
			continue;
		if (k->hidden)
			return -EPERM;
		if (found && *address != s->address)
			return -EEXIST;
		found = true;
		*address = s->address;
	}
	return found ? 0 : -ENOENT;
}

bool ksyms_has(const struct ksyms *k, const char *name)
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

static int index_addresses(const struct ksyms *k)
{
	struct ksyms_index *x = k->index;
	bool in_order = true;
	uint64_t last = 0;

	if (x->sorted)
		return 0;
	x->sorted = malloc(k->syms.n * sizeof(*x->sorted));
	if (!x->sorted)
		return -ENOMEM;
	for (size_t i = 0; i < k->syms.n; i++) {
		const struct ksym *s = &k->syms.v[i];

		/* Data is left out: a per-CPU variable's address is a small offset. */
		if (!is_code(s))
			continue;
		in_order = in_order && s->address >= last;
		last = s->address;
		x->sorted[x->n_sorted++] = (uint32_t)i;
	}
	/* vmlinux comes sorted; modules and BPF programs follow as they were loaded. */
	if (!in_order)
		qsort_r(x->sorted, x->n_sorted, sizeof(*x->sorted), by_address, k->syms.v);
	return 0;
}

const char *ksyms_name(const struct ksyms *k, uint64_t address, uint64_t *offset)
{
	const struct ksyms_index *x = k->index;
	size_t low = 0, high;

	if (k->hidden || index_addresses(k))
		return NULL;
	high = x->n_sorted;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (k->syms.v[x->sorted[mid]].address <= address)
			low = mid + 1;
		else
			high = mid;
	}
	if (!low)
		return NULL;
	/* Of several names for one address the first. */
	low--;
	while (low && k->syms.v[x->sorted[low - 1]].address == k->syms.v[x->sorted[low]].address)
		low--;
	if (offset)
		*offset = address - k->syms.v[x->sorted[low]].address;
	return name_of(k, &k->syms.v[x->sorted[low]]);
}

/* --- by pattern ------------------------------------------------------------------------------ */

int ksyms_each(const struct ksyms *k, const char *pattern,
	       int (*fn)(void *user, const char *name, uint64_t address, const char *module),
	       void *user)
{
	size_t fixed = strcspn(pattern, "*?[\\");

	for (size_t i = 0; i < k->syms.n; i++) {
		const struct ksym *s = &k->syms.v[i];
		const char *name = name_of(k, s);
		int ret;

		/* Most fail on the letters before the first wildcard. */
		if (!is_code(s) || strncmp(name, pattern, fixed) || !text_glob(pattern, name))
			continue;
		ret = fn(user, name, s->address, s->module ? k->text.data + s->module : NULL);
		if (ret)
			return ret;
	}
	return 0;
}
