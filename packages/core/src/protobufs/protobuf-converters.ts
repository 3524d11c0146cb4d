/**
 * Payload converters for messages of protobufjs, with the names and encodings of Temporal's SDKs. Without more they write as JSON what protobufjs says of
 * a message (`toObject`): fields in camel case, 64-bit numbers and enums as text, bytes as base64. The types that ProtoJSON writes in a form of their own
 * (`google.protobuf.Timestamp`, `Duration`, `Struct`, wrappers) then stay objects of their fields. Given `protojson`, reflected messages are ProtoJSON
 * throughout, as Temporal's SDKs write them; static code does not tell the types of its fields, so there other SDKs need `binary/protobuf`.
 */
import { decode, encode } from '../common/encoding.ts';
import { ValueError } from '../common/errors.ts';
import {
  BinaryPayloadConverter,
  CompositePayloadConverter,
  fromJson,
  JsonPayloadConverter,
  METADATA_ENCODING_KEY,
  type Payload,
  type PayloadConverterWithEncoding,
  UndefinedPayloadConverter,
} from '../common/payload-converter.ts';
import { findMessageClass, type MessageClass, messageOf } from './message-class.ts';

export const ENCODING_PROTOBUF_JSON = 'json/protobuf';
export const ENCODING_PROTOBUF_BINARY = 'binary/protobuf';
export const METADATA_MESSAGE_TYPE_KEY = 'messageType';

const AS_JSON = { json: true, longs: String, enums: String, bytes: String };

abstract class ProtobufConverter implements PayloadConverterWithEncoding {
  abstract readonly encodingType: string;
  readonly #root: object | undefined;

  /** @param root where the messages are found that are read; not needed where none is */
  constructor(root?: object) {
    if (root !== undefined && (typeof root !== 'object' || root === null))
      throw new TypeError(`protobufRoot must be the module of static code, or a Root of protobufjs; got ${root === null ? 'null' : typeof root}`);
    this.#root = root;
  }

  /** @returns `undefined` for what is no message of protobufjs */
  toPayload(value: unknown): Payload | undefined {
    const message = messageOf(value);
    if (!message) return undefined;
    const { messageClass, messageType } = message;
    return {
      metadata: { [METADATA_ENCODING_KEY]: encode(this.encodingType), [METADATA_MESSAGE_TYPE_KEY]: encode(messageType) },
      data: this.write(messageClass, value as object),
    };
  }

  /** @throws {ValueError} for a payload without data or type, of an unknown type, or with data that is not of its type */
  fromPayload<T>({ metadata, data }: Payload): T {
    if (data === undefined || data === null) throw new ValueError('Got payload with no data');
    const named = metadata?.[METADATA_MESSAGE_TYPE_KEY];
    if (!named) throw new ValueError(`Got protobuf payload without metadata.${METADATA_MESSAGE_TYPE_KEY}: nothing says which message it is`);
    const messageType = decode(named);
    const messageClass = findMessageClass(this.#root, messageType);
    try {
      return this.read(messageClass, data) as T;
    } catch (error) {
      throw new ValueError(`Unable to read a payload of encoding ${this.encodingType}: its data is no ${messageType}`, error);
    }
  }

  protected abstract write(messageClass: MessageClass, message: object): Uint8Array;
  protected abstract read(messageClass: MessageClass, data: Uint8Array): object;
}

/** Messages in protobuf's binary form. */
export class ProtobufBinaryPayloadConverter extends ProtobufConverter {
  readonly encodingType: string = ENCODING_PROTOBUF_BINARY;

  protected write(messageClass: MessageClass, message: object): Uint8Array {
    return messageClass.encode(message).finish();
  }
  protected read(messageClass: MessageClass, data: Uint8Array): object {
    return messageClass.decode(data);
  }
}

/** What is used of `protobufjs/ext/protojson.js`. */
export interface ProtoJson {
  // biome-ignore lint/suspicious/noExplicitAny: the type is protobufjs's own, which is not imported
  toJson(type: any, message: object): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  fromJson(type: any, json: unknown, options: { readonly ignoreUnknownFields: boolean }): object;
}

/** Messages as JSON, which people can read in a history. */
export class ProtobufJsonPayloadConverter extends ProtobufConverter {
  readonly encodingType: string = ENCODING_PROTOBUF_JSON;
  readonly #protojson: ProtoJson | undefined;

  /** @param protojson the module `protobufjs/ext/protojson.js`: with it reflected messages are written and read as ProtoJSON */
  constructor(root?: object, protojson?: ProtoJson) {
    super(root);
    this.#protojson = protojson;
  }

  protected write(messageClass: MessageClass, message: object): Uint8Array {
    const json = this.#canonical(messageClass)?.toJson(messageClass, message) ?? messageClass.toObject(message, AS_JSON);
    return encode(JSON.stringify(json));
  }
  protected read(messageClass: MessageClass, data: Uint8Array): object {
    const json = fromJson(decode(data));
    const canonical = this.#canonical(messageClass);
    if (canonical) return canonical.fromJson(messageClass, json, { ignoreUnknownFields: true });
    if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new ValueError('a message in JSON is an object');
    return messageClass.fromObject(json);
  }

  /** A reflected type is an object that knows its fields; a class of static code knows their names alone. */
  #canonical(messageClass: MessageClass): ProtoJson | undefined {
    return typeof messageClass === 'object' ? this.#protojson : undefined;
  }
}

export interface DefaultPayloadConverterWithProtobufsOptions {
  /** The module of static code (`pbjs -t static-module`), or a `Root` of protobufjs, whose reflected types need `eval`: pages that forbid it take static code. */
  readonly protobufRoot: object;
  /** `import * as protojson from 'protobufjs/ext/protojson.js'`: ProtoJSON for reflected messages, as Temporal's SDKs write them. */
  readonly protojson?: ProtoJson;
}

/** `undefined`, then bytes, then messages as JSON, then JSON. Reads messages in either form. */
export class DefaultPayloadConverterWithProtobufs extends CompositePayloadConverter {
  constructor({ protobufRoot, protojson }: DefaultPayloadConverterWithProtobufsOptions) {
    super(
      new UndefinedPayloadConverter(),
      new BinaryPayloadConverter(),
      new ProtobufJsonPayloadConverter(protobufRoot, protojson),
      new ProtobufBinaryPayloadConverter(protobufRoot),
      new JsonPayloadConverter(),
    );
  }
}
