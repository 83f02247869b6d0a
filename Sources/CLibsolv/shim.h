#pragma once
#include <dlfcn.h>
#include <solv/evr.h>
#include <solv/pool.h>
#include <solv/poolarch.h>
#include <solv/problems.h>
#include <solv/repo.h>
#include <solv/repo_deb.h>
#include <solv/repo_rpmdb.h>
#include <solv/repo_rpmmd.h>
#include <solv/repo_solv.h>
#include <solv/repo_write.h>
#include <solv/selection.h>
#include <solv/solv_xfopen.h>
#include <solv/solver.h>
#include <solv/solverdebug.h>
#include <solv/transaction.h>
#include <stddef.h>
#include <stdlib.h>

/* libsolv is loaded when it is first asked for, as librpm is. */
#define LODGE_SOLV(F) \
  F(map_init) \
  F(pool_addfileprovides) \
  F(pool_addrelproviders) \
  F(pool_create) \
  F(pool_createwhatprovides) \
  F(pool_dep2str) \
  F(pool_errstr) \
  F(pool_evrcmp_str) \
  F(pool_free) \
  F(pool_id2str) \
  F(pool_queuetowhatprovides) \
  F(pool_setarchpolicy) \
  F(pool_set_installed) \
  F(pool_setdisttype) \
  F(pool_solvable2str) \
  F(queue_free) \
  F(queue_init) \
  F(queue_insert) \
  F(repo_add_solv) \
  F(repo_create) \
  F(repo_internalize) \
  F(repo_write) \
  F(selection_make) \
  F(selection_solvables) \
  F(solvable_lookup_checksum) \
  F(solvable_lookup_deparray) \
  F(solvable_lookup_location) \
  F(solvable_lookup_num) \
  F(solvable_lookup_sourcepkg) \
  F(solver_create) \
  F(solver_create_transaction) \
  F(solver_findallproblemrules) \
  F(solver_free) \
  F(solver_next_problem) \
  F(solver_problemruleinfo2str) \
  F(solver_ruleinfo) \
  F(solver_set_flag) \
  F(solver_solve) \
  F(transaction_free) \
  F(transaction_installedresult) \
  F(transaction_obs_pkg)

#define LODGE_SOLVEXT(F) \
  F(repo_add_debpackages) \
  F(repo_add_rpm) \
  F(repo_add_rpmmd) \
  F(solv_fmemopen)

/* The functions that are called, by their names. */
struct lodge_solv {
#define LODGE_MEMBER(name) __typeof__(name) *name;
  LODGE_SOLV(LODGE_MEMBER)
  LODGE_SOLVEXT(LODGE_MEMBER)
#undef LODGE_MEMBER
};

/* Fills the table and the version, such as "0.7.23"; gives NULL, or why the loader could not. The
 * libraries are never unloaded. */
static inline const char *lodge_load_solv(struct lodge_solv *table, const char **version) {
  void *library = dlopen("libsolv.so.1", RTLD_NOW | RTLD_LOCAL);
  void *ext = library ? dlopen("libsolvext.so.1", RTLD_NOW | RTLD_LOCAL) : NULL;
  if (!library || !ext) return dlerror();
#define LODGE_FIND(from, name) \
  if (!(table->name = (__typeof__(name) *)dlsym(from, #name))) return dlerror();
#define LODGE_FIND_IN_SOLV(name) LODGE_FIND(library, name)
#define LODGE_FIND_IN_SOLVEXT(name) LODGE_FIND(ext, name)
  LODGE_SOLV(LODGE_FIND_IN_SOLV)
  LODGE_SOLVEXT(LODGE_FIND_IN_SOLVEXT)
  if (!(*version = (const char *)dlsym(library, "solv_version"))) return dlerror();
#undef LODGE_FIND
#undef LODGE_FIND_IN_SOLV
#undef LODGE_FIND_IN_SOLVEXT
  return NULL;
}

/* What Swift cannot say: a member that is made when it is first needed, and bits of a map. */

/* Whether a dependency depends on what else is installed, as `(a if b)` does. */
static inline int lodge_is_rich(Pool *pool, Id dependency) {
  if (!ISRELDEP(dependency)) return 0;
  Reldep *rel = GETRELDEP(pool, dependency);
  if (rel->flags == REL_AND || rel->flags == REL_COND || rel->flags == REL_UNLESS) return 1;
  return rel->flags == REL_OR && (lodge_is_rich(pool, rel->name) || lodge_is_rich(pool, rel->evr));
}

/* Whether a package of the pool provides what a dependency names; a rich one, which only a solver can
 * judge, counts as provided. As pool_whatprovides() of solv/pool.h, which cannot be loaded. */
static inline int lodge_is_provided(const struct lodge_solv *table, Pool *pool, Id dependency) {
  Offset place = 0;
  if (ISRELDEP(dependency)) {
    if (lodge_is_rich(pool, dependency)) return 1;
    place = pool->whatprovides_rel[GETRELID(dependency)];
  } else {
    place = pool->whatprovides[dependency];
  }
  if (!place) place = table->pool_addrelproviders(pool, dependency);
  return pool->whatprovidesdata[place] != 0;
}

/* Marks a solvable as one that must not be chosen; the pool's map is made by the first one. */
static inline void lodge_exclude(const struct lodge_solv *table, Pool *pool, Id solvable) {
  if (!pool->considered) {
    pool->considered = calloc(1, sizeof(Map));
    if (!pool->considered) return;
    table->map_init(pool->considered, pool->nsolvables);
    map_setall(pool->considered);
  }
  map_clr(pool->considered, solvable);
}
