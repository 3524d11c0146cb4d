/** What the markers of Temporal's SDKs and of Perdure hold, read without trust: a marker that cannot be read is shown by its name. */
import type { WirePayloads } from '@perdure/core/common';
import type { EventAttributes } from '@perdure/core/history';

type Marker = EventAttributes['MarkerRecorded'];

export type MarkerKind = 'local activity' | 'side effect' | 'patch' | 'marker';

/** By the names that the SDKs write: Core's first, then those of the Go and Java SDKs. */
const KINDS: Readonly<Record<string, MarkerKind>> = {
  core_local_activity: 'local activity',
  LocalActivity: 'local activity',
  core_patch: 'patch',
  Version: 'patch',
  SideEffect: 'side effect',
  MutableSideEffect: 'side effect',
};

export const markerKind = (markerName: string): MarkerKind => (Object.hasOwn(KINDS, markerName) ? (KINDS[markerName] as MarkerKind) : 'marker');

export interface LocalActivityFacts {
  readonly activityType: string;
  /** From 1, where the marker tells. */
  readonly attempt?: number;
  /** When the worker was first asked for it, in ms since the epoch. */
  readonly scheduledAt?: number;
  /** How long it waits until it is tried again, in ms, where it is. */
  readonly backoff?: number;
  readonly result?: WirePayloads;
}

/** What a `core_local_activity` marker tells; of a marker of another SDK, its type at most. */
export function localActivityFacts({ markerName, details }: Marker): LocalActivityFacts {
  const data = objectIn(details?.['data'] ?? details?.['activity']);
  const { activity_type: type, ActivityType: goType, attempt } = data;
  const scheduledAt = millisOf(data['original_schedule_time']);
  const backoff = millisOf(data['backoff']);
  const result = details?.['result'];
  return {
    activityType: typeof type === 'string' ? type : typeof goType === 'string' ? goType : markerName,
    ...(typeof attempt === 'number' ? { attempt } : {}),
    ...(scheduledAt === undefined ? {} : { scheduledAt }),
    ...(backoff === undefined ? {} : { backoff }),
    ...(result ? { result } : {}),
  };
}

/** What a marker is of: a patch's id, a local activity's type, a side effect's id, else its name. */
export function markerSubject(marker: Marker): string {
  const { markerName, details } = marker;
  switch (markerKind(markerName)) {
    case 'local activity':
      return localActivityFacts(marker).activityType;
    case 'patch': {
      const { id } = objectIn(details?.['patch-data']);
      return typeof id === 'string' ? id : (textIn(details?.['change-id']) ?? markerName);
    }
    case 'side effect': {
      const id = textIn(details?.['side-effect-id']) ?? (markerName === 'MutableSideEffect' ? textIn(details?.['data']) : undefined);
      return id === undefined ? markerName : /^\d+$/.test(id) ? `#${id}` : id;
    }
    default:
      return markerName;
  }
}

function valueIn(payloads: WirePayloads | undefined): unknown {
  const [first] = payloads ?? [];
  if (first?.data === undefined || first.base64) return undefined;
  try {
    return JSON.parse(first.data);
  } catch {
    return undefined; // encoded, or not JSON at all: there is nothing to read
  }
}

function objectIn(payloads: WirePayloads | undefined): Readonly<Record<string, unknown>> {
  const value = valueIn(payloads);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textIn(payloads: WirePayloads | undefined): string | undefined {
  const value = valueIn(payloads);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** Of `{ seconds, nanos }`, as protobuf's times and durations are written in JSON by Core. */
function millisOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { seconds, nanos } = value as { seconds?: unknown; nanos?: unknown };
  if (typeof seconds !== 'number') return undefined;
  return seconds * 1000 + (typeof nanos === 'number' ? Math.floor(nanos / 1_000_000) : 0);
}
