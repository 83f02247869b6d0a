/// A script that answers each question as QEMU does, in small.
enum ScriptedQEMU {
  /// One line of each kind that collectors read.
  static let script = """
    #!/bin/sh
    if [ "$1" = -help ]; then
      printf '%s\\n' '-fda/-fdb file  use it' '-object TYPENAME[,PROP1=VALUE1,...]' '  text -no-option'
      exit 0
    fi
    case "$*" in
      *-dump-vmstate*) echo '\(vmstate)'; exit 0 ;;
    esac
    echo '{"QMP": {"version": {"qemu": {"micro": 3, "minor": 1, "major": 11}, "package": "x"}}}'
    while read line; do
      case "$line" in
        *query-qmp-schema*) echo '{"return": [\(schema)]}' ;;
        *qom-list-properties*) echo '{"return": [{"name": "policy", "type": "uint32"}]}' ;;
        *confidential-guest-support*) echo '{"return": [{"name": "sev-guest"}]}' ;;
        *qom-list-types*memory-backend*) echo '{"return": [{"name": "memory-backend-ram"}]}' ;;
        *'"accel"'*) echo '{"return": [{"name": "kvm-accel"}]}' ;;
        *device-list-properties*) echo '{"return": [{"name": "rng", "type": "link<rng-backend>"}]}' ;;
        *query-command-line-options*) echo '{"return": [\(options)]}' ;;
        *qom-list-types*) echo '{"return": [\(types)]}' ;;
        *query-machines*) echo '{"return": [\(machines)]}' ;;
        *query-cpu-definitions*) echo '{"return": [\(models)]}' ;;
        *query-sev-capabilities*)
          echo '{"error": {"class": "GenericError", "desc": "KVM not enabled"}}' ;;
        *query-sgx*) echo '{"error": {"class": "CommandNotFound", "desc": "no such command"}}' ;;
        *query-kvm*) echo '{"return": {"present": true, "enabled": false}}' ;;
        *qom-get*/machine*) echo '{"return": "auto"}' ;;
        *qom-get*) echo '{"return": 1}' ;;
        *) echo '{"return": {}}' ;;
      esac
    done
    """

  /// Two devices with a part in common, of which one has an optional part.
  private static let vmstate = """
    {"vmschkmachine": {"Name": "pc-q35-11.1"}, \
    "nic": {"Name": "nic", "version_id": 3, "minimum_version_id": 2, "Description": \
    {"name": "nic", "version_id": 3, "minimum_version_id": 2, "Fields": [\
    {"field": "parent_obj", "version_id": 0, "field_exists": false, "size": 2448, \
    "Description": \(device)}, \
    {"field": "mac", "version_id": 0, "field_exists": false, "num": 6, "size": 1}, \
    {"field": "later", "version_id": 3, "field_exists": true, "size": 4}], \
    "Subsections": [{"name": "nic/queue", "version_id": 1, "minimum_version_id": 1}]}}, \
    "disk": {"Name": "disk", "version_id": 1, "minimum_version_id": 1, "Description": \
    {"name": "disk", "version_id": 1, "minimum_version_id": 1, "Fields": [\
    {"field": "dev", "version_id": 0, "field_exists": false, "size": 2448, \
    "Description": \(device)}]}}}
    """
  private static let device = """
    {"name": "PCIDevice", "version_id": 2, "minimum_version_id": 1, "Fields": [\
    {"field": "config", "version_id": 0, "field_exists": false, "size": 256}]}
    """

  private static let schema = """
    {"name": "object-add", "meta-type": "command", "arg-type": "1"}, \
    {"name": "1", "meta-type": "object", "tag": "qom-type", "members": [{"name": "qom-type", "type": "2"}], \
    "variants": [{"case": "sev-guest", "type": "3"}]}, \
    {"name": "2", "meta-type": "enum", "values": ["sev-guest"]}, \
    {"name": "3", "meta-type": "object", "members": \
    [{"name": "policy", "type": "int", "default": null, "features": ["unstable"]}]}, \
    {"name": "int", "meta-type": "builtin", "json-type": "int"}, \
    {"name": "STOP", "meta-type": "event", "arg-type": "0"}
    """
  private static let types = """
    {"name": "sev-guest", "parent": "object"}, {"name": "object", "abstract": true}, \
    {"name": "virtio-rng-pci"}
    """
  private static let machines = """
    {"name": "pc-q35-11.1", "alias": "q35", "cpu-max": 4096, "deprecated": false}, \
    {"name": "pc-i440fx-11.1", "is-default": true, "cpu-max": 255}
    """
  private static let options = """
    {"option": "smp-opts", "parameters": [{"name": "cpus", "type": "number"}]}
    """
  private static let models = """
    {"name": "EPYC-v4", "deprecated": false}, {"name": "EPYC", "alias-of": "EPYC-v4"}
    """
}
