/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * linker-bench.h - what the tests of the static linker share: objects added one by one, and the
 * result opened as the loader would.
 */
#ifndef UNIT_LINKER_BENCH_H
#define UNIT_LINKER_BENCH_H

#include "object-file.h"

#include "btf-make.h"
#include "linker/linker.h"

/* Objects being linked; files are called "1.o", "2.o", ... */
struct bench {
	struct linker *l;
	struct report *r;
	struct buf files[4];
	size_t n;
	void *data; /* the output */
	size_t size;
	struct object *o;
};

static inline int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	*state = b;
	b->r = report_new();
	return linker_new(&b->l);
}

static inline int tear_down(void **state)
{
	struct bench *b = *state;

	object_free(b->o);
	linker_free(b->l);
	for (size_t i = 0; i < b->n; i++)
		buf_free(&b->files[i]);
	free(b->data);
	report_free(b->r);
	free(b);
	return 0;
}

static inline int add(struct bench *b, struct made *m)
{
	struct buf *file = &b->files[b->n];
	char name[8];

	snprintf(name, sizeof(name), "%zu.o", ++b->n);
	made_finish(m, file);
	return linker_add_memory(b->l, file->data, file->len, name, b->r);
}

/* Link and open the result: it must be an object that the loader takes. */
static inline struct object *linked(struct bench *b)
{
	assert_int_equal(no_errors(b->r, linker_finish(b->l, &b->data, &b->size, b->r)), 0);
	report_clear(b->r);
	assert_int_equal(
		no_errors(b->r, object_open_memory(&b->o, b->data, b->size, "out.o", b->r)), 0);
	return b->o;
}

static inline void refused(struct bench *b, int err, const char *text)
{
	assert_int_equal(linker_finish(b->l, &b->data, &b->size, b->r), -err);
	assert_null(b->data);
	assert_error(b->r, text);
}

/* --- pieces of objects ------------------------------------------------------------------------ */

/* r0 = MARK; exit: so that a definition can be told from another. */
static inline const uint64_t *function(unsigned int mark)
{
	static uint64_t code[8][2];

	code[mark][0] = I(0xb7, 0, 0, mark);
	code[mark][1] = EXIT;
	return code[mark];
}

static inline int mark_of(const struct object *o, const char *name)
{
	const struct func *f = object_func(o, name);

	return f ? f->insns[0].imm : -1;
}

/* One function in .text, returning @mark. */
static inline int add_function(struct bench *b, const char *name, uint8_t bind, uint8_t visibility,
			       unsigned int mark)
{
	struct made m;
	uint32_t text;

	made_begin(&m, false);
	text = made_section(&m, ".text", PROG, CODE, function(mark), 16);
	made_symbol(&m, name, FUNC(bind), text, 0, 16);
	made_visibility(&m, visibility);
	return add(b, &m);
}

#define LINKER_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
