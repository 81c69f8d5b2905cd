/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * graph.c - cleat graph: units, programs, maps, links and the hooks they are at, as a picture for Graphviz, or drawn
 * by it. Knows how such a picture is written; what a link is at its plugin has said.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "census.h"

static bool svg, all;

static int graph_option(struct cli *cli, const char *name, const char *value)
{
	(void)cli;
	(void)value;
	if (strcmp(name, "svg") == 0)
		svg = true;
	else
		all = true;
	return 0;
}

struct picture {
	FILE *out;
	struct owners owners;
	struct census programs, maps, links;
};

/* ---- writing --------------------------------------------------------------------------------- */

/* Inside quotes; what could be one of its escapes is none, and a line break is one. */
static void put_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			fputs("\\n", out);
		else if (*text == '"' || *text == '\\')
			fprintf(out, "\\%c", *text);
		else if ((unsigned char)*text >= 0x20)
			fputc((unsigned char)*text < 0x80 ? *text : '?', out);
	}
}

static void put_node(FILE *out, const char *prefix, const struct census_thing *t, const char *shape)
{
	fprintf(out, "\t\t%s%u [shape=%s, label=\"", prefix, t->id, shape);
	put_text(out, t->name[0] ? t->name : "(no name)");
	fputs("\\n", out);
	put_text(out, t->type);
	fprintf(out, " %u\"];\n", t->id);
}

/* ---- what is drawn --------------------------------------------------------------------------- */

static bool is_map_of(const struct census_thing *p, uint32_t map)
{
	const struct cleat_fact *f;

	for (size_t i = 0; (f = cleat_facts_get(p->facts, i)); i++)
		if (strcmp(f->name, "map") == 0 && f->number == map)
			return true;
	return false;
}

/* A map that no program uses says nothing. */
static bool map_is_used(const struct picture *p, uint32_t map)
{
	for (size_t i = 0; i < p->programs.n; i++)
		if (is_map_of(&p->programs.things[i], map))
			return true;
	return false;
}

/* Does it belong into the unit's frame, or (NULL) outside of all. */
static bool belongs(const struct picture *p, int kind, uint32_t id, const char *unit)
{
	const char *its = owners_unit(&p->owners, kind, id);

	return unit ? its && strcmp(its, unit) == 0 : !its;
}

static void put_nodes(const struct picture *p, const char *unit)
{
	for (size_t i = 0; i < p->programs.n; i++)
		if (belongs(p, CLEAT_PROGRAMS, p->programs.things[i].id, unit))
			put_node(p->out, "p", &p->programs.things[i], "box");
	for (size_t i = 0; i < p->maps.n; i++)
		if (belongs(p, CLEAT_MAPS, p->maps.things[i].id, unit) &&
		    (unit || map_is_used(p, p->maps.things[i].id)))
			put_node(p->out, "m", &p->maps.things[i], "cylinder");
}

static bool is_first_of_unit(const struct owners *o, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (o->v[k].unit && strcmp(o->v[k].name, o->v[i].name) == 0)
			return false;
	return o->v[i].unit;
}

static void put_units(const struct picture *p)
{
	for (size_t i = 0; i < p->owners.n; i++) {
		if (!is_first_of_unit(&p->owners, i))
			continue;
		fprintf(p->out, "\tsubgraph cluster_%zu {\n\t\tlabel=\"unit ", i);
		put_text(p->out, p->owners.v[i].name);
		fputs("\"; style=rounded;\n", p->out);
		put_nodes(p, p->owners.v[i].name);
		fputs("\t}\n", p->out);
	}
	fputs("\tsubgraph others {\n", p->out);
	put_nodes(p, NULL);
	fputs("\t}\n", p->out);
}

static bool is_named(const char *name)
{
	return strcmp(name, "id") != 0 && strcmp(name, "program") != 0 &&
	       strcmp(name, "name") != 0 && strcmp(name, "type") != 0 &&
	       strcmp(name, "plugin") != 0 && strcmp(name, "btf-id") != 0;
}

/* A hook is what the link's plugin says of it: "xdp\ninterface=eth0". */
static void put_link(const struct picture *p, const struct census_thing *l)
{
	const char *plugin = cleat_facts_find(l->facts, "plugin");
	const struct cleat_fact *f;
	uint64_t program = census_number(l->facts, "program");

	fprintf(p->out, "\th%u [shape=cds, label=\"", l->id);
	put_text(p->out, plugin ? plugin : l->type);
	for (size_t i = 0; (f = cleat_facts_get(l->facts, i)); i++) {
		if (!is_named(f->name))
			continue;
		fputs("\\n", p->out);
		put_text(p->out, f->name);
		fputc('=', p->out);
		put_text(p->out, f->text);
	}
	fputs("\"];\n", p->out);
	if (program && census_find(&p->programs, (uint32_t)program))
		fprintf(p->out, "\th%u -> p%llu [label=\"link %u\"];\n", l->id,
			(unsigned long long)program, l->id);
}

static void put_edges(const struct picture *p)
{
	const struct cleat_fact *f;

	for (size_t i = 0; i < p->links.n; i++)
		put_link(p, &p->links.things[i]);
	for (size_t i = 0; i < p->programs.n; i++)
		for (size_t k = 0; (f = cleat_facts_get(p->programs.things[i].facts, k)); k++)
			if (strcmp(f->name, "map") == 0 &&
			    census_find(&p->maps, (uint32_t)f->number))
				fprintf(p->out, "\tp%u -> m%llu;\n", p->programs.things[i].id,
					(unsigned long long)f->number);
}

/* ---- whose ----------------------------------------------------------------------------------- */

/* Without --all only what somebody attached, or a unit has. */
static bool is_interesting(const struct picture *p, uint32_t program)
{
	if (all || owners_unit(&p->owners, CLEAT_PROGRAMS, program))
		return true;
	for (size_t i = 0; i < p->links.n; i++)
		if (census_number(p->links.things[i].facts, "program") == program)
			return true;
	return false;
}

static void leave_out(struct picture *p)
{
	size_t to = 0;

	for (size_t i = 0; i < p->programs.n; i++) {
		if (is_interesting(p, p->programs.things[i].id))
			p->programs.things[to++] = p->programs.things[i];
		else
			cleat_facts_free(p->programs.things[i].facts);
	}
	p->programs.n = to;
}

static int draw(struct cli *cli, FILE *out)
{
	struct picture p = { .out = out };
	int status = census_take(cli, CLEAT_PROGRAMS, &p.programs);

	if (!status)
		status = census_take(cli, CLEAT_MAPS, &p.maps);
	if (!status)
		status = census_take(cli, CLEAT_LINKS, &p.links);
	if (!status) {
		owners_read(cli, &p.owners);
		leave_out(&p);
		fputs("digraph cleat {\n\trankdir=LR;\n\tnode [fontname=\"sans-serif\", fontsize=10];\n"
		      "\tedge [fontname=\"sans-serif\", fontsize=8];\n",
		      out);
		put_units(&p);
		put_edges(&p);
		fputs("}\n", out);
	}
	owners_free(&p.owners);
	census_free(&p.programs);
	census_free(&p.maps);
	census_free(&p.links);
	return status;
}

/* ---- drawing --------------------------------------------------------------------------------- */

/* Graphviz's dot, with what it reads to be written into *in. Returns 0 or an errno. */
static int start_dot(pid_t *pid, FILE **in)
{
	char *const argv[] = { (char *)"dot", (char *)"-Tsvg", NULL };
	posix_spawn_file_actions_t actions;
	int ends[2], err;

	if (pipe2(ends, O_CLOEXEC))
		return errno;
	err = posix_spawn_file_actions_init(&actions);
	if (!err) {
		err = posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
		if (!err)
			err = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
		posix_spawn_file_actions_destroy(&actions);
	}
	close(ends[0]);
	*in = err ? NULL : fdopen(ends[1], "w");
	if (!*in)
		close(ends[1]);
	return err;
}

static int draw_by_graphviz(struct cli *cli)
{
	int err, status = CLI_FAILED, ended = 0;
	FILE *in = NULL;
	pid_t pid;

	fflush(stdout);
	signal(SIGPIPE, SIG_IGN);
	err = start_dot(&pid, &in);
	if (err) {
		fprintf(stderr, "cleat: error: there is no 'dot' to draw with: %s\n%s",
			strerror(err), err == ENOENT ? "  hint: install Graphviz\n" : "");
		return CLI_FAILED;
	}
	if (in) {
		status = draw(cli, in);
		fclose(in);
	}
	if (waitpid(pid, &ended, 0) < 0)
		return cli_failed_in("waitpid");
	if (ended && !status)
		fputs("cleat: error: 'dot' could not draw it\n", stderr);
	return ended ? CLI_FAILED : status;
}

static int run_graph(struct cli *cli, int argc, char **argv)
{
	int status;

	(void)argv;
	if (argc)
		return cli_usage(cli, "everything is drawn: no argument");
	status = cli_open(cli);
	if (status)
		return status;
	return svg ? draw_by_graphviz(cli) : draw(cli, stdout);
}

static const struct cli_option graph_options[] = {
	{ "svg", NULL, "have Graphviz draw it: print SVG" },
	{ "all", NULL, "programs that are attached by no link and of no unit, too" },
	{ NULL, NULL, NULL },
};

const struct cli_verb verb_graph = {
	.name = "graph",
	.arguments = "",
	.summary = "draw units, programs, maps, links and hooks, for Graphviz",
	.details =
		"Hooks point to programs, programs to the maps that they use; a frame is a unit.\n",
	.options = graph_options,
	.run = run_graph,
	.option = graph_option,
};
