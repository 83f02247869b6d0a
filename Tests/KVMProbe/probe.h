/* Asks a KVM, real or modelled, and prints what it answered, a line a question. */
#ifndef LODGE_PROBE_H
#define LODGE_PROBE_H

#include <linux/kvm.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* An ioctl's result: what it returned, or -errno. */
long ask(int descriptor, unsigned long request, void *argument);
/* Prints `question = result`. */
void tell(const char *question, long result);
/* Prints the words of a structure that are not 0, by their offset. */
void tell_words(const char *what, const void *bytes, size_t size);

/* Prints the description of this KVM, so that the model can be asked the same. */
void describe(int kvm, const char *folder);
void ask_system(int kvm);
void ask_memory(int kvm);
void ask_machine(int kvm);
void ask_vcpu(int kvm);
/* All MSRs of the kernel's list; returns their number. */
unsigned listed_msrs(int kvm, unsigned long request, uint32_t *indices, unsigned room);

#endif
