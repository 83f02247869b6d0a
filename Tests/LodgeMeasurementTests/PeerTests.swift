import LodgeMeasurement
import LodgeModel
import LodgeTesting
import Testing

/// Lodge's digests beside those of sev-snp-measure, bit for bit.
@Suite(.enabled(if: Peers.python != nil, Peers.missing))
struct PeerTests {
  private static let types: [DomainType] = [.sev, .sevES, .sevSNP]

  @Test("of handmade images, booting them and kernels") func handmade() async throws {
    let files = try PeerFiles(seed: 1)
    var random = SplitMix(state: 2)
    var guests: [PeerGuest] = []
    for round in 0..<120 {
      let path = files.paths[round % files.paths.count]
      for type in Self.types {
        guests.append(.drawn(type, of: path, booting: files.others, using: &random))
      }
    }
    #expect(guests.count >= 300)
    let answers = try await Peers.answers(to: guests).answers
    for (guest, answer) in zip(guests, answers) {
      let image = try #require(files.images[guest.firmware])
      let prediction = try Prediction(of: guest.inputs(image))
      #expect(prediction.values == answer.values, "\(guest): \(answer.refusal ?? "")")
    }
  }

  @Test("of the images of a real root", .enabled(if: !RealImages.all.isEmpty, RealImages.missing))
  func real() async throws {
    let files = try PeerFiles(sizes: [], seed: 3)
    var random = SplitMix(state: 4)
    var guests: [PeerGuest] = []
    for path in RealImages.all.keys.sorted() {
      for _ in 0..<4 {
        for type in Self.types {
          guests.append(.drawn(type, of: path, booting: files.others, using: &random))
        }
      }
    }
    let answers = try await Peers.answers(to: guests).answers
    var measured: Set<DomainType> = []
    for (guest, answer) in zip(guests, answers) {
      let image = try #require(RealImages.all[guest.firmware])
      do {
        let prediction = try Prediction(of: guest.inputs(image))
        #expect(prediction.values == answer.values, "\(guest): \(answer.refusal ?? "")")
        measured.insert(guest.type)
      } catch let failure as PredictionFailure {
        // The peer measures SNP guests that QEMU or KVM would not start: those of an image without
        // SEV metadata, and of one with empty sections.
        let isStricter = failure.description.contains("cannot start a guest of the type SEV-SNP")
        #expect(isStricter || answer.refusal != nil, "\(guest): \(failure)")
      }
    }
    #expect(measured == Set(Self.types))
  }

  @Test("of guests of KVM_SEV_INIT2, whose save areas have the floating point registers")
  func initialisedAnew() async throws {
    let files = try PeerFiles(sizes: [64], seed: 5)
    var random = SplitMix(state: 6)
    let guests = (0..<20).map { _ in
      PeerGuest.drawn(.sevES, of: files.paths[0], booting: files.others, using: &random)
    }
    for (guest, answer) in zip(guests, try await Peers.answers(to: guests).answers) {
      let image = try #require(files.images[guest.firmware])
      let prediction = try Prediction(of: guest.inputs(image, .init2))
      #expect(prediction.values == answer.values.reversed(), "\(guest)")
      #expect(Set(prediction.values).count == 2)
    }
  }

  @Test("of guests that share what was measured before their vCPUs", arguments: types)
  func shared(type: DomainType) async throws {
    let files = try PeerFiles(sizes: [64], seed: 7)
    var random = SplitMix(state: 8)
    let first = PeerGuest.drawn(type, of: files.paths[0], booting: files.others, using: &random)
    let image = try #require(files.images[first.firmware])
    let predictor = try Predictor(first.inputs(image))
    let guests = (0..<20).map { _ in
      var guest = PeerGuest.drawn(type, of: first.firmware, booting: [], using: &random)
      (guest.kernel, guest.initrd, guest.cmdline) = (first.kernel, first.initrd, first.cmdline)
      return guest
    }
    for (guest, answer) in zip(guests, try await Peers.answers(to: guests).answers) {
      let prediction = try predictor.prediction(of: guest.inputs(image).guest)
      #expect(prediction.values == answer.values, "\(guest): \(answer.refusal ?? "")")
    }
  }

  @Test("CPU models have the signatures that the peer knows") func models() async throws {
    let models = try await Peers.answers(to: []).models
    #expect(models.count > 10)
    for (name, signature) in models {
      #expect(try ProcessorModel.named(name).signature == signature, "\(name)")
    }
  }
}
