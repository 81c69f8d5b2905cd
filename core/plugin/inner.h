/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * inner.h - what the files of core/plugin know of each other, and nobody else.
 */
#ifndef PLUGIN_INNER_H
#define PLUGIN_INNER_H

#include <sys/stat.h>

#include "base/text.h"
#include "plugin/registry.h"

#define DESCRIPTOR_SUFFIX ".plugin"
#define DESCRIPTOR_MOST	  ((size_t)1 << 20)

/* pattern.c */
size_t pattern_stem(const char *pattern);
size_t pattern_weight(const char *pattern);
bool pattern_is_valid(const char *pattern);

/* descriptor.c: read and check the text of one descriptor. *out is NULL after an error. */
int descriptor_read(const char *path, const char *text, size_t size, struct plugin **out,
		    struct report *r);
/*
 * Does it have a line "KEY = WORD..."? Cheap: nothing else is looked at. Says no only where reading
 * the descriptor would not find one either.
 */
bool descriptor_says(const char *text, size_t size, const char *key, const char *word);
/*
 * "\nKEY=WORD..." for each line that anybody asks for with descriptor_says(): "\nKEY=WORD" is in @claims
 * when that says yes.
 */
void descriptor_claims(const char *text, size_t size, struct buf *claims);
void plugin_free(struct plugin *p);
/* "program", "map", "output" */
const char *plugin_kind_name(unsigned int kind);
/* Lower-case letters, digits, '_' and '-', 1 to 64 of them. */
bool plugin_name_is_valid(const char *name);

/* trust.c: the same as trust_check(), and the path that was checked; the caller frees *real. */
int trust_resolve(const char *path, char **real, struct report *r);

/* image.c: a whole shared object that dlopen() can map; reports and returns 0 or -errno. */
int image_check(const char *path, struct report *r);

/* params.c: 0, or -EINVAL after saying what is wrong with the declaration itself. */
int params_check_keys(const struct cleat_key *keys, size_t n, struct report *r);

/* trust.c: the same for a file, not a link, in a directory that has been checked. */
int trust_file(const char *path, const struct stat *st, struct report *r);

/* A descriptor that nobody had to understand so far. */
struct unread {
	char *path; /* of one that the program has inside, its file name */
	char *text;
	size_t size;
	const char *claims; /* of an index, as the text then is; see descriptor_claims() */
	const struct cleat_plugin *entry; /* inside: the plugin itself; NULL otherwise */
};

struct registry {
	VEC(char *) dirs;
	size_t n_asked; /* so many of them were asked for by the caller */
	const struct cleat_builtin_plugin *builtin; /* what the program has inside, or NULL */
	bool scanned;
	VEC(struct unread) unread;    /* in the order in which they were found */
	VEC(void *) indexes;	      /* that texts lie in */
	struct strmap *asked;	      /* "KEY=WORD": those that say so have been understood */
	VEC(struct plugin *) plugins; /* by kind and name */
	struct report *problems;      /* of descriptors, not told yet */
	bool left_out;		      /* some descriptor had errors */
};

/*
 * scan.c: make known every plugin whose descriptor has a line "@key = @word...", all of them when
 * @key is NULL. What is wrong with those descriptors is a warning to the first @r that is not NULL.
 * Returns 0, or -ENOMEM after reporting it.
 */
int registry_scan(struct registry *reg, const char *key, const char *word, struct report *r);
/* Everything that scanning found. */
void registry_forget(struct registry *reg);

/*
 * scan.c: take the text of one descriptor, if it has a say and no file of the name was @seen. @dir has been
 * checked.
 */
int read_descriptor(struct registry *reg, struct strmap *seen, const char *dir, const char *name);

/*
 * index.c: take the texts of all descriptors in @dir from its index; @real is the same without links.
 * Returns 1, or 0 when there is no index that still holds, or -ENOMEM.
 */
int index_read(struct registry *reg, struct strmap *seen, const char *dir, const char *real);
/* Make one, or make it anew. Reports, and returns 0 or -errno. */
int index_write(const char *dir, struct report *r);
/* Whatever bytes these are, are all offsets and texts within them? @data is aligned as by malloc(). */
bool index_is_sound(const void *data, size_t size);

/*
 * scan.c: report again in @to what @from has, at most as bad as @level. What has no place of
 * its own has that of @to.
 */
void report_forward(struct report *to, const struct report *from, int level);

#endif
