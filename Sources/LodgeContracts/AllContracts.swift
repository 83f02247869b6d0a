package import LodgeModel

/// Every contract, in the order of the catalogue, in which reports print them.
package let allContracts: [Contract] = [
  .tdxHostCompiled,
  .tdxHostSelectable,
  .tdxLayers,
  .vmTypeNumbers,
  .vmTypesCapability,
  .tdxCommands,
  .exitNumbers,
  .snpCommands,
  .guestMemfd,
  .kconfigRenames,
  .sevParameters,
  .qomMatchesQAPI,
  .qemuProperties,
  .tdvf,
  .snpMetadata,
  .descriptorFeatures,
  .descriptorMapping,
  .kernelHashes,
  .machineTypes,
  .headersMatch,
  .querySEVSurvived,
  .measureFailureStops,
  .launchSecurityInfo,
  .snpOffer,
]
