import fc from 'fast-check';
import { expect, test } from 'vitest';
import { payloadToWire } from '../common/wire.ts';
import type { HistoryEvent } from './events.ts';
import { historyFromJson, historyToJson } from './json.ts';

const again = (events: readonly HistoryEvent[]): readonly HistoryEvent[] => historyFromJson(JSON.parse(JSON.stringify(historyToJson(events))));
const text = fc.string({ minLength: 1, unit: 'binary' });
const names = text.filter((name) => name !== '__proto__' && name !== 'encoding');
const bytes = fc.uint8Array({ maxLength: 64 });
const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const time = fc.integer({ min: 0, max: 253_402_300_799_999 });

/** Any that a converter or codec can make: text or bytes, with metadata of either kind. */
const payload = fc
  .record({
    encoding: fc.constantFrom('json/plain', 'binary/plain', 'binary/encrypted'),
    metadata: fc.dictionary(names, bytes, { noNullPrototype: true }),
    data: bytes,
  })
  .map(({ encoding, metadata, data }) => payloadToWire({ metadata: { encoding: new TextEncoder().encode(encoding), ...metadata }, data }));

const signal = fc.record({
  signalName: text,
  input: fc.array(payload, { maxLength: 3 }),
  identity: text,
  header: fc.dictionary(names, payload, { maxKeys: 2, noNullPrototype: true }),
});
const timer = fc.record({ timerId: text, startToFireTimeout: fc.integer({ min: 0, max: 315_360_000_000 }), workflowTaskCompletedEventId: id });

test('any signal and timer come back as they were, whatever they carry', () => {
  const event = fc.oneof(
    fc.record({ type: fc.constant('WorkflowExecutionSignaled' as const), attributes: signal, eventTime: time }),
    fc.record({ type: fc.constant('TimerStarted' as const), attributes: timer, eventTime: time }),
  );
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 5 }), (given) => {
      const events = given.map((one, index) => ({ eventId: index + 1, ...one }) as HistoryEvent);
      expect(again(events)).toEqual(events);
    }),
  );
});
