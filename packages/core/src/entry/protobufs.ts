/** `@perdure/core/protobufs`: payload converters for messages of protobufjs, which the application brings. */
export type { MessageClass } from '../protobufs/message-class.ts';
export type { DefaultPayloadConverterWithProtobufsOptions, ProtoJson } from '../protobufs/protobuf-converters.ts';
export {
  DefaultPayloadConverterWithProtobufs,
  ENCODING_PROTOBUF_BINARY,
  ENCODING_PROTOBUF_JSON,
  METADATA_MESSAGE_TYPE_KEY,
  ProtobufBinaryPayloadConverter,
  ProtobufJsonPayloadConverter,
} from '../protobufs/protobuf-converters.ts';
