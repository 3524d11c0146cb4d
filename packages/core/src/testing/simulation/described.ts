/** A model of what describes a run: memo and search attributes, folded from its history by itself. */
import type { PayloadMap } from '../../common/payload.ts';
import type { HistoryEvent } from '../../history/events.ts';

export interface Described {
  readonly memo: PayloadMap;
  readonly searchAttributes: PayloadMap;
}

export const UNDESCRIBED: Described = { memo: {}, searchAttributes: {} };

export function describedAfter({ memo, searchAttributes }: Described, event: HistoryEvent): Described {
  switch (event.type) {
    case 'WorkflowExecutionStarted':
      return { memo: event.attributes.memo ?? {}, searchAttributes: event.attributes.searchAttributes ?? {} };
    case 'UpsertWorkflowSearchAttributes':
      return { memo, searchAttributes: { ...searchAttributes, ...event.attributes.searchAttributes } };
    case 'WorkflowPropertiesModified':
      return { memo: { ...memo, ...event.attributes.upsertedMemo }, searchAttributes };
    default:
      return { memo, searchAttributes };
  }
}

/** The same contents, whatever the order of the keys and the types that are noted beside the values. */
export const isSameMap = (a: PayloadMap = {}, b: PayloadMap = {}): boolean => contents(a) === contents(b);

const contents = (map: PayloadMap): string =>
  JSON.stringify(
    Object.entries(map)
      .map(([name, { data }]) => [name, data])
      .sort(),
  );
