/** A run that goes on by 1,000 events a second, told from another thread as an engine would. */
import { batch } from '../../packages/devtools-ui/stories/histories.ts';

const EVENTS_PER_MS = 1;
const GAP_MS = 10;

addEventListener('message', ({ data: seconds }: MessageEvent<number>) => {
  const wanted = seconds * 1_000 * EVENTS_PER_MS;
  const events = batch(wanted + 100).slice(0, wanted); // so that it does not end
  const start = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const until = Math.min(wanted, Math.floor((performance.now() - start) * EVENTS_PER_MS));
    const eventTime = Date.now();
    if (until > sent) postMessage(events.slice(sent, until).map((event) => ({ ...event, eventTime })));
    sent = until;
    if (sent < wanted) return;
    clearInterval(timer);
    postMessage('done');
  }, GAP_MS);
});
