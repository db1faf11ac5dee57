"""ABCI 2.0 on the wire: the messages of CometBFT v0.40 by name, number and type, made into protobuf classes at import.

Only what is used is declared; protobuf skips the rest. Field numbers follow CometBFT's specification (proto/tendermint/abci,
version v0.40), which fixes them for good.
"""

from typing import Any, Final

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

__all__ = ["METHODS", "Request", "Response", "message", "reply"]

_PACKAGE = "zhulian.abci"

_MESSAGES: Final[dict[str, str]] = {
    "Time": "seconds:1 int64, nanos:2 int32",
    "Validator": "address:1 bytes, power:3 int64",
    "PublicKey": "ed25519:1 bytes",
    "ValidatorUpdate": "pub_key:1 PublicKey, power:2 int64",
    "VoteInfo": "validator:1 Validator, block_id_flag:3 int32",
    "ExtendedVoteInfo": "validator:1 Validator, vote_extension:3 bytes, extension_signature:4 bytes, block_id_flag:5 int32",
    "CommitInfo": "round:1 int32, votes:2 VoteInfo*",
    "ExtendedCommitInfo": "round:1 int32, votes:2 ExtendedVoteInfo*",
    "Misbehavior": "type:1 int32, validator:2 Validator, height:3 int64, time:4 Time, total_voting_power:5 int64",
    "Snapshot": "height:1 uint64, format:2 uint32, chunks:3 uint32, hash:4 bytes, metadata:5 bytes",
    "ExecTxResult": "code:1 uint32, data:2 bytes, log:3 string",
    "BlockParams": "max_bytes:1 int64, max_gas:2 int64",
    "ABCIParams": "vote_extensions_enable_height:1 int64",
    "ConsensusParams": "block:1 BlockParams, abci:5 ABCIParams",
    "RequestEcho": "message:1 string",
    "RequestFlush": "",
    "RequestInfo": "version:1 string, block_version:2 uint64, p2p_version:3 uint64, abci_version:4 string",
    "RequestInitChain": "time:1 Time, chain_id:2 string, consensus_params:3 ConsensusParams, validators:4 ValidatorUpdate*, "
    "app_state_bytes:5 bytes, initial_height:6 int64",
    "RequestQuery": "data:1 bytes, path:2 string, height:3 int64, prove:4 bool",
    "RequestCheckTx": "tx:1 bytes, type:2 int32",
    "RequestCommit": "",
    "RequestListSnapshots": "",
    "RequestOfferSnapshot": "snapshot:1 Snapshot, app_hash:2 bytes",
    "RequestLoadSnapshotChunk": "height:1 uint64, format:2 uint32, chunk:3 uint32",
    "RequestApplySnapshotChunk": "index:1 uint32, chunk:2 bytes, sender:3 string",
    "RequestPrepareProposal": "max_tx_bytes:1 int64, txs:2 bytes*, local_last_commit:3 ExtendedCommitInfo, "
    "misbehavior:4 Misbehavior*, height:5 int64, time:6 Time, next_validators_hash:7 bytes, proposer_address:8 bytes",
    "RequestProcessProposal": "txs:1 bytes*, proposed_last_commit:2 CommitInfo, misbehavior:3 Misbehavior*, hash:4 bytes, "
    "height:5 int64, time:6 Time, next_validators_hash:7 bytes, proposer_address:8 bytes",
    "RequestExtendVote": "hash:1 bytes, height:2 int64, time:3 Time, txs:4 bytes*, proposed_last_commit:5 CommitInfo, "
    "misbehavior:6 Misbehavior*, next_validators_hash:7 bytes, proposer_address:8 bytes",
    "RequestVerifyVoteExtension": "hash:1 bytes, validator_address:2 bytes, height:3 int64, vote_extension:4 bytes",
    "RequestFinalizeBlock": "txs:1 bytes*, decided_last_commit:2 CommitInfo, misbehavior:3 Misbehavior*, hash:4 bytes, "
    "height:5 int64, time:6 Time, next_validators_hash:7 bytes, proposer_address:8 bytes",
    "ResponseException": "error:1 string",
    "ResponseEcho": "message:1 string",
    "ResponseFlush": "",
    "ResponseInfo": "data:1 string, version:2 string, app_version:3 uint64, last_block_height:4 int64, last_block_app_hash:5 bytes",
    "ResponseInitChain": "consensus_params:1 ConsensusParams, validators:2 ValidatorUpdate*, app_hash:3 bytes",
    "ResponseQuery": "code:1 uint32, log:3 string, info:4 string, key:6 bytes, value:7 bytes, height:9 int64",
    "ResponseCheckTx": "code:1 uint32, data:2 bytes, log:3 string, gas_wanted:5 int64, codespace:8 string",
    "ResponseCommit": "retain_height:3 int64",
    "ResponseListSnapshots": "snapshots:1 Snapshot*",
    "ResponseOfferSnapshot": "result:1 int32",
    "ResponseLoadSnapshotChunk": "chunk:1 bytes",
    "ResponseApplySnapshotChunk": "result:1 int32, refetch_chunks:2 uint32*, reject_senders:3 string*",
    "ResponsePrepareProposal": "txs:1 bytes*",
    "ResponseProcessProposal": "status:1 int32",
    "ResponseExtendVote": "vote_extension:1 bytes",
    "ResponseVerifyVoteExtension": "status:1 int32",
    "ResponseFinalizeBlock": "tx_results:2 ExecTxResult*, validator_updates:3 ValidatorUpdate*, "
    "consensus_param_updates:4 ConsensusParams, app_hash:5 bytes",
}

METHODS: Final[dict[str, tuple[int, int]]] = {
    "echo": (1, 2),
    "flush": (2, 3),
    "info": (3, 4),
    "init_chain": (5, 6),
    "query": (6, 7),
    "check_tx": (8, 9),
    "commit": (11, 12),
    "list_snapshots": (12, 13),
    "offer_snapshot": (13, 14),
    "load_snapshot_chunk": (14, 15),
    "apply_snapshot_chunk": (15, 16),
    "prepare_proposal": (16, 17),
    "process_proposal": (17, 18),
    "extend_vote": (18, 19),
    "verify_vote_extension": (19, 20),
    "finalize_block": (20, 21),
}
"""Each method with its number in a request and in a response."""

_SCALARS: Final = {
    "bytes": descriptor_pb2.FieldDescriptorProto.TYPE_BYTES,
    "string": descriptor_pb2.FieldDescriptorProto.TYPE_STRING,
    "int32": descriptor_pb2.FieldDescriptorProto.TYPE_INT32,
    "int64": descriptor_pb2.FieldDescriptorProto.TYPE_INT64,
    "uint32": descriptor_pb2.FieldDescriptorProto.TYPE_UINT32,
    "uint64": descriptor_pb2.FieldDescriptorProto.TYPE_UINT64,
    "bool": descriptor_pb2.FieldDescriptorProto.TYPE_BOOL,
}


def _camel(method: str) -> str:
    return "".join(part.capitalize() for part in method.split("_"))


def _file() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(name="zhulian/abci.proto", package=_PACKAGE, syntax="proto3")
    for name, fields in _MESSAGES.items():
        kind = file.message_type.add(name=name)
        for each in filter(None, fields.split(", ")):
            left, _, right = each.partition(" ")
            called, _, number = left.partition(":")
            _field(kind, called, int(number), right)
    for side, place, names in (("Request", 0, METHODS), ("Response", 1, {"exception": (0, 1), **METHODS})):
        kind = file.message_type.add(name=side)
        kind.oneof_decl.add(name="value")
        for method, numbers in names.items():
            _field(kind, method, numbers[place], side + _camel(method)).oneof_index = 0
    return file


def _field(kind: descriptor_pb2.DescriptorProto, name: str, number: int, type_name: str) -> descriptor_pb2.FieldDescriptorProto:
    repeated = type_name.endswith("*")
    type_name = type_name.removesuffix("*")
    field = kind.field.add(name=name, number=number)
    proto = descriptor_pb2.FieldDescriptorProto
    field.label = proto.LABEL_REPEATED if repeated else proto.LABEL_OPTIONAL
    if type_name in _SCALARS:
        field.type = _SCALARS[type_name]
    else:
        field.type = proto.TYPE_MESSAGE
        field.type_name = f".{_PACKAGE}.{type_name}"
    return field


_POOL = descriptor_pool.DescriptorPool()
_POOL.Add(_file())


def message(name: str) -> Any:
    """The class of a message of this page, such as `Snapshot`."""
    return message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"{_PACKAGE}.{name}"))


Request: Final = message("Request")
"""What the engine sends: one of `METHODS`, as `WhichOneof("value")` says."""
Response: Final = message("Response")
"""What the application answers."""


def reply(method: str, **fields: Any) -> Any:
    """The response to a method with these fields."""
    return Response(**{method: message(f"Response{_camel(method)}")(**fields)})
