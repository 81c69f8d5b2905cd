/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * buckets.c - a map type with a form of its own: arrays for each CPU that are histograms, whose indices are
 * written as the range that they count, "8..15 -> 3". It takes the place of the percpu_array that comes
 * with cleat ('replaces' in its descriptor), and is one as long as nobody asks for buckets.
 *
 * To begin a plugin of your own: copy the folder, rename its files, and replace what is about buckets.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_PERCPU_ARRAY,
	  .flags = CLEAT_MAP_INDEX | CLEAT_MAP_PER_CPU | CLEAT_MAP_BATCH,
	  .name = "percpu_array" },
};

static const struct cleat_key keys[] = {
	{ .name = "buckets",
	  .type = CLEAT_TYPE_CHOICE,
	  .flags = CLEAT_KEY_ANY_TIME,
	  .choices = "no|log2|linear",
	  .preset = "no",
	  .help = "index I counts numbers from 2^I on (log2), or from I times 'step' on (linear)" },
	{ .name = "step",
	  .type = CLEAT_TYPE_UINT,
	  .flags = CLEAT_KEY_ANY_TIME,
	  .preset = "1",
	  .help = "how many numbers a linear bucket counts" },
};

/* How this map's indices are written. */
struct scale {
	bool log2;
	uint64_t step;
};

/* False: as indices, which the host can do. */
static bool scale_of(const struct cleat_map *m, struct scale *s)
{
	const struct cleat_params *p = cleat_map_params(m);
	const char *how = p ? cleat_param(p, "buckets") : NULL;

	if (!how || strcmp(how, "no") == 0)
		return false;
	s->log2 = strcmp(how, "log2") == 0;
	s->step = cleat_param_uint(p, "step");
	return s->step != 0;
}

/* The smallest number that bucket @index counts. Bucket 0 counts 0, too; past the last there is no end. */
static uint64_t first_of(const struct scale *s, uint64_t index)
{
	uint64_t first;

	if (s->log2)
		return index == 0 ? 0 : index < 64 ? (uint64_t)1 << index : UINT64_MAX;
	return __builtin_mul_overflow(index, s->step, &first) ? UINT64_MAX : first;
}

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	const char *how = cleat_param(p, "buckets");

	(void)attr;
	if (how && strcmp(how, "linear") == 0 && cleat_param_uint(p, "step") == 0)
		return cleat_param_error(cleat_map_context(m), p, "step", EINVAL,
					 "a bucket counts 1 number or more");
	return 0;
}

static int format(struct cleat_map *m, int which, const void *data, size_t size, unsigned int flags,
		  struct cleat_text *out)
{
	const char *quote = flags & CLEAT_FORMAT_JSON ? "\"" : "";
	struct scale s;
	uint32_t index;

	if (which != CLEAT_KEY || size != sizeof(index) || !scale_of(m, &s))
		return -EAGAIN;
	memcpy(&index, data, sizeof(index));
	cleat_text_add(out, "%s%" PRIu64 "..%" PRIu64 "%s", quote, first_of(&s, index),
		       first_of(&s, (uint64_t)index + 1) - 1, quote);
	return 0;
}

/* "8..15", or any number: the bucket that counts it. */
static int parse(struct cleat_map *m, int which, const char *text, void *data, size_t size)
{
	struct scale s;
	uint64_t number;
	uint32_t index;
	char *end;

	if (which != CLEAT_KEY || size != sizeof(index) || !scale_of(m, &s))
		return -EAGAIN;
	errno = 0;
	number = strtoull(text, &end, 0);
	if (end == text || errno || *text == '-' || (*end && strncmp(end, "..", 2) != 0))
		return cleat_error(cleat_map_context(m), EINVAL, "'%s' is no number and no range",
				   text);
	if (s.log2)
		number = number < 2 ? 0 : 63 - (unsigned int)__builtin_clzll(number);
	else
		number /= s.step;
	if (number > UINT32_MAX)
		return cleat_error(cleat_map_context(m), ERANGE, "no bucket counts '%s'", text);
	index = (uint32_t)number;
	memcpy(data, &index, sizeof(index));
	return 0;
}

static int erase(struct cleat_map *m, const void *key)
{
	(void)key;
	return cleat_error(cleat_map_context(m), EINVAL, "buckets are set to 0, and never deleted");
}

static const struct cleat_map_plugin buckets = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "buckets",
			   "histograms for each CPU, shown with the ranges they count"),
	CLEAT_TABLE(types, types),
	CLEAT_TABLE(keys, keys),
	.check = check,
	.erase = erase,
	.parse = parse,
	.format = format,
};
CLEAT_PLUGIN(buckets)
