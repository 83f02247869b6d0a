"""Signed statements as others read them: securesystemslib the envelopes, in-toto-attestation what is
in them.

Reads {"key": path of a public key, "keyid": ..., "lines": [...]} and prints a list with an object for
each line: the signers that securesystemslib found, the type of the statement, the names of its
subjects by digest, and its predicate as the messages of in-toto hold it; or the refusal of a peer.
"""

import json
import sys

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from google.protobuf import json_format
from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
from in_toto_attestation.predicates.vsa.v1 import vsa_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

MESSAGES = {
    "https://in-toto.io/attestation/test-result/v0.1": test_result_pb2.TestResult,
    "https://slsa.dev/verification_summary/v1": vsa_pb2.VerificationSummary,
}


def read(line, key):
    """What the peers make of one line."""
    envelope = Envelope.from_dict(json.loads(line))
    signers = envelope.verify([key], 1)
    message = json_format.Parse(envelope.payload, statement_pb2.Statement())
    Statement.copy_from_pb(message).validate()
    predicate = json_format.MessageToDict(message.predicate)
    # The message of 0.9.3 has a string where the specification has a list (in-toto/attestation#425).
    levels = predicate.pop("verifiedLevels", None)
    # Extension fields are for those who know them; what is left must fit the message.
    fitted = json_format.ParseDict(
        predicate, MESSAGES[message.predicate_type](), ignore_unknown_fields=True
    )
    return {
        "signers": sorted(signers),
        "type": message.predicate_type,
        "subjects": {s.digest["sha256"]: s.name for s in message.subject},
        "predicate": json_format.MessageToDict(fitted) | {"verifiedLevels": levels},
    }


def main():
    """Answers for all lines."""
    asked = json.load(sys.stdin)
    with open(asked["key"], "rb") as file:
        key = SSlibKey.from_crypto(load_pem_public_key(file.read()), keyid=asked["keyid"])
    answers = []
    for line in asked["lines"]:
        try:
            answers.append(read(line, key))
        except Exception as refusal:  # pylint: disable=broad-exception-caught
            answers.append({"refusal": f"{type(refusal).__name__}: {refusal}"})
    json.dump(answers, sys.stdout)


main()
