import LodgeModel

extension LaunchSecuritySchema {
  /// Whether libvirt's schema accepts a domain type.
  ///
  /// SEV-ES is a bit in the policy of `type='sev'`, so both get the same answer. The words
  /// begin with the subject, such as `libvirt `, where they stand in a sentence.
  func testimony(on type: DomainType, by subject: String = "") -> Testimony {
    let name = type.launchSecurity
    return allows(type)
      ? .shows("\(subject)accepts type='\(name)'", at: source.at("launchSecurity"))
      : .denies("\(subject)does not accept type='\(name)'", at: source.at("launchSecurity"))
  }
}
