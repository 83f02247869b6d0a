/// Every collector, in the order of the facts.
package let allCollectors: [Collector] = [
  .kernel, .kconfig, .modules, .btf, .uapi,
  .start, .qemu, .qmp, .qom, .machines, .cpuModels,
  .libvirt, .launchSecurity, .libvirtKeys,
  .firmware, .descriptors,
  .vendoredHeaders, .moduleInterfaces,
  .defaults, .replies, .vmstate, .qemuModules,
  .documentation,
  .texts, .hostSettings, .quoteService, .accessPolicy, .callers, .closure,
]

/// The version of what the collectors write; kept evidence of another version is read anew.
package let collectorsVersion = "10"
