/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * params.h - keys and values, validated by a plugin's key table, each with the place it came from.
 *
 * Unit files, the command line and the API all go through here, so a key means the same
 * everywhere. (The cleat_param...() functions of <cleat/plugin.h> are in params.c.)
 */
#ifndef PLUGIN_PARAMS_H
#define PLUGIN_PARAMS_H

#include "plugin/registry.h"

/* What 'expand' makes of one set of keys. */
struct cleat_targets {
	VEC(struct cleat_params *) params;
	struct report *report;
	size_t reported; /* diagnostics when 'expand' was called */
	bool waits; /* a target that is not there will be waited for */
	size_t missing; /* of these */
};
void targets_free(struct cleat_targets *t);

/*
 * @keys: the plugin's; @core: further keys that the host itself understands (may be NULL). Both
 * tables must outlive the params. @who: the plugin's name, or a section in brackets, for hints.
 */
struct cleat_params *params_new(const struct cleat_key *keys, size_t n_keys,
				const struct cleat_key *core, size_t n_core, const char *who);
struct cleat_params *params_copy(const struct cleat_params *p);
void params_free(struct cleat_params *p);
/* Where cleat_param_set() reports; NULL (the default) is nowhere. Copies keep it. */
void params_report(struct cleat_params *p, struct report *r);

/*
 * Add a value. @file may be NULL (command line, API); @layer: values of a higher layer replace
 * those of lower ones, the first time such a key is set (0 section name, 1 unit or attach call, 2
 * and on its drop-ins).
 * Unknown key: "unknown key 'interfaces'" with the nearest and the list of keys as a hint; a value
 * of the wrong type says what the type is; a second value for a key that does not repeat.
 * Returns 0 or -EINVAL with a diagnostic.
 */
int params_set(struct cleat_params *p, const char *key, const char *value, const char *file,
	       unsigned int line, unsigned int layer, struct report *r);
/* "key=value". */
int params_set_text(struct cleat_params *p, const char *text, unsigned int layer, struct report *r);
/* Are all required keys there. Report each missing one. */
int params_complete(const struct cleat_params *p, struct report *r);
/* Was it given by anybody but the section name. */
bool params_said(const struct cleat_params *p, const char *key);
/* Where a key was given: file and line (NULL, 0 when unknown). */
void params_place(const struct cleat_params *p, const char *key, const char **file,
		  unsigned int *line);
/* The declaration of a key, or NULL; *core (may be NULL): it is one of the host's own. */
const struct cleat_key *params_key(const struct cleat_params *p, const char *key, bool *core);
/* "text", "bool", "number", ...: a key's type in words. */
const char *params_type_name(unsigned int type);
/* Walk all given values in order; false past the end. */
bool params_at(const struct cleat_params *p, size_t i, const char **key, const char **value);
/* The same, and where it was given. */
bool params_at_place(const struct cleat_params *p, size_t i, const char **key, const char **value,
		     const char **file, unsigned int *line);

#endif
