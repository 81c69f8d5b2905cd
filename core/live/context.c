/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * context.c - struct cleat: made, asked for its diagnostics, released with all that hangs on it.
 *
 * Knows the order in which things must go; knows nothing of what they are.
 */
#include "live/context.h"

#include <cleat/cleat.h>

struct operation operation_begin(struct cleat *c)
{
	if (c->depth++ == 0) {
		__atomic_store_n(&c->thread, pthread_self(), __ATOMIC_RELAXED);
		report_clear(c->report);
	}
	return (struct operation){ .c = c };
}

void operation_end(struct operation *op)
{
	op->c->depth--;
}

struct report *context_report(struct cleat *c)
{
	return c->report;
}

bool context_is_ours(const struct cleat *c)
{
	return pthread_equal(__atomic_load_n(&c->thread, __ATOMIC_RELAXED), pthread_self());
}

/* Options may be shorter than ours: a program built for an older library. */
static const void *option(const struct cleat_options *o, size_t offset)
{
	if (!o || o->size < offset + sizeof(void *))
		return NULL;
	return *(const void *const *)((const char *)o + offset);
}

static const char *option_text(const struct cleat_options *o, size_t offset)
{
	return option(o, offset);
}

CLEAT_API int cleat_open(struct cleat **out, const struct cleat_options *options)
{
	const char *btf_path = option_text(options, offsetof(struct cleat_options, btf_path));
	const char *kconfig = option_text(options, offsetof(struct cleat_options, kconfig));
	const char *object_path = option_text(options, offsetof(struct cleat_options, object_path));
	const char *token = option_text(options, offsetof(struct cleat_options, token_path));
	struct cleat *c = calloc(1, sizeof(*c));

	*out = NULL;
	if (!c)
		return -ENOMEM;
	c->describe_fd = -1;
	c->token_fd = -1;
	c->thread = pthread_self();
	c->report = report_new();
	c->prober = prober_new();
	if (btf_path)
		c->btf_path = text_dup(btf_path);
	if (object_path)
		c->object_path = text_dup(object_path);
	if (kconfig)
		c->kconfig = text_dup(kconfig);
	token = token ? token : secure_getenv("CLEAT_TOKEN_PATH");
	if (token)
		c->token_path = text_dup(token);
	if (options && options->size >= offsetof(struct cleat_options, log_level) + sizeof(int))
		c->log_level = options->log_level;
	if (!c->report || !c->prober || (btf_path && !c->btf_path) ||
	    (object_path && !c->object_path) || (kconfig && !c->kconfig) ||
	    (token && !c->token_path) ||
	    registry_new(&c->registry,
			 option_text(options, offsetof(struct cleat_options, plugin_path)),
			 option(options, offsetof(struct cleat_options, builtin_plugins)))) {
		cleat_close(c);
		return -ENOMEM;
	}
	prober_find_btf(c->prober, features_btf, c);
	*out = c;
	return 0;
}

CLEAT_API void cleat_close(struct cleat *c)
{
	if (!c)
		return;
	links_release(c, NULL);
	while (c->objects.n)
		cleat_object_close(c->objects.v[c->objects.n - 1]);
	while (c->found.n)
		cleat_map_close(c->found.v[c->found.n - 1]);
	vec_free(&c->objects);
	vec_free(&c->found);
	vec_free(&c->links);
	target_state_free(c->target);
	ksyms_free(c->ksyms);
	user_functions_free(c->user_functions);
	registry_free(c->registry);
	prober_free(c->prober);
	report_free(c->report);
	free(c->btf_path);
	free(c->object_path);
	free(c->kconfig);
	free(c->token_path);
	if (c->token_fd >= 0)
		close(c->token_fd);
	free(c->tracefs);
	free(c->cgroupfs);
	free(c);
}

CLEAT_API const char *cleat_version(void)
{
	return CLEAT_VERSION;
}

CLEAT_API size_t cleat_diag_count(const struct cleat *c)
{
	return report_count(c->report);
}

CLEAT_API const struct cleat_diag *cleat_diag_get(const struct cleat *c, size_t i)
{
	return report_get(c->report, i);
}
