import CLibvirt

/// libvirt's functions; they are there once ``libvirtIsReady`` gave no failure.
///
/// Loaded when first used: libvirt and what it needs take 20 ms to load, more than many verbs run.
var libvirt: lodge_libvirt { loaded.table }

/// Why libvirt cannot be used; nil where it can.
var libvirtFailure: LibvirtFailure? {
  loaded.failure.map { .missing($0) }
}

/// Written once, before the first use, and never again.
private let loaded: (table: lodge_libvirt, failure: String?) = {
  var table = lodge_libvirt()
  let failure = unsafe lodge_load_libvirt(&table)
  return (table, unsafe failure.map { unsafe String(cString: $0) })
}()
