// The switch between stacks.
#include "fibers.h"

asm(R"(
  .text
  .hidden standin_switch
  .globl standin_switch
  .type standin_switch, @function
standin_switch:
  push %rbp
  push %rbx
  push %r12
  push %r13
  push %r14
  push %r15
  mov %rsp, (%rdi)
  mov %rsi, %rsp
  pop %r15
  pop %r14
  pop %r13
  pop %r12
  pop %rbx
  pop %rbp
  ret
  .size standin_switch, . - standin_switch
)");