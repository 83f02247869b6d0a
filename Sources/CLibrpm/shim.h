#pragma once
#include <dlfcn.h>
#include <rpm/header.h>
#include <rpm/rpmcli.h>
#include <rpm/rpmkeyring.h>
#include <rpm/rpmlib.h>
#include <rpm/rpmlog.h>
#include <rpm/rpmmacro.h>
#include <rpm/rpmpgp.h>
#include <rpm/rpmts.h>
#include <stddef.h>

/* librpm is loaded when it is first asked for: most sets have no RPMs, and it brings ten libraries. */
#define LODGE_RPM(F) \
  F(headerFormat) \
  F(headerFree) \
  F(headerGetNumber) \
  F(headerGetString) \
  F(headerIsSource) \
  F(rpmGetSubkeys) \
  F(rpmKeyringAddKey) \
  F(rpmKeyringFree) \
  F(rpmKeyringNew) \
  F(rpmPubkeyFree) \
  F(rpmPubkeyNew) \
  F(rpmReadConfigFiles) \
  F(rpmReadPackageFile) \
  F(rpmcliVerifySignatures) \
  F(rpmtsCreate) \
  F(rpmtsFree) \
  F(rpmtsSetKeyring) \
  F(rpmtsSetVSFlags) \
  F(rpmtsSetVfyFlags)

#define LODGE_RPMIO(F) \
  F(Fclose) \
  F(Ferror) \
  F(Fopen) \
  F(pgpParsePkts) \
  F(rpmDefineMacro) \
  F(rpmlogRecMessage) \
  F(rpmlogSetCallback) \
  F(rpmlogSetMask)

/* The functions that are called, by their names. */
struct lodge_rpm {
#define LODGE_MEMBER(name) __typeof__(name) *name;
  LODGE_RPM(LODGE_MEMBER)
  LODGE_RPMIO(LODGE_MEMBER)
#undef LODGE_MEMBER
};

/* Fills the table; gives NULL, or why the loader could not. The libraries are never unloaded. */
static inline const char *lodge_load_rpm(struct lodge_rpm *table) {
  /* 9 since rpm 4.17, 10 since rpm 5.99 and 4.20. */
  void *io = dlopen("librpmio.so.9", RTLD_NOW | RTLD_LOCAL);
  if (!io) io = dlopen("librpmio.so.10", RTLD_NOW | RTLD_LOCAL);
  void *library = io ? dlopen("librpm.so.9", RTLD_NOW | RTLD_LOCAL) : NULL;
  if (io && !library) library = dlopen("librpm.so.10", RTLD_NOW | RTLD_LOCAL);
  if (!library) return dlerror();
#define LODGE_FIND(from, name) \
  if (!(table->name = (__typeof__(name) *)dlsym(from, #name))) return dlerror();
#define LODGE_FIND_IN_RPM(name) LODGE_FIND(library, name)
#define LODGE_FIND_IN_RPMIO(name) LODGE_FIND(io, name)
  LODGE_RPM(LODGE_FIND_IN_RPM)
  LODGE_RPMIO(LODGE_FIND_IN_RPMIO)
#undef LODGE_FIND
#undef LODGE_FIND_IN_RPM
#undef LODGE_FIND_IN_RPMIO
  return NULL;
}

/* A macro of several enumerators, which Swift does not import. */
static const rpmVSFlags lodge_rpm_without_signatures = RPMVSF_MASK_NOSIGNATURES;
