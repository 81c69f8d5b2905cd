// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * arena.c - memory that is freed all at once. Knows blocks and alignment; refuses to know who
 * uses which piece, so nothing can be given back alone.
 */
#include <stdio.h>

#include "base/text.h"
#include "base/vec.h"

#define BLOCK_SIZE ((size_t)16384)
#define ALIGNMENT  _Alignof(max_align_t)

struct block {
	struct block *next;
	size_t used;
	size_t size;
	_Alignas(max_align_t) uint8_t data[];
};

struct arena {
	struct block *blocks; /* the first has room; full and big ones are behind it */
};

struct arena *arena_new(void)
{
	return calloc(1, sizeof(struct arena));
}

void arena_free(struct arena *a)
{
	struct block *block, *next;

	if (!a)
		return;
	for (block = a->blocks; block; block = next) {
		next = block->next;
		free(block);
	}
	free(a);
}

static struct block *block_new(size_t size)
{
	struct block *block;
	size_t bytes;

	if (__builtin_add_overflow(sizeof(*block), size, &bytes))
		return NULL;
	block = calloc(1, bytes);
	if (block)
		block->size = size;
	return block;
}

void *arena_alloc(struct arena *a, size_t size)
{
	struct block *block;
	size_t rounded;
	void *data;

	/* no object is larger than that; and what follows cannot overflow */
	if (!a || size > PTRDIFF_MAX)
		return NULL;
	rounded = MAX(ROUND_UP(size, ALIGNMENT), ALIGNMENT);
	if (rounded > BLOCK_SIZE / 4) {
		/* a block of its own, behind the one that still has room */
		block = block_new(rounded);
		if (!block)
			return NULL;
		block->used = rounded;
		if (a->blocks) {
			block->next = a->blocks->next;
			a->blocks->next = block;
		} else {
			a->blocks = block;
		}
		return block->data;
	}
	block = a->blocks;
	if (!block || block->size - block->used < rounded) {
		block = block_new(BLOCK_SIZE);
		if (!block)
			return NULL;
		block->next = a->blocks;
		a->blocks = block;
	}
	data = block->data + block->used;
	block->used += rounded;
	return data;
}

void *arena_copy(struct arena *a, const void *data, size_t size)
{
	void *copy = arena_alloc(a, size);

	if (copy && size)
		memcpy(copy, data, size);
	return copy;
}

char *arena_ndup(struct arena *a, const char *s, size_t n)
{
	size_t bytes;
	char *copy;

	n = strnlen(s, n);
	if (__builtin_add_overflow(n, 1, &bytes))
		return NULL;
	copy = arena_alloc(a, bytes);
	if (copy)
		memcpy(copy, s, n);
	return copy;
}

char *arena_dup(struct arena *a, const char *s)
{
	return arena_copy(a, s, strlen(s) + 1);
}

char *arena_format(struct arena *a, const char *fmt, ...)
{
	_buf_free_ struct buf b = { 0 };
	va_list args;

	va_start(args, fmt);
	buf_vprintf(&b, fmt, args);
	va_end(args);
	if (b.failed || !b.data)
		return NULL;
	return arena_copy(a, b.data, b.len + 1);
}
