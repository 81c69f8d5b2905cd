/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * registry.h - who can do what: descriptors, the plugins behind them, and which one to take.
 *
 * Descriptors are read on first use, without running any plugin; a plugin is opened when one of
 * its patterns or types is first wanted, after its path was found to be trustworthy. What has run
 * is never closed. One plugin's defect is a diagnostic and never stops the others.
 */
#ifndef PLUGIN_REGISTRY_H
#define PLUGIN_REGISTRY_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include "base/report.h"
#include "base/vec.h"

struct registry;

/* Of section names: "x", "x/", "x+". */
struct patterns {
	char **v;
	size_t n, cap;
};

/* A plugin: what its descriptor says, and once opened, what it provides. */
struct plugin {
	char *name;
	unsigned int kind;	/* CLEAT_KIND_* */
	unsigned int abi;
	char *summary;
	char *manual;		/* "cleat-xdp(7)", or NULL */
	char *descriptor;	/* path */
	char *file;		/* path of the shared object; means nothing where there is an entry */
	const struct cleat_plugin *entry; /* built in: there is nothing to open */
	char *replaces;		/* or NULL */
	bool data;		/* role = data */
	bool jump_tables; /* role = jump-tables */
	struct patterns sections; /* program */
	VEC(char *) links;	/* program: names of kernel link types, for 'describe' */
	VEC(char *) type_names; /* map */
	struct patterns claims; /* map: of sections that are its to read */
	VEC(uint32_t) type_numbers;
	const char **words;	/* see plugin_words() */
	struct registry *registry;
	/* after plugin_open(): copies, as large as this host knows, missing fields zero */
	bool opened;
	int open_error;		/* a failed open is not tried again */
	struct report *open_report; /* why it failed, said again to whoever wants it next */
	const struct cleat_program_plugin *program;
	const struct cleat_map_plugin *map;
	const struct cleat_output_plugin *output;
	const struct cleat_key *keys; /* of any kind; host-sized copies, stride already applied */
	size_t n_keys;
	const struct cleat_section *section_table; /* program: host-sized copies */
	size_t n_section_table;
	const struct cleat_map_type *type_table; /* map: host-sized copies */
	size_t n_type_table;
};

/*
 * @path: ':'-separated directories to search first (may be NULL). Then CLEAT_PLUGIN_PATH through
 * secure_getenv(), /etc/cleat/plugins.d, the compiled-in plugindir, and @builtin (may be NULL), which is
 * not copied.
 */
int registry_new(struct registry **out, const char *path, const struct cleat_builtin_plugin *builtin);
void registry_free(struct registry *reg);

/* All plugins, by kind and name; reads the descriptors. @r gets one diagnostic for each bad one. */
int registry_list(struct registry *reg, struct plugin ***plugins, size_t *n, struct report *r);
/*
 * Write the index of @dir, or of every directory that is searched and has descriptors: what later processes
 * read in the place of all of these. Waits, for some hundredths of a second, for the clock of the file system.
 */
int registry_index(struct registry *reg, const char *dir, struct report *r);
/* By kind and name; NULL when there is none (no diagnostic). Not opened. */
struct plugin *registry_find(struct registry *reg, unsigned int kind, const char *name,
			     struct report *r);

/*
 * The program plugin for a section name, opened: longest pattern wins. *section is its table entry,
 * *rest the text after the slash ("" when none; into @name). -ENOENT with the nearest pattern as a
 * hint when no plugin takes it.
 */
int registry_for_section(struct registry *reg, const char *name, struct plugin **plugin,
			 const struct cleat_section **section, const char **rest,
			 struct report *r);
/*
 * The same without opening the plugin and without a diagnostic: which one would it be; *pattern is
 * the matching pattern. NULL when none.
 */
struct plugin *registry_match_section(struct registry *reg, const char *name,
				      const char **pattern);
/* The map plugin for a type number, opened; *type is its table entry. -ENOENT. */
int registry_for_map(struct registry *reg, uint32_t type, struct plugin **plugin,
		     const struct cleat_map_type **entry, struct report *r);
/* The map plugin that says 'role = data', opened, and its type that has CLEAT_MAP_DATA. */
int registry_for_data(struct registry *reg, struct plugin **plugin,
		      const struct cleat_map_type **entry, struct report *r);
/* The map plugin that says 'role = jump-tables', opened. */
int registry_for_jump_tables(struct registry *reg, struct plugin **plugin, struct report *r);
/* The map plugin that claims this section, opened; NULL (and 0): nobody does. */
int registry_for_claim(struct registry *reg, const char *section, struct plugin **plugin,
		       struct report *r);
/* The output plugin of this name, opened. -ENOENT with the nearest name. */
int registry_for_output(struct registry *reg, const char *name, struct plugin **plugin,
			struct report *r);

/* Section patterns, or type names, NULL at the end; the plugin's. */
const char *const *plugin_words(struct plugin *p);

/* Open (dlopen, negotiate, compare with the descriptor, init). Idempotent. */
int plugin_open(struct plugin *p, struct report *r);

/* trust.c: 0 when the real path and all its ancestors belong to root or the caller and nobody else
 * may write them, else -EPERM with the path and its mode in the message. */
int trust_check(const char *path, struct report *r);

/* pattern.c: does @pattern ("x", "x/", "x+") take @name; *rest points behind the slash in @name. */
bool pattern_matches(const char *pattern, const char *name, const char **rest);

#endif
