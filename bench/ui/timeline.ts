/** Item 2: the timeline over a history file. */
import { createFileBackend } from '@perdure/devtools-ui/parts';
import { batch } from '../../packages/devtools-ui/stories/histories.ts';
import { type Frames, inFrames, nodesIn, painted, wait, whenPainted } from './measure.ts';
import { find, type Opened, openPanel, place } from './panel.ts';

const RUN = { workflowId: 'batch-1', runId: 'batch-run' };
/** What the timeline shows of a history: bars, or what is painted where they are too many. */
const SHOWN = '.pd-tl-row';

export interface TimelinePage {
  /** The panel with the list, over a file with so many events. */
  prepare(events: number): Promise<void>;
  /** @returns ms from the order to open the run until its timeline is painted and the page answers again */
  open(): Promise<number>;
  /** By a wheel whose notch comes with each frame, in and out again. */
  zoom(frames: number): Promise<Frames>;
  /** @returns how many nodes the panel had */
  close(): Promise<number>;
}

export function createTimelinePage(): TimelinePage {
  let panel: Opened | undefined;
  return {
    async prepare(events) {
      panel = openPanel(createFileBackend({ label: 'batch', file: { runs: [{ ...RUN, events: batch(events) }] } }));
      await whenPainted(place(), '.pd-run');
      await wait(300);
    },
    async open() {
      const start = performance.now();
      panel?.devtools.navigation.go({ page: 'run', ...RUN });
      await whenPainted(place(), SHOWN);
      await wait(0); // tasks that stand in line, as that of an input would
      return performance.now() - start;
    },
    async zoom(frames) {
      const area = find('.pd-tl-area');
      const { left, top, width, height } = area.getBoundingClientRect();
      const at = { clientX: left + width * 0.6, clientY: top + height / 2, bubbles: true, cancelable: true, composed: true, ctrlKey: true };
      await wait(2_000); // what is folded is decided at rest
      return inFrames(frames, (index) => area.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY: index < frames / 2 ? -53 : 53 })));
    },
    async close() {
      const nodes = nodesIn(place());
      panel?.close();
      await painted();
      return nodes;
    },
  };
}
