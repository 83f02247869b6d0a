#pragma once
#include <dlfcn.h>
#include <libvirt/libvirt-qemu.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <stddef.h>

/* libvirt is loaded when it is first asked for: with what it needs it takes longer to load than most
 * verbs take to answer, and most ask it nothing. */
#define LODGE_LIBVIRT(F) \
  F(virConnectClose) \
  F(virConnectDomainEventDeregisterAny) \
  F(virConnectDomainEventRegisterAny) \
  F(virConnectDomainXMLToNative) \
  F(virConnectGetCapabilities) \
  F(virConnectGetDomainCapabilities) \
  F(virConnectGetLibVersion) \
  F(virConnectListAllDomains) \
  F(virConnectOpen) \
  F(virConnectRegisterCloseCallback) \
  F(virConnectUnregisterCloseCallback) \
  F(virDomainAttachDeviceFlags) \
  F(virDomainCreateWithFlags) \
  F(virDomainCreateXML) \
  F(virDomainDefineXMLFlags) \
  F(virDomainDestroyFlags) \
  F(virDomainDetachDeviceFlags) \
  F(virDomainFree) \
  F(virDomainGetLaunchSecurityInfo) \
  F(virDomainGetName) \
  F(virDomainGetState) \
  F(virDomainGetUUIDString) \
  F(virDomainGetXMLDesc) \
  F(virDomainIsPersistent) \
  F(virDomainLookupByName) \
  F(virDomainMigrateToURI3) \
  F(virDomainReboot) \
  F(virDomainReset) \
  F(virDomainRestoreFlags) \
  F(virDomainResume) \
  F(virDomainSave) \
  F(virDomainSetLaunchSecurityState) \
  F(virDomainSetVcpusFlags) \
  F(virDomainShutdown) \
  F(virDomainSuspend) \
  F(virDomainUndefineFlags) \
  F(virEventRegisterDefaultImpl) \
  F(virEventRunDefaultImpl) \
  F(virGetLastError) \
  F(virInitialize) \
  F(virNodeGetSEVInfo) \
  F(virSetErrorFunc) \
  F(virTypedParamsAddBoolean) \
  F(virTypedParamsAddDouble) \
  F(virTypedParamsAddLLong) \
  F(virTypedParamsAddString) \
  F(virTypedParamsAddULLong) \
  F(virTypedParamsFree)

#define LODGE_LIBVIRT_QEMU(F) F(virDomainQemuMonitorCommand)

/* The functions that are called, by their names. */
struct lodge_libvirt {
#define LODGE_MEMBER(name) __typeof__(name) *name;
  LODGE_LIBVIRT(LODGE_MEMBER)
  LODGE_LIBVIRT_QEMU(LODGE_MEMBER)
#undef LODGE_MEMBER
};

/* Fills the table; gives NULL, or why the loader could not. The libraries are never unloaded. */
static inline const char *lodge_load_libvirt(struct lodge_libvirt *table) {
  void *library = dlopen("libvirt.so.0", RTLD_NOW | RTLD_LOCAL);
  void *qemu = library ? dlopen("libvirt-qemu.so.0", RTLD_NOW | RTLD_LOCAL) : NULL;
  if (!library || !qemu) return dlerror();
#define LODGE_FIND(from, name) \
  if (!(table->name = (__typeof__(name) *)dlsym(from, #name))) return dlerror();
#define LODGE_FIND_IN_LIBVIRT(name) LODGE_FIND(library, name)
#define LODGE_FIND_IN_QEMU(name) LODGE_FIND(qemu, name)
  LODGE_LIBVIRT(LODGE_FIND_IN_LIBVIRT)
  LODGE_LIBVIRT_QEMU(LODGE_FIND_IN_QEMU)
#undef LODGE_FIND
#undef LODGE_FIND_IN_LIBVIRT
#undef LODGE_FIND_IN_QEMU
  return NULL;
}
