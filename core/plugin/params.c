// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * params.c - keys and values. Knows the types of values, which value stands above which, and where
 * each came from; refuses to know what any key means.
 */
#include "base/file.h"
#include "base/text.h"
#include "plugin/inner.h"
#include "plugin/params.h"

struct param {
	const struct cleat_key *key;
	size_t index; /* of the key, in 'counts' */
	char *value;
	char *file; /* or NULL */
	unsigned int line;
	unsigned int layer;
};

struct cleat_params {
	const struct cleat_key *keys;
	size_t n_keys;
	const struct cleat_key *core;
	size_t n_core;
	char *who;
	struct report *report;
	VEC(struct param) given; /* in order */
	/* How many of each key are in 'given', all of one layer: there may be thousands. */
	struct count {
		size_t n;
		unsigned int layer;
	} *counts; /* the host's keys, then the plugin's */
};

/* ---- making -------------------------------------------------------------------------------- */

struct cleat_params *params_new(const struct cleat_key *keys, size_t n_keys,
				const struct cleat_key *core, size_t n_core, const char *who)
{
	struct cleat_params *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->who = strdup(who);
	p->counts = calloc(n_keys + n_core + 1, sizeof(*p->counts));
	if (!p->who || !p->counts) {
		params_free(p);
		return NULL;
	}
	p->keys = keys;
	p->n_keys = n_keys;
	p->core = core;
	p->n_core = n_core;
	return p;
}

static void drop(struct cleat_params *p, size_t i)
{
	p->counts[p->given.v[i].index].n--;
	free(p->given.v[i].value);
	free(p->given.v[i].file);
	memmove(&p->given.v[i], &p->given.v[i + 1], (p->given.n - i - 1) * sizeof(*p->given.v));
	p->given.n--;
}

void params_free(struct cleat_params *p)
{
	if (!p)
		return;
	while (p->given.n)
		drop(p, p->given.n - 1);
	vec_free(&p->given);
	free(p->counts);
	free(p->who);
	free(p);
}

/* Takes @value and copies @file. */
static int append(struct cleat_params *p, const struct cleat_key *key, size_t index, char *value,
		  const char *file, unsigned int line, unsigned int layer)
{
	struct param param = {
		.key = key,
		.index = index,
		.value = value,
		.line = line,
		.layer = layer,
	};

	if (file) {
		param.file = strdup(file);
		if (!param.file) {
			free(value);
			return -ENOMEM;
		}
	}
	if (vec_push(&p->given, param)) {
		free(value);
		free(param.file);
		return -ENOMEM;
	}
	p->counts[index].n++;
	p->counts[index].layer = layer;
	return 0;
}

struct cleat_params *params_copy(const struct cleat_params *p)
{
	struct cleat_params *copy = params_new(p->keys, p->n_keys, p->core, p->n_core, p->who);
	size_t i;

	if (!copy)
		return NULL;
	copy->report = p->report;
	for (i = 0; i < p->given.n; i++) {
		const struct param *g = &p->given.v[i];
		char *value = strdup(g->value);

		if (!value || append(copy, g->key, g->index, value, g->file, g->line,
				     g->layer)) {
			params_free(copy);
			return NULL;
		}
	}
	return copy;
}

void params_report(struct cleat_params *p, struct report *r)
{
	p->report = r;
}

struct cleat_params *cleat_targets_add(struct cleat_targets *t, const struct cleat_params *p)
{
	struct cleat_params *copy = params_copy(p);

	if (copy && vec_push(&t->params, copy)) {
		params_free(copy);
		return NULL;
	}
	return copy;
}

int cleat_targets_missing(struct cleat_targets *t, int err)
{
	if (!t->waits)
		return err;
	report_soften(t->report, t->reported, CLEAT_NOTE);
	report_hint_too(t->report, "it is waited for");
	t->missing++;
	return 0;
}

void targets_free(struct cleat_targets *t)
{
	size_t i;

	for (i = 0; i < t->params.n; i++)
		params_free(t->params.v[i]);
	vec_free(&t->params);
}

/* ---- keys ---------------------------------------------------------------------------------- */

static const struct cleat_key *find_key(const struct cleat_key *keys, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (streq(keys[i].name, name))
			return &keys[i];
	}
	return NULL;
}

/* A plugin cannot take a key of the host's away. *index is its place in 'counts'. */
static const struct cleat_key *look_up(const struct cleat_params *p, const char *name,
				       size_t *index)
{
	const struct cleat_key *k = find_key(p->core, p->n_core, name);

	if (k) {
		*index = (size_t)(k - p->core);
		return k;
	}
	k = find_key(p->keys, p->n_keys, name);
	if (k)
		*index = p->n_core + (size_t)(k - p->keys);
	return k;
}

const struct cleat_key *params_key(const struct cleat_params *p, const char *key, bool *core)
{
	size_t index = p->n_core;
	const struct cleat_key *k = look_up(p, key, &index);

	if (core)
		*core = index < p->n_core;
	return k;
}

const char *params_type_name(unsigned int type)
{
	static const char *const names[] = {
		[CLEAT_TYPE_TEXT] = "text",	    [CLEAT_TYPE_BOOL] = "bool",
		[CLEAT_TYPE_UINT] = "number",	    [CLEAT_TYPE_INT] = "integer",
		[CLEAT_TYPE_SIZE] = "size",	    [CLEAT_TYPE_DURATION] = "duration",
		[CLEAT_TYPE_CHOICE] = "choice",	    [CLEAT_TYPE_PATH] = "path",
		[CLEAT_TYPE_MAP] = "map",	    [CLEAT_TYPE_PROGRAM] = "program",
	};

	return type < ARRAY_SIZE(names) ? names[type] : "unknown";
}

static int unknown_key(const struct cleat_params *p, const char *key, struct report *r)
{
	VEC(const char *) names = { 0 };
	_buf_free_ struct buf hint = { 0 };
	int nearest = -1;
	size_t i;

	report_error(r, EINVAL, "unknown key '%s'", key);
	for (i = 0; i < p->n_core; i++)
		(void)vec_push(&names, p->core[i].name);
	for (i = 0; i < p->n_keys; i++)
		(void)vec_push(&names, p->keys[i].name);
	if (names.n)
		nearest = text_nearest(key, names.v, names.n);
	if (nearest >= 0)
		buf_printf(&hint, "did you mean '%s'? ", names.v[nearest]);
	buf_printf(&hint, p->who[0] == '[' ? "%s takes" : "plugin '%s' takes", p->who);
	for (i = 0; i < names.n; i++)
		buf_printf(&hint, "%s%s", i ? ", " : ": ", names.v[i]);
	if (!names.n)
		buf_puts(&hint, " no keys");
	if (!hint.failed)
		report_hint(r, "%s", hint.data);
	vec_free(&names);
	return -EINVAL;
}

/* ---- values -------------------------------------------------------------------------------- */

static int bad_choice(const struct cleat_key *k, const char *value, struct report *r)
{
	_free_ char *list = strdup(k->choices);
	VEC(const char *) choices = { 0 };
	_buf_free_ struct buf all = { 0 };
	char *at = list;

	while (at) {
		char *bar = strchr(at, '|');

		if (bar)
			*bar++ = '\0';
		buf_printf(&all, "%s%s", choices.n ? ", " : "", at);
		(void)vec_push(&choices, at);
		at = bar;
	}
	report_error(r, EINVAL, "key '%s': '%s' is none of: %s", k->name, value,
		     all.data ? all.data : k->choices);
	if (choices.n)
		report_nearest(r, value, choices.v, choices.n);
	vec_free(&choices);
	return -EINVAL;
}

static bool is_choice(const char *choices, const char *value)
{
	size_t n = strlen(value);

	while (*choices) {
		size_t len = strcspn(choices, "|");

		if (len == n && memcmp(choices, value, n) == 0)
			return true;
		choices += len + (choices[len] == '|');
	}
	return false;
}

static int bad_value(const struct cleat_key *k, const char *value, int err, const char *expected,
		     struct report *r)
{
	if (err == -ERANGE)
		return report_error(r, ERANGE, "key '%s': '%s' is too large", k->name, value);
	return report_error(r, EINVAL, "key '%s': '%s' is not %s", k->name, value, expected);
}

static int check_value(const struct cleat_key *k, const char *value, struct report *r)
{
	uint64_t u;
	int64_t n;
	bool b;
	int err = 0;

	if (!*value && (k->type != CLEAT_TYPE_TEXT || k->flags & CLEAT_KEY_REQUIRED))
		return report_error(r, EINVAL, "key '%s' has no value", k->name);
	switch (k->type) {
	case CLEAT_TYPE_BOOL:
		err = text_bool(value, &b);
		return err ? bad_value(k, value, err, "yes or no", r) : 0;
	case CLEAT_TYPE_UINT:
		err = text_u64(value, &u);
		return err ? bad_value(k, value, err, "a number from 0 on", r) : 0;
	case CLEAT_TYPE_INT:
		err = text_i64(value, &n);
		return err ? bad_value(k, value, err, "a number", r) : 0;
	case CLEAT_TYPE_SIZE:
		err = text_size(value, &u);
		return err ? bad_value(k, value, err, "a size, '4096' or '4K'", r) : 0;
	case CLEAT_TYPE_DURATION:
		err = text_duration(value, &u);
		return err ? bad_value(k, value, err, "a duration, '100ms' or '2s'", r) : 0;
	case CLEAT_TYPE_CHOICE:
		return is_choice(k->choices, value) ? 0 : bad_choice(k, value, r);
	default:
		return 0;
	}
}

static int check_key(const struct cleat_key *k, struct report *r)
{
	size_t n = k->name ? strspn(k->name, "abcdefghijklmnopqrstuvwxyz0123456789-") : 0;

	if (!n || k->name[n])
		return report_error(r, EINVAL,
				    "its key '%s': expected lower-case letters, digits and '-'",
				    k->name ? k->name : "");
	if (k->type > CLEAT_TYPE_PROGRAM)
		return report_error(r, EINVAL,
				    "its key '%s' has type %u, which this cleat does not know",
				    k->name, k->type);
	if (k->type == CLEAT_TYPE_CHOICE && (!k->choices || !*k->choices))
		return report_error(r, EINVAL, "its key '%s' is a choice without choices", k->name);
	if (k->preset && check_value(k, k->preset, NULL))
		return report_error(r, EINVAL, "its key '%s' has the default '%s', which is no %s",
				    k->name, k->preset, params_type_name(k->type));
	return 0;
}

int params_check_keys(const struct cleat_key *keys, size_t n, struct report *r)
{
	size_t i;
	int err;

	for (i = 0; i < n; i++) {
		err = check_key(&keys[i], r);
		if (err)
			return err;
		if (find_key(keys, i, keys[i].name))
			return report_error(r, EINVAL, "its key '%s' is there twice", keys[i].name);
	}
	return 0;
}

/* ---- setting ------------------------------------------------------------------------------- */

/* The value as it is kept: a relative path becomes relative to the file that it was written in. */
static char *keep_value(const struct cleat_key *k, const char *value, const char *file)
{
	_free_ char *dir = NULL;

	if (k->type != CLEAT_TYPE_PATH || !file || value[0] == '/')
		return strdup(value);
	dir = path_dir(file);
	return dir ? path_join(dir, value) : NULL;
}

static int given_twice(const struct param *first, struct report *r)
{
	if (first->file && first->line)
		return report_error(r, EINVAL, "key '%s' is given twice: '%s' in line %u already",
				    first->key->name, first->value, first->line);
	return report_error(r, EINVAL, "key '%s' is given twice: '%s' already", first->key->name,
			    first->value);
}

/* What the layers below said of this key no longer counts. */
static void drop_key(struct cleat_params *p, size_t index)
{
	size_t i;

	for (i = p->given.n; i-- > 0;) {
		if (p->given.v[i].index == index)
			drop(p, i);
	}
}

static const struct param *find_given(const struct cleat_params *p, const char *key, size_t nth)
{
	size_t i;

	for (i = 0; i < p->given.n; i++) {
		if (streq(p->given.v[i].key->name, key) && nth-- == 0)
			return &p->given.v[i];
	}
	return NULL;
}

static int set_here(struct cleat_params *p, const char *key, const char *value, const char *file,
		    unsigned int line, unsigned int layer, struct report *r)
{
	const struct cleat_key *k;
	const struct count *c;
	size_t index;
	char *kept;
	int err;

	k = look_up(p, key, &index);
	if (!k)
		return unknown_key(p, key, r);
	err = check_value(k, value, r);
	if (err)
		return err;
	c = &p->counts[index];
	if (c->n && c->layer > layer)
		return 0; /* sound, and overruled already */
	if (c->n && c->layer == layer && !(k->flags & CLEAT_KEY_REPEAT))
		return given_twice(find_given(p, key, 0), r);
	kept = keep_value(k, value, file);
	if (!kept)
		return report_oom(r);
	if (c->n && c->layer < layer)
		drop_key(p, index);
	if (append(p, k, index, kept, file, line, layer))
		return report_oom(r);
	return 0;
}

int params_set(struct cleat_params *p, const char *key, const char *value, const char *file,
	       unsigned int line, unsigned int layer, struct report *r)
{
	if (file) {
		REPORT_IN(r, REPORT_FILE, file);
		report_line(r, line);
		return set_here(p, key, value, file, line, layer, r);
	}
	return set_here(p, key, value, NULL, 0, layer, r);
}

int params_set_text(struct cleat_params *p, const char *text, unsigned int layer, struct report *r)
{
	const char *equals = strchr(text, '=');
	_free_ char *key = NULL;

	if (!equals || equals == text) {
		report_error(r, EINVAL, "'%s': expected key=value", text);
		return -EINVAL;
	}
	key = strndup(text, (size_t)(equals - text));
	if (!key)
		return report_oom(r);
	return set_here(p, key, equals + 1, NULL, 0, layer, r);
}

int cleat_param_set(struct cleat_params *p, const char *key, const char *value)
{
	unsigned int layer = 0, line = 0;
	const struct cleat_key *k;
	_free_ char *file = NULL;
	size_t i, index;
	char *kept;
	int err;

	k = look_up(p, key, &index);
	if (!k)
		return unknown_key(p, key, p->report);
	err = check_value(k, value, p->report);
	if (err)
		return err;
	kept = strdup(value);
	if (!kept)
		return report_oom(p->report);
	/* it stands where what it replaces stood: an error in it still has a place */
	for (i = p->given.n; i-- > 0;) {
		struct param *g = &p->given.v[i];

		if (g->index != index)
			continue;
		layer = g->layer;
		line = g->line;
		free(file);
		file = take_ptr(g->file);
		drop(p, i);
	}
	if (append(p, k, index, kept, file, line, layer))
		return report_oom(p->report);
	return 0;
}

/* Of the keys of which one must be given, none is. */
static int none_given(const struct cleat_params *p, struct report *r)
{
	_buf_free_ struct buf names = { 0 };
	size_t i, n = 0;

	for (i = 0; i < p->n_keys; i++) {
		if (!(p->keys[i].flags & CLEAT_KEY_ONE_OF))
			continue;
		if (cleat_param(p, p->keys[i].name))
			return 0;
		buf_printf(&names, "%s'%s'", n++ ? ", " : "", p->keys[i].name);
	}
	return n ? report_error(r, EINVAL, "one of these keys is missing: %s",
				names.data ? names.data : "") :
		   0;
}

int params_complete(const struct cleat_params *p, struct report *r)
{
	int err = 0;
	size_t i;

	for (i = 0; i < p->n_core + p->n_keys; i++) {
		const struct cleat_key *k = i < p->n_core ? &p->core[i] : &p->keys[i - p->n_core];

		if (!(k->flags & CLEAT_KEY_REQUIRED) || cleat_param(p, k->name))
			continue;
		err = report_error(r, EINVAL, "key '%s' is missing", k->name);
		if (k->help)
			report_hint(r, "'%s': %s", k->name, k->help);
	}
	return err ? err : none_given(p, r);
}

/* ---- reading ------------------------------------------------------------------------------- */

void params_place(const struct cleat_params *p, const char *key, const char **file,
		  unsigned int *line)
{
	const struct param *g = find_given(p, key, 0);

	*file = g ? g->file : NULL;
	*line = g ? g->line : 0;
}

bool params_at(const struct cleat_params *p, size_t i, const char **key, const char **value)
{
	if (i >= p->given.n)
		return false;
	*key = p->given.v[i].key->name;
	*value = p->given.v[i].value;
	return true;
}

bool params_at_place(const struct cleat_params *p, size_t i, const char **key, const char **value,
		     const char **file, unsigned int *line)
{
	if (!params_at(p, i, key, value))
		return false;
	*file = p->given.v[i].file;
	*line = p->given.v[i].line;
	return true;
}

const char *cleat_param(const struct cleat_params *p, const char *key)
{
	const struct param *g = find_given(p, key, 0);
	const struct cleat_key *k;

	if (g)
		return g->value;
	k = params_key(p, key, NULL);
	return k ? k->preset : NULL;
}

bool params_said(const struct cleat_params *p, const char *key)
{
	size_t index;

	return look_up(p, key, &index) && p->counts[index].n && p->counts[index].layer > 0;
}

bool cleat_param_given(const struct cleat_params *p, const char *key)
{
	return cleat_param_count(p, key);
}

size_t cleat_param_count(const struct cleat_params *p, const char *key)
{
	size_t index;

	return look_up(p, key, &index) ? p->counts[index].n : 0;
}

const char *cleat_param_nth(const struct cleat_params *p, const char *key, size_t i)
{
	const struct param *g = find_given(p, key, i);

	return g ? g->value : NULL;
}

/* Values were judged when they were set: one that does not read is not there. */
bool cleat_param_bool(const struct cleat_params *p, const char *key)
{
	const char *value = cleat_param(p, key);
	bool b;

	return value && !text_bool(value, &b) && b;
}

uint64_t cleat_param_uint(const struct cleat_params *p, const char *key)
{
	const struct cleat_key *k = params_key(p, key, NULL);
	const char *value = cleat_param(p, key);
	uint64_t n = 0;
	int err;

	if (!k || !value)
		return 0;
	if (k->type == CLEAT_TYPE_SIZE)
		err = text_size(value, &n);
	else if (k->type == CLEAT_TYPE_DURATION)
		err = text_duration(value, &n);
	else
		err = text_u64(value, &n);
	return err ? 0 : n;
}

int64_t cleat_param_int(const struct cleat_params *p, const char *key)
{
	const char *value = cleat_param(p, key);
	int64_t n;

	return value && !text_i64(value, &n) ? n : 0;
}
