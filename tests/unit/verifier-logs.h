/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * verifier-logs.h - verifier logs for test-verifier.c. Those of 6.12, 6.18 and 7.3 are what these
 * kernels printed; those of 5.10 are written after the formats of its verifier.
 */
#ifndef VERIFIER_LOGS_H
#define VERIFIER_LOGS_H

/* 6.18, level 1 */
static const char log_null[] =
	"0: R1=ctx() R10=fp0\n"
	"; int key = skb->protocol; @ filter.c:13\n"
	"0: (61) r1 = *(u32 *)(r1 +16)         ; R1=scalar(smin=0,smax=umax=0xffffffff,var_of"
	"f=(0x0; 0xffffffff))\n"
	"1: (63) *(u32 *)(r10 -4) = r1         ; R1=scalar(smin=0,smax=umax=0xffffffff,var_of"
	"f=(0x0; 0xffffffff)) R10=fp0 fp-8=mmmm????\n"
	"2: (bf) r2 = r10                      ; R2=fp0 R10=fp0\n"
	";  @ filter.c:0\n"
	"3: (07) r2 += -4                      ; R2=fp-4\n"
	"; long *n = bpf_map_lookup_elem(&counts, &key); @ filter.c:14\n"
	"4: (18) r1 = 0xffff888100000000       ; R1=map_ptr(map=counts,ks=4,vs=8)\n"
	"6: (85) call bpf_map_lookup_elem#1    ; R0=map_value_or_null(id=1,map=counts,ks=4,vs"
	"=8)\n"
	"; *n += 1; @ filter.c:16\n"
	"7: (79) r1 = *(u64 *)(r0 +0)\n"
	"R0 invalid mem access 'map_value_or_null'\n"
	"processed 7 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0"
	" mark_read 0\n";

/* 6.18, levels 1, 2 and 4, of the same */
static const char log_null_verbose[] =
	"func#0 @0\n"
	"Live regs before insn:\n"
	"      0: .1........ (61) r1 = *(u32 *)(r1 +16)\n"
	"      1: .1........ (63) *(u32 *)(r10 -4) = r1\n"
	"      2: .......... (bf) r2 = r10\n"
	"      3: ..2....... (07) r2 += -4\n"
	"      4: ..2....... (18) r1 = 0xffff888100000000\n"
	"      6: .12....... (85) call bpf_map_lookup_elem#1\n"
	"      7: 0......... (79) r1 = *(u64 *)(r0 +0)\n"
	"      8: 01........ (07) r1 += 1\n"
	"      9: 01........ (7b) *(u64 *)(r0 +0) = r1\n"
	"     10: .......... (b4) w0 = 0\n"
	"     11: 0......... (95) exit\n"
	"0: R1=ctx() R10=fp0\n"
	"; int key = skb->protocol; @ filter.c:13\n"
	"0: (61) r1 = *(u32 *)(r1 +16)         ; R1=scalar(smin=0,smax=umax=0xffffffff,var_of"
	"f=(0x0; 0xffffffff))\n"
	"1: (63) *(u32 *)(r10 -4) = r1         ; R1=scalar(smin=0,smax=umax=0xffffffff,var_of"
	"f=(0x0; 0xffffffff)) R10=fp0 fp-8=mmmm????\n"
	"2: (bf) r2 = r10                      ; R2=fp0 R10=fp0\n"
	";  @ filter.c:0\n"
	"3: (07) r2 += -4                      ; R2=fp-4\n"
	"; long *n = bpf_map_lookup_elem(&counts, &key); @ filter.c:14\n"
	"4: (18) r1 = 0xffff888100000000       ; R1=map_ptr(map=counts,ks=4,vs=8)\n"
	"6: (85) call bpf_map_lookup_elem#1    ; R0=map_value_or_null(id=1,map=counts,ks=4,vs"
	"=8)\n"
	"; *n += 1; @ filter.c:16\n"
	"7: (79) r1 = *(u64 *)(r0 +0)\n"
	"R0 invalid mem access 'map_value_or_null'\n"
	"verification time 128 usec\n"
	"stack depth 8\n"
	"processed 7 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0"
	" mark_read 0\n";

/* 6.18: instructions with something glued to them, states behind the reason */
static const char log_loop[] =
	"0: R1=ctx() R10=fp0\n"
	"; while (ctx->rx_queue_index != x) @ loop.c:8\n"
	"0: (61) r2 = *(u32 *)(r1 +16)         ; R1=ctx() R2=scalar(smin=0,smax=umax=0xffffff"
	"ff,var_off=(0x0; 0xffffffff))\n"
	"1: (16) if w2 == 0x1 goto pc+4        ; R2=scalar(smin=0,smax=umax=0xffffffff,var_of"
	"f=(0x0; 0xffffffff))\n"
	"2: (b4) w2 = 1                        ; R2=1\n"
	"; asm volatile(\"\" : \"+r\"(x)); @ loop.c:9\n"
	"3: (bc) w2 = w2                       ; R2=1\n"
	"; while (ctx->rx_queue_index != x) @ loop.c:8\n"
	"4: (61) r3 = *(u32 *)(r1 +16)         ; R1=ctx() R3=scalar(smin=0,smax=umax=0xffffff"
	"ff,var_off=(0x0; 0xffffffff))\n"
	"5: (5e) if w3 != w2 goto pc-3 3: R1=ctx() R2=1 R3=scalar(smin=0,smax=umax=0xffffffff"
	",var_off=(0x0; 0xffffffff)) R10=fp0\n"
	"; asm volatile(\"\" : \"+r\"(x)); @ loop.c:9\n"
	"3: (bc) w2 = w2                       ; R2=1\n"
	"; while (ctx->rx_queue_index != x) @ loop.c:8\n"
	"4: (61) r3 = *(u32 *)(r1 +16)         ; R1=ctx() R3=scalar(smin=0,smax=umax=0xffffff"
	"ff,var_off=(0x0; 0xffffffff))\n"
	"5: (5e) if w3 != w2 goto pc-3 ; asm volatile(\"\" : \"+r\"(x)); @ loop.c:9\n"
	"infinite loop detected at insn 3\n"
	"cur state: R1=ctx() R2=1 R3=scalar(smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xfffff"
	"fff)) R10=fp0\n"
	"old state: R1=ctx() R2=1 R3=scalar(smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xfffff"
	"fff)) R10=fp0\n"
	"processed 14 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states "
	"1 mark_read 0\n";

/* 6.18: a reason of two lines */
static const char log_index[] =
	"0: R1=ctx() R10=fp0\n"
	"; int lookup(struct xdp_md *ctx) @ index.c:15\n"
	"0: (bf) r6 = r1                       ; R1=ctx() R6=ctx()\n"
	"1: (b4) w1 = 0                        ; R1=0\n"
	"; int key = 0; @ index.c:17\n"
	"2: (63) *(u32 *)(r10 -4) = r1         ; R1=0 R10=fp0 fp-8=0000????\n"
	"3: (bf) r2 = r10                      ; R2=fp0 R10=fp0\n"
	";  @ index.c:0\n"
	"4: (07) r2 += -4                      ; R2=fp-4\n"
	"; struct table *t = bpf_map_lookup_elem(&tables, &key); @ index.c:18\n"
	"5: (18) r1 = 0xffff888100000000       ; R1=map_ptr(map=tables,ks=4,vs=64)\n"
	"7: (85) call bpf_map_lookup_elem#1    ; R0=map_value(map=tables,ks=4,vs=64)\n"
	"8: (b4) w1 = 2                        ; R1=2\n"
	"; if (!t) @ index.c:20\n"
	"9: (15) if r0 == 0x0 goto pc+6        ; R0=map_value(map=tables,ks=4,vs=64)\n"
	"; return t->b[ctx->rx_queue_index & 127]; @ index.c:22\n"
	"10: (61) r1 = *(u32 *)(r6 +16)        ; R1=scalar(smin=0,smax=umax=0xffffffff,var_of"
	"f=(0x0; 0xffffffff)) R6=ctx()\n"
	"11: (57) r1 &= 127                    ; R1=scalar(smin=smin32=0,smax=umax=smax32=uma"
	"x32=127,var_off=(0x0; 0x7f))\n"
	"12: (0f) r0 += r1                     ; R0=map_value(map=tables,ks=4,vs=64,smin=smin"
	"32=0,smax=umax=smax32=umax32=127,var_off=(0x0; 0x7f)) R1=scalar(smin=smin32=0,smax=u"
	"max=smax32=umax32=127,var_off=(0x0; 0x7f))\n"
	"13: (71) r1 = *(u8 *)(r0 +0)\n"
	"invalid access to map value, value_size=64 off=127 size=1\n"
	"R0 max value is outside of the allowed memory range\n"
	"processed 13 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states "
	"0 mark_read 0\n";

/* 6.18: in a global function */
static const char log_global[] =
	"Validating deref() func#1...\n"
	"6: R1=mem_or_null(id=1,sz=4) R10=fp0\n"
	"; return *p; @ global.c:5\n"
	"6: (61) r0 = *(u32 *)(r1 +0)\n"
	"R1 invalid mem access 'mem_or_null'\n"
	"processed 7 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0"
	" mark_read 0\n";

/* 6.18 */
static const char log_leak[] =
	"0: R1=ctx() R10=fp0\n"
	"; int forget(struct __sk_buff *skb) @ ref.c:9\n"
	"0: (bf) r6 = r1                       ; R1=ctx() R6=ctx()\n"
	"; int *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0); @ ref.c:11\n"
	"1: (18) r1 = 0xffff888100000000       ; R1=map_ptr(map=events,ks=0,vs=0)\n"
	"3: (b7) r2 = 4                        ; R2=4\n"
	"4: (b7) r3 = 0                        ; R3=0\n"
	"5: (85) call bpf_ringbuf_reserve#131          ; R0=ringbuf_mem_or_null(id=2,ref_obj_"
	"id=2,sz=4) refs=2\n"
	"; if (!e) @ ref.c:13\n"
	"6: (15) if r0 == 0x0 goto pc+2        ; R0=ringbuf_mem(ref_obj_id=2,sz=4) refs=2\n"
	"; *e = skb->len; @ ref.c:15\n"
	"7: (61) r1 = *(u32 *)(r6 +0)          ; R1=scalar(smin=0,smax=umax=0xffffffff,var_of"
	"f=(0x0; 0xffffffff)) R6=ctx() refs=2\n"
	"8: (63) *(u32 *)(r0 +0) = r1          ; R0=ringbuf_mem(ref_obj_id=2,sz=4) R1=scalar("
	"smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff)) refs=2\n"
	"; } @ ref.c:17\n"
	"9: (b4) w0 = 0                        ; R0=0 refs=2\n"
	"10: (95) exit\n"
	"Unreleased reference id=2 alloc_insn=5\n"
	"BPF_EXIT instruction in main prog would lead to reference leak\n"
	"processed 10 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states "
	"1 mark_read 0\n";

/* 6.18: a call that a loader made invalid */
static const char log_poison[] =
	"0: R1=ctx() R10=fp0\n"
	"0: (bf) r6 = r1                       ; R1=ctx() R6=ctx()\n"
	"1: (b7) r1 = 1                        ; R1=1\n"
	"2: (85) call unknown#195896080\n"
	"invalid func unknown#195896080\n"
	"processed 3 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0"
	" mark_read 0\n";

/* 6.18: the same for a kernel function */
static const char log_kfunc[] =
	"0: R1=ctx() R10=fp0\n"
	"0: (bf) r6 = r1                       ; R1=ctx() R6=ctx()\n"
	"1: (b7) r1 = 1                        ; R1=1\n"
	"2: (85) call unknown#2002000003\n"
	"invalid func unknown#2002000003\n"
	"processed 3 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0"
	" mark_read 0\n";

/* 6.18: a success */
static const char log_ok[] =
	"Func#1 ('helper') is safe for any args that match its prototype\n"
	"processed 9 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1"
	" mark_read 0\n";

/* 6.18: refused before the first instruction */
static const char log_shape[] =
	"jump out of range from insn 1 to 502\n"
	"processed 0 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0"
	" mark_read 0\n";

/* 5.10: no file names, "inv", precision tracking in lines of its own */
static const char log_old[] =
	"func#0 @0\n"
	"0: R1=ctx(id=0,off=0,imm=0) R10=fp0\n"
	"; int key = skb->len;\n"
	"0: (61) r6 = *(u32 *)(r1 +0)\n"
	"1: R1=ctx(id=0,off=0,imm=0) R6_w=inv(id=0,umax_value=4294967295,var_off=(0x0; 0xffff"
	"ffff)) R10=fp0\n"
	"1: (15) if r6 == 0x0 goto pc+3\n"
	" R1=ctx(id=0,off=0,imm=0) R6_w=inv(id=0,umax_value=4294967295,var_off=(0x0; 0xffffff"
	"ff)) R10=fp0\n"
	"; return *(int *)p;\n"
	"2: (61) r0 = *(u32 *)(r6 +0)\n"
	"R6 invalid mem access 'inv'\n"
	"last_idx 2 first_idx 0\n"
	"regs=40 stack=0 before 1: (15) if r6 == 0x0 goto pc+3\n"
	"parent didn't have regs=40 stack=0 marks\n"
	"verification time 81 usec\n"
	"stack depth 0\n"
	"processed 3 insns (limit 1000000) max_states_per_insn 0 total_states 2 peak_states 2"
	" mark_read 1\n";

/* 5.10: the last branch was safe, and then something else was wrong */
static const char log_branches[] =
	"from 3 to 5: safe\n"
	"5: (95) exit\n"
	"back-edge from insn 4 to 2\n"
	"processed 6 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0"
	" mark_read 0\n";

/* 6.12: the reason stands on the line of the jump */
static const char log_glued[] =
	"0: R1=ctx() R10=fp0\n"
	"0: (61) r2 = *(u32 *)(r1 +16)         ; R1=ctx() R2_w=scalar(smin=0,smax=umax=0xffff"
	"ffff,var_off=(0x0; 0xffffffff))\n"
	"1: (55) if r2 != 0x5 goto pc-2 0: R1=ctx() R2_w=scalar(smin=0,smax=umax=0xffffffff,v"
	"ar_off=(0x0; 0xffffffff)) R10=fp0\n"
	"0: (61) r2 = *(u32 *)(r1 +16)         ; R1=ctx() R2_w=scalar(smin=0,smax=umax=0xffff"
	"ffff,var_off=(0x0; 0xffffffff))\n"
	"1: (55) if r2 != 0x5 goto pc-2 0: R1=ctx() R2=scalar(smin=0,smax=umax=0xffffffff,var"
	"_off=(0x0; 0xffffffff)) R10=fp0\n"
	"0: (61) r2 = *(u32 *)(r1 +16)         ; R1=ctx() R2_w=scalar(smin=0,smax=umax=0xffff"
	"ffff,var_off=(0x0; 0xffffffff))\n"
	"1: (55) if r2 != 0x5 goto pc-2 infinite loop detected at insn 0\n"
	"cur state: R1=ctx() R2_w=scalar(smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff"
	")) R10=fp0\n"
	"old state: R1_r=ctx() R2_w=scalar(smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xffffff"
	"ff)) R10=fp0\n"
	"processed 13 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states "
	"1 mark_read 1\n";

/* 7.3: the reason again, in a report */
static const char log_report[] =
	"0: R1=ctx() R10=fp0\n"
	"; int key = skb->protocol; @ filter.c:13\n"
	"0: (61) r1 = *(u32 *)(r1 +16)         ; R1=scalar(smin=0,smax=umax=0xffffffff,var_of"
	"f=(0x0; 0xffffffff))\n"
	"1: (63) *(u32 *)(r10 -4) = r1         ; R1=scalar(smin=0,smax=umax=0xffffffff,var_of"
	"f=(0x0; 0xffffffff)) R10=fp0 fp-8=mmmm????\n"
	"2: (bf) r2 = r10                      ; R2=fp0 R10=fp0\n"
	";  @ filter.c:0\n"
	"3: (07) r2 += -4                      ; R2=fp-4\n"
	"; long *n = bpf_map_lookup_elem(&counts, &key); @ filter.c:14\n"
	"4: (18) r1 = 0xffff888000000000       ; R1=map_ptr(map=counts,ks=4,vs=8)\n"
	"6: (85) call bpf_map_lookup_elem#1    ; R0=map_value_or_null(id=1,map=counts,ks=4,vs"
	"=8)\n"
	"; *n += 1; @ filter.c:16\n"
	"7: (79) r1 = *(u64 *)(r0 +0)\n"
	"R0 invalid mem access 'map_value_or_null'\n"
	"\n"
	"Verification failed: Register Type Safety: Invalid dereference\n"
	"\n"
	"Reason:\n"
	"  R0 may be NULL here (a nullable map value pointer). The program could dereference "
	"NULL on this\n"
	"  path, so the verifier cannot prove this access is safe.\n"
	"\n"
	"At:\n"
	"  count @ filter.c:16:5\n"
	"  Source context:\n"
	"      14 |         long *n = bpf_map_lookup_elem(&counts, &key);\n"
	"      15 | ...\n"
	"  >>> 16 |         *n += 1;\n"
	"         |         ^-- error: invalid dereference of R0 (a nullable map value pointe"
	"r)\n"
	"      17 |         return 0;\n"
	"      18 | ...\n"
	"  Instruction context:\n"
	"       6 | (85) call bpf_map_lookup_elem#1\n"
	"  >>>  7 | (79) r1 = *(u64 *)(r0 +0)\n"
	"       8 | (07) r1 += 1\n"
	"       9 | (7b) *(u64 *)(r0 +0) = r1\n"
	"\n"
	"Causal path:\n"
	"  count @ filter.c:14:12\n"
	"  Source context:\n"
	"      12 | ...\n"
	"      13 |         int key = skb->protocol;\n"
	"  >>> 14 |         long *n = bpf_map_lookup_elem(&counts, &key);\n"
	"         |         ^-- update: R0 changed from uninitialized value to nullable map v"
	"alue from counts\n"
	"         |             at offset 0\n"
	"      15 | ...\n"
	"      16 |         *n += 1;\n"
	"  Instruction context:\n"
	"       4 | (18) r1 = 0xffff888000000000\n"
	"  >>>  6 | (85) call bpf_map_lookup_elem#1\n"
	"       7 | (79) r1 = *(u64 *)(r0 +0)\n"
	"       8 | (07) r1 += 1\n"
	"\n"
	"Suggestion:\n"
	"  Add a NULL check before the access and dereference the pointer only on the non-NUL"
	"L path.\n"
	"\n"
	"processed 7 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0"
	" mark_read 0\n";

/* cut off where the buffer ended */
static const char log_cut[] =
	"0: R1=ctx() R10=fp0\n"
	"; int key = 1; @ cut.c:7\n"
	"0: (b7) r1 = 1                        ; R1=1\n"
	"1: (bf) r2 = r10                      ; R2=fp0 R10=fp0\n";

#endif
