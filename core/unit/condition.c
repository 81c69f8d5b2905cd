// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * condition.c - "condition = KIND:WHAT": is this a machine that the unit is for. Knows whom to ask;
 * refuses to guess: what could not be told holds, and what is wrong then shows when it is used.
 */
#include "base/text.h"
#include "kernel/names.h"
#include "unit/unit.h"

/* Numbers of types beyond this are not asked for by name. */
#define TYPES_MAX 256

static int holds(enum probe_answer answer)
{
	return answer != PROBE_NO;
}

static int btf_type_is_there(struct cleat *c, const char *what)
{
	const uint32_t any = BTF_KIND_BIT(BTF_STRUCT) | BTF_KIND_BIT(BTF_UNION) |
			     BTF_KIND_BIT(BTF_ENUM) | BTF_KIND_BIT(BTF_ENUM64) |
			     BTF_KIND_BIT(BTF_TYPEDEF) | BTF_KIND_BIT(BTF_FUNC);
	const struct target *t = context_target(c);
	uint32_t kinds;

	if (!t)
		return report_oom(c->report);
	what = btf_name_in_words(what, any, &kinds);
	return target_btf(t) && btf_find(target_btf(t), what, kinds);
}

/* "CONFIG_X=y"; without "=" any value but n. */
static int config_is(struct cleat *c, const char *what)
{
	const struct target *t = context_target(c);
	_free_ char *name = strndup(what, strcspn(what, "="));
	const char *wanted = strchr(what, '=');
	const char *value;

	if (!t || !name)
		return report_oom(c->report);
	if (!t->kconfig || t->kconfig(t->user, name, &value))
		return wanted && streq(wanted, "=n");
	return wanted ? streq(value, wanted + 1) : !streq(value, "n");
}

static int path_is_there(struct cleat *c _unused_, const char *what)
{
	return !access(what, F_OK);
}

static int function_is_there(struct cleat *c, const char *what)
{
	uint64_t address;

	/* it may be there with its address hidden */
	return cleat_kernel_symbol(c, what, &address) != -ENOENT;
}

static int no_such(struct cleat *c, const char *what, const char *(*name_of)(uint32_t number),
		   const char *thing)
{
	VEC(const char *) names = { 0 };
	uint32_t i;

	report_error(c->report, EINVAL, "there is no %s '%s'", thing, what);
	for (i = 0; i < TYPES_MAX; i++) {
		if (name_of(i) && vec_push(&names, name_of(i)))
			break;
	}
	report_nearest(c->report, what, names.v, names.n);
	vec_free(&names);
	return -EINVAL;
}

static int number_of(const char *what, const char *(*name_of)(uint32_t number))
{
	int i;

	for (i = 0; i < TYPES_MAX; i++) {
		const char *name = name_of((uint32_t)i);

		if (name && streq(name, what))
			return i;
	}
	return -1;
}

static int program_type_works(struct cleat *c, const char *what)
{
	int number = number_of(what, name_of_program_type);

	if (number < 0)
		return no_such(c, what, name_of_program_type, "program type");
	return holds(probe_program_type(c->prober, (uint32_t)number, 0));
}

static int map_type_works(struct cleat *c, const char *what)
{
	int number = number_of(what, name_of_map_type);

	if (number < 0)
		return no_such(c, what, name_of_map_type, "map type");
	return holds(probe_map_type(c->prober, (uint32_t)number));
}

static const char *name_of_feature(uint32_t number)
{
	return number < PROBE_FEATURES ? probe_name((enum probe_feature)number) : NULL;
}

static int feature_works(struct cleat *c, const char *what)
{
	int number = number_of(what, name_of_feature);

	if (number < 0)
		return no_such(c, what, name_of_feature, "feature");
	return holds(probe(c->prober, (enum probe_feature)number));
}

static const struct {
	const char *word;
	int (*holds)(struct cleat *c, const char *what);
} conditions[] = {
	{ "btf", btf_type_is_there },
	{ "kernel-config", config_is },
	{ "kernel-function", function_is_there },
	{ "path", path_is_there },
	{ "program-type", program_type_works },
	{ "map-type", map_type_works },
	{ "feature", feature_works },
};

int unit_condition(struct cleat *c, const char *text)
{
	const char *names[ARRAY_SIZE(conditions)];
	bool turned = text[0] == '!';
	const char *what;
	size_t i, n;
	int answer;

	text += turned;
	n = strcspn(text, ":");
	what = text[n] ? text + n + 1 : "";
	what += strspn(what, " \t");
	for (i = 0; i < ARRAY_SIZE(conditions); i++) {
		names[i] = conditions[i].word;
		if (strlen(names[i]) != n || strncmp(names[i], text, n) != 0)
			continue;
		if (!*what)
			return report_error(c->report, EINVAL, "condition '%s': expected '%s:WHAT'",
					    text, names[i]);
		answer = conditions[i].holds(c, what);
		return answer < 0 ? answer : turned ? !answer : answer;
	}
	report_error(c->report, EINVAL, "condition '%s': unknown kind of condition", text);
	report_hint(c->report, "there are: btf, kernel-config, kernel-function, path, "
			       "program-type, map-type, feature");
	{
		_free_ char *kind = strndup(text, n);

		if (kind)
			report_nearest(c->report, kind, names, ARRAY_SIZE(names));
	}
	return -EINVAL;
}
