/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * args.c - the argument texts of USDT probes; see args.h.
 *
 * An argument is [SIZE@]OPERAND, and its operand is in the words of the machine's assembler: here is
 * what of them can stand in such a text. Which registers there are is in registers.c.
 */
#include "args.h"

#include <ctype.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "registers.h"

#ifndef EM_RISCV
#define EM_RISCV 243
#endif

struct parser {
	const struct args_place *place;
	const char *at;
};

static void skip_blanks(struct parser *p)
{
	p->at += strspn(p->at, " \t");
}

static bool eat(struct parser *p, char c)
{
	skip_blanks(p);
	if (*p->at != c)
		return false;
	p->at++;
	return true;
}

/* The same without blanks before, which end an argument. */
static bool eat_here(struct parser *p, char c)
{
	return *p->at == c && eat(p, c);
}

static bool eat_word(struct parser *p, const char *word)
{
	size_t n = strlen(word);

	skip_blanks(p);
	if (strncasecmp(p->at, word, n) != 0)
		return false;
	p->at += n;
	return true;
}

/* ---- what operands are made of ------------------------------------------------------------------ */

static size_t register_length(const char *s)
{
	size_t n = *s == '%';

	while (isalnum((unsigned char)s[n]))
		n++;
	return n;
}

static bool eat_register(struct parser *p, uint16_t *offset)
{
	size_t n;

	skip_blanks(p);
	n = register_length(p->at);
	if (!register_find(p->place->machine, p->at, n, offset))
		return false;
	p->at += n;
	return true;
}

/* A sum of numbers and symbols. */
struct sum {
	int64_t value;
	bool is_address; /* of a symbol: as in the file */
	bool is_there; /* is there anything at all */
};

static bool eat_symbol(struct parser *p, uint64_t *address)
{
	const char *name = p->at;
	size_t n = 0;

	while (isalnum((unsigned char)name[n]) || (name[n] && strchr("_.$", name[n])))
		n++;
	if (!n || isdigit((unsigned char)name[0]) || !p->place->symbol ||
	    !p->place->symbol(p->place->user, name, n, address))
		return false;
	p->at += n;
	return true;
}

static bool eat_term(struct parser *p, bool minus, struct sum *sum)
{
	/* the part of an address that does not depend on where the file is mapped */
	bool low = eat_word(p, ":lo12:");
	uint64_t value;
	char *end;

	skip_blanks(p);
	if (isdigit((unsigned char)*p->at)) {
		value = strtoull(p->at, &end, 0);
		p->at = end;
	} else if (eat_symbol(p, &value)) {
		if (minus)
			return false;
		if (low)
			value &= 0xfff;
		else
			sum->is_address = true;
	} else {
		return false;
	}
	sum->value = (int64_t)((uint64_t)sum->value + (minus ? -value : value));
	sum->is_there = true;
	return true;
}

static bool starts_term(const struct parser *p)
{
	return isalnum((unsigned char)*p->at) || (*p->at && strchr("_.:", *p->at));
}

/* Nothing at all is a sum, too: "(%rax)". */
static bool eat_sum(struct parser *p, struct sum *sum)
{
	bool minus;

	*sum = (struct sum) { 0 };
	skip_blanks(p);
	if (*p->at != '-' && *p->at != '+' && !starts_term(p))
		return true;
	minus = *p->at == '-';
	if (*p->at == '-' || *p->at == '+')
		p->at++;
	while (eat_term(p, minus, sum)) {
		if (*p->at != '-' && *p->at != '+')
			return true;
		minus = *p->at++ == '-';
	}
	return false;
}

/* ---- operands ----------------------------------------------------------------------------------- */

/* An address of the file is one in memory only where it is mapped as it says. */
static bool constant(const struct parser *p, const struct sum *sum, struct arg *arg)
{
	arg->kind = ARG_CONST;
	arg->value = sum->value;
	return sum->is_there && (!sum->is_address || p->place->fixed);
}

/* Memory at an address of the file: as far from the instruction pointer as in the file. */
static bool at_address(const struct parser *p, const struct sum *sum, struct arg *arg)
{
	if (!register_find(p->place->machine, "%rip", 4, &arg->reg))
		return false;
	arg->kind = ARG_MEMORY;
	arg->value = (int64_t)((uint64_t)sum->value - p->place->site);
	return sum->is_there;
}

/* The index in "(BASE,INDEX,SCALE)", behind the comma. */
static bool eat_index(struct parser *p, struct arg *arg)
{
	static const char scales[] = "1248";
	const char *scale;

	if (!eat_register(p, &arg->index))
		return false;
	arg->kind = ARG_INDEXED;
	if (!eat(p, ','))
		return true;
	skip_blanks(p);
	scale = *p->at ? strchr(scales, *p->at) : NULL;
	if (!scale)
		return false;
	p->at++;
	arg->shift = (uint8_t)(scale - scales);
	return true;
}

/* SUM(BASE,INDEX,SCALE): x86, and the first of it on s390 and RISC-V. Behind the bracket. */
static bool eat_based(struct parser *p, const struct sum *sum, struct arg *arg)
{
	bool has_base = eat_register(p, &arg->reg);

	arg->kind = ARG_MEMORY;
	arg->value = sum->value;
	if (eat(p, ',') && !eat_index(p, arg))
		return false;
	if (!eat(p, ')') || (!has_base && arg->kind != ARG_INDEXED))
		return false;
	if (!has_base) {
		enum arg_kind kind = arg->kind;

		if (!p->place->fixed || !at_address(p, sum, arg))
			return false;
		arg->kind = kind;
		return true;
	}
	if (register_is_pc(p->place->machine, arg->reg))
		return arg->kind == ARG_MEMORY && sum->is_address && at_address(p, sum, arg);
	return !sum->is_address || p->place->fixed;
}

/* $SUM, %REGISTER, SUM(...), SUM */
static bool x86_operand(struct parser *p, struct arg *arg)
{
	struct sum sum;

	if (eat(p, '$'))
		return eat_sum(p, &sum) && constant(p, &sum, arg);
	if (*p->at == '%') {
		arg->kind = ARG_REG;
		return eat_register(p, &arg->reg) && *p->at != ':';
	}
	if (!eat_sum(p, &sum))
		return false;
	if (eat_here(p, '('))
		return eat_based(p, &sum, arg);
	return p->place->fixed && at_address(p, &sum, arg);
}

/* SUM(BASE), on s390 SUM(INDEX,BASE); REGISTER; SUM, which is a constant */
static bool risc_operand(struct parser *p, struct arg *arg)
{
	struct sum sum;

	arg->kind = ARG_REG;
	if (eat_register(p, &arg->reg))
		return true;
	if (!eat_sum(p, &sum))
		return false;
	if (eat_here(p, '('))
		return eat_based(p, &sum, arg);
	return constant(p, &sum, arg);
}

/* What is behind the comma in "[BASE, #SUM]" and "[BASE, INDEX, lsl #SHIFT]". */
static bool eat_arm_index(struct parser *p, struct arg *arg)
{
	struct sum sum;

	if (eat_register(p, &arg->index)) {
		arg->kind = ARG_INDEXED;
		if (!eat(p, ','))
			return true;
		if (!eat_word(p, "lsl"))
			return false;
		eat(p, '#');
		if (!eat_sum(p, &sum) || sum.value < 0 || sum.value > 15)
			return false;
		arg->shift = (uint8_t)sum.value;
		return true;
	}
	eat(p, '#');
	if (!eat_sum(p, &sum) || !sum.is_there)
		return false;
	arg->value = sum.value;
	return !sum.is_address || p->place->fixed;
}

/* [BASE...], REGISTER, #SUM or SUM, which is a constant */
static bool arm_operand(struct parser *p, struct arg *arg)
{
	struct sum sum;

	if (eat(p, '[')) {
		arg->kind = ARG_MEMORY;
		return eat_register(p, &arg->reg) && (!eat(p, ',') || eat_arm_index(p, arg)) &&
		       eat(p, ']');
	}
	arg->kind = ARG_REG;
	if (eat_register(p, &arg->reg))
		return true;
	eat(p, '#');
	return eat_sum(p, &sum) && constant(p, &sum, arg);
}

static bool operand(struct parser *p, struct arg *arg)
{
	size_t n = register_length(p->at);

	if (register_is_zero(p->place->machine, p->at, n)) {
		arg->kind = ARG_CONST;
		p->at += n;
		return true;
	}
	switch (p->place->machine) {
	case EM_X86_64:
	case EM_386:
		return x86_operand(p, arg);
	case EM_AARCH64:
	case EM_ARM:
		return arm_operand(p, arg);
	case EM_S390:
	case EM_RISCV:
		return risc_operand(p, arg);
	default:
		return false;
	}
}

bool args_know(uint16_t machine)
{
	static const uint16_t known[] = { EM_X86_64, EM_386, EM_AARCH64, EM_ARM, EM_S390, EM_RISCV };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i] == machine)
			return true;
	return false;
}

/* ---- arguments ---------------------------------------------------------------------------------- */

/* "-4@", "8f@": how many characters, or 0 when there is no size. */
static size_t size_length(const char *s)
{
	size_t n = *s == '-', digits = strspn(s + n, "0123456789");

	n += digits;
	n += s[n] == 'f';
	return digits && s[n] == '@' ? n + 1 : 0;
}

/* A number without a sign, and one with a point, keep their bits. */
static bool eat_size(struct parser *p, struct arg *arg)
{
	size_t n = size_length(p->at);
	const char *digits = p->at + (*p->at == '-');
	unsigned long bytes = n ? strtoul(digits, NULL, 10) : 8;

	if (!n && (p->place->machine == EM_386 || p->place->machine == EM_ARM))
		bytes = 4;
	arg->is_signed = n && *p->at == '-' && p->at[n - 2] != 'f';
	p->at += n;
	arg->bytes = bytes <= 8 ? (uint8_t)bytes : 0;
	return bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
}

/* To where the next argument begins: operands may have blanks in them. */
static void skip_operand(struct parser *p)
{
	do {
		p->at += strcspn(p->at, " \t");
		skip_blanks(p);
	} while (*p->at && !size_length(p->at));
}

static void parse_arg(struct parser *p, struct arg *arg)
{
	const char *begin = p->at;
	bool known;

	*arg = (struct arg) { 0 };
	known = eat_size(p, arg) && operand(p, arg) && (!*p->at || strchr(" \t", *p->at));
	if (!known) {
		arg->kind = ARG_UNREADABLE;
		p->at = begin + size_length(begin);
		skip_operand(p);
	}
	arg->text = begin;
	arg->length = (size_t)(p->at - begin);
	while (arg->length && strchr(" \t", begin[arg->length - 1]))
		arg->length--;
}

size_t args_parse(const struct args_place *place, const char *text, struct arg args[ARGS_MAX])
{
	struct parser p = { .place = place, .at = text };
	struct arg more;
	size_t n;

	skip_blanks(&p);
	for (n = 0; *p.at; n++) {
		parse_arg(&p, n < ARGS_MAX ? &args[n] : &more);
		skip_blanks(&p);
	}
	return n;
}
