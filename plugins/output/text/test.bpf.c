/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - the records that outputs of lines are tested with.
 */
#include "../../../tests/kernel/shared/signals.bpf.h"
