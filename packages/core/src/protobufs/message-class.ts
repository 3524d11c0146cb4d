/**
 * What the converters need of protobufjs: the class of a message, its name, and finding it by that name. It knows protobufjs by these members alone and
 * imports nothing of it, so static code (`pbjs -t static-module`), which runs where a page forbids `eval`, is all that has to be loaded.
 */
import { PayloadConverterError, ValueError } from '../common/errors.ts';

/** A message class of protobufjs: one of static code, or a reflected type. */
export interface MessageClass {
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
  toObject(message: object, options: object): object;
  fromObject(object: object): object;
}

/** A message of either kind, with its class and full name. */
export interface ProtobufMessage {
  readonly messageClass: MessageClass;
  readonly messageType: string;
}

interface Reflected extends MessageClass {
  readonly fullName: string;
}
type Constructor = MessageClass & { readonly $type?: Reflected; getTypeUrl?(prefix: string): string };

/**
 * What of protobufjs a value is; `undefined` for what is no message.
 *
 * @throws {PayloadConverterError} for a message of static code that was made without type URLs, which does not tell its name
 */
export function messageOf(value: unknown): ProtobufMessage | undefined {
  const type = typeof value === 'object' && value !== null ? (value as { constructor?: unknown }).constructor : undefined;
  if (typeof type !== 'function') return undefined;
  const { $type } = type as unknown as Constructor;
  if ($type !== undefined) return { messageClass: $type, messageType: $type.fullName.replace(/^\./, '') };
  if (!isMessageClass(type)) return undefined;
  const url = (type as Constructor).getTypeUrl?.('');
  if (url === undefined)
    throw new PayloadConverterError(`The protobuf message ${type.name} does not tell its type; make its code with pbjs, without --no-typeurl`);
  return { messageClass: type, messageType: url.slice(url.lastIndexOf('/') + 1) };
}

/**
 * @param root of the messages: the module of static code, or a `Root` of reflected types
 * @throws {PayloadConverterError} without a root
 * @throws {ValueError} for a name that the root does not have
 */
export function findMessageClass(root: object | undefined, messageType: string): MessageClass {
  if (root === undefined)
    throw new PayloadConverterError(
      `Unable to deserialize protobuf message '${messageType}': no root was provided; give { protobufRoot } to the payload converter`,
    );
  let found: unknown = root;
  for (const name of messageType.split('.')) found = member(found, name);
  if (isMessageClass(found)) return found;
  throw new ValueError(`Got a protobuf message of type '${messageType}', which the protobufRoot of the payload converter does not have`);
}

/** Static code nests messages as properties; reflected ones stand in `nested`. A name of an object's own only: names come with payloads. */
function member(from: unknown, name: string): unknown {
  if ((typeof from !== 'object' && typeof from !== 'function') || from === null) return undefined;
  const nested = (from as { readonly nested?: object }).nested ?? {};
  if (Object.hasOwn(nested, name)) return (nested as Record<string, unknown>)[name];
  return Object.hasOwn(from, name) ? (from as Record<string, unknown>)[name] : undefined;
}

function isMessageClass(candidate: unknown): candidate is MessageClass & { readonly name: string } {
  if ((typeof candidate !== 'function' && typeof candidate !== 'object') || candidate === null) return false;
  return ['encode', 'decode', 'toObject', 'fromObject'].every((method) => typeof (candidate as Record<string, unknown>)[method] === 'function');
}
