/// The macros that a compiler has of itself.
enum PredefinedMacros {
  /// Those of GCC for x86-64 Linux that the kernel's headers ask for.
  ///
  /// **Source:** `cc -dM -E -x c /dev/null`.
  static let x86: [String: Macro] = {
    let macros = numbers.map { name, number in
      let place = HeaderPlace(file: "the compiler", line: 1)
      let token = HeaderToken(kind: .number, text: "\(number)", place: place)
      return (name, Macro(predefined: name, body: [token]))
    }
    return Dictionary(uniqueKeysWithValues: macros)
  }()

  private static let numbers: [String: Int] = [
    "__x86_64__": 1, "__x86_64": 1, "__amd64__": 1, "__amd64": 1, "__LP64__": 1, "_LP64": 1,
    "__linux__": 1, "__linux": 1, "__gnu_linux__": 1, "__unix__": 1, "__unix": 1, "__ELF__": 1,
    "__GNUC__": 12, "__GNUC_MINOR__": 2, "__STDC__": 1, "__STDC_HOSTED__": 1,
    "__STDC_VERSION__": 201_710, "__CHAR_BIT__": 8, "__SIZEOF_SHORT__": 2, "__SIZEOF_INT__": 4,
    "__SIZEOF_LONG__": 8, "__SIZEOF_LONG_LONG__": 8, "__SIZEOF_POINTER__": 8,
    "__SIZEOF_SIZE_T__": 8, "__SIZEOF_INT128__": 16, "__INT_MAX__": 0x7fff_ffff,
    "__LONG_MAX__": .max, "__LONG_LONG_MAX__": .max, "__BIGGEST_ALIGNMENT__": 16,
    "__ORDER_LITTLE_ENDIAN__": 1234, "__ORDER_BIG_ENDIAN__": 4321, "__BYTE_ORDER__": 1234,
  ]
}
