/// Every mutation, in the order in which the table prints them.
package let allMutations: [Mutation] =
  kernelMutations + qemuMutations + firmwareMutations + libvirtMutations + setMutations
  + launchMutations

/// Every harmless change, in the order in which the table prints them.
package let harmlessChanges: [HarmlessChange] =
  harmlessOfKernel + harmlessOfHeaders + harmlessOfQEMU + harmlessOfLibvirt + harmlessOfFirmware
  + harmlessOfHosts + harmlessOfPrograms + harmlessOfSets
  + harmlessOfLaunches
