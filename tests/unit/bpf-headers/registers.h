/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* registers.h - struct pt_regs as kernels of other machines have it, for 'run' to put into a vmlinux.h. */
#ifdef arm64
struct pt_regs {
	union {
		u64 user_regs[34];
		struct {
			u64 regs[31], sp, pc, pstate;
		};
	};
	u64 orig_x0;
};
#endif
#ifdef s390
struct pt_regs {
	union {
		u64 user_regs[19];
		struct {
			unsigned long args[1];
			struct {
				unsigned long mask, addr;
			} psw;
			unsigned long gprs[16];
		};
	};
	unsigned long orig_gpr2;
};
#endif
#ifdef riscv
struct pt_regs {
	unsigned long epc, ra, sp, gp, tp, t0, t1, t2, s0, s1, a0, a1, a2, a3, a4, a5, a6, a7;
	unsigned long s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, t3, t4, t5, t6;
	unsigned long status, badaddr, cause, orig_a0;
};
#endif
#ifdef arm
struct pt_regs {
	unsigned long uregs[18];
};
#endif
#ifdef powerpc
struct pt_regs {
	union {
		u64 user_regs[44];
		struct {
			unsigned long gpr[32], nip, msr, orig_gpr3, ctr, link, xer, ccr, softe;
		};
	};
};
#endif
#ifdef loongarch
struct pt_regs {
	unsigned long regs[32], orig_a0, csr_era, csr_badvaddr;
};
#endif
