/// Every collector, in the order of the facts.
package let allCollectors: [Collector] = [
  .kernel, .kconfig, .modules, .btf, .uapi,
  .qemu, .qmp, .qom, .machines, .cpuModels,
  .libvirt, .launchSecurity, .libvirtKeys,
  .firmware, .descriptors,
  .vendoredHeaders,
  .defaults, .replies, .vmstate, .qemuModules,
  .hostSettings,
  .closure,
  .documentation,
  .texts, .hostSettings, .quoteService, .accessPolicy, .callers,
]

/// The version of what the collectors write; kept evidence of another version is read anew.
package let collectorsVersion = "5"
