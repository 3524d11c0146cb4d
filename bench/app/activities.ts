/** The activities of the workloads. They run in the worker for activities, as users get it. */
import { BENCH_CHANNEL, type BenchMessage } from './channel.ts';

let additions = 0;
const channel = new BroadcastChannel(BENCH_CHANNEL);
const tell = (message: BenchMessage): void => channel.postMessage(message);

channel.onmessage = ({ data }: MessageEvent<BenchMessage>) => {
  if (data.kind === 'howOften') tell({ kind: 'additions', additions });
};

export async function addOne(value: number): Promise<number> {
  additions++;
  return value + 1;
}

/** The page learns that all before it is done: an activity starts after the commit of what it stands on, and not before. */
export async function tellPage(workflowId: string): Promise<void> {
  tell({ kind: 'arrived', workflowId });
}

/** Only ever replayed: the synthetic histories hold its results. */
export async function add(left: number, right: number): Promise<number> {
  return left + right;
}
