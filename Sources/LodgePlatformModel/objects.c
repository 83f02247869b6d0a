/* What each descriptor of the process stands for, and how long a VM and a vCPU live. */
#define _GNU_SOURCE
#include "state.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { DESCRIPTOR_LIMIT = 1 << 16 };

/* By descriptor number; `used` is read without the lock, so that other files cost nothing. */
static struct { struct object object; bool used; } table[DESCRIPTOR_LIMIT];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int highest = -1;

/* A VM is its maker's alone (virt/kvm/kvm_main.c: kvm->mm != current->mm), so for a child of fork it is
 * another's; the devices are not. The child has one thread, and whoever held the lock is not in it. */
static void child_of_fork(void) {
  pthread_mutex_init(&lock, NULL);
  for (int descriptor = 0; descriptor <= highest; descriptor++)
    if (table[descriptor].object.vm) table[descriptor].object = (struct object){.kind = KIND_OF_PARENT};
}

__attribute__((constructor)) static void watch_forks(void) {
  pthread_atfork(NULL, NULL, child_of_fork);
}

/* A vCPU is kept by its own descriptor and by its VM, which lives until all of its are closed
 * (virt/kvm/kvm_main.c: kvm_vcpu_release, kvm_put_kvm). */
static void keep(const struct object *object) {
  if (object->vm) object->vm->references++;
}

static void drop(const struct object *object) {
  struct vm *vm = object->vm;
  if (!vm) return;
  pthread_mutex_lock(&lock);
  bool last = --vm->references == 0;
  pthread_mutex_unlock(&lock);
  if (last) vm_free(vm);
}

int object_open(struct object object, const char *name, size_t size, bool close_on_exec) {
  int descriptor = memfd_create(name, close_on_exec ? MFD_CLOEXEC : 0);
  if (descriptor < 0) return -errno;
  if (descriptor >= DESCRIPTOR_LIMIT || ftruncate(descriptor, (off_t)size) < 0) {
    int error = descriptor >= DESCRIPTOR_LIMIT ? EMFILE : errno;
    syscall(SYS_close, descriptor);
    return -error;
  }
  static int number;
  pthread_mutex_lock(&lock);
  object.number = ++number;
  keep(&object);
  if (descriptor > highest) highest = descriptor;
  table[descriptor].object = object;
  __atomic_store_n(&table[descriptor].used, true, __ATOMIC_RELEASE);
  pthread_mutex_unlock(&lock);
  return descriptor;
}

bool object_enter(int descriptor, struct object *object) {
  if (descriptor < 0 || descriptor >= DESCRIPTOR_LIMIT) return false;
  if (!__atomic_load_n(&table[descriptor].used, __ATOMIC_ACQUIRE)) return false;
  pthread_mutex_lock(&lock);
  bool used = table[descriptor].used;
  if (used) {
    *object = table[descriptor].object;
    keep(object);
  }
  pthread_mutex_unlock(&lock);
  return used;
}

void object_leave(const struct object *object) { drop(object); }

/* Called before the descriptor is closed: its number may be another file's right afterwards. */
void object_close(int descriptor) {
  struct object object;
  if (!object_enter(descriptor, &object)) return;
  pthread_mutex_lock(&lock);
  bool used = table[descriptor].used;
  table[descriptor].used = false;
  pthread_mutex_unlock(&lock);
  if (used) drop(&object);
  drop(&object);
}

uint64_t object_size(int descriptor) {
  struct stat status;
  return fstat(descriptor, &status) == 0 ? (uint64_t)status.st_size : 0;
}
