/** Draws plans. Each feature has a stream of its own, so that one more of them leaves the others of a seed as they are. */
import { type Rng, seededRng } from '../../common/rng.ts';
import { type Program, type RestartPlan, type RunPlan, SHIELDED, type Succession, type UpdatePlan, type WorkflowPlan } from './program.ts';

export class Draw {
  readonly #rng: Rng;
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
    this.#rng = seededRng(seed);
  }

  /** A whole number from 0 to `limit` - 1. */
  pick(limit: number): number {
    return this.#rng.uint32() % limit;
  }

  /** True once in so many. */
  oneIn(count: number): boolean {
    return this.pick(count) === 0;
  }

  of<T>(values: readonly T[]): T {
    return values[this.pick(values.length)] as T;
  }

  /** A stream that depends on the seed and the name alone. */
  stream(name: string): Draw {
    let hash = this.#seed;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    return new Draw(hash);
  }
}

/** Activities, timers, signals and queries alone. */
export function drawPlan(draw: Draw, workflowId: string): WorkflowPlan {
  const signals = drawTimes(draw, 4, 30_000).sort((a, b) => a - b);
  let activities = 0;
  const program = drawProgram(draw, 3, signals.length, () => `${workflowId}/${++activities}`);
  const queries = drawTimes(draw, 3, 60_000);
  const plan = { workflowId, program, startsAfter: draw.pick(5_000), signals, queries };
  const fate = draw.pick(10);
  if (fate === 0) return { ...plan, ending: { how: 'cancel', after: draw.pick(40_000) } };
  if (fate === 1) return { ...plan, ending: { how: 'terminate', after: draw.pick(40_000) } };
  return fate === 2 ? { ...plan, runTimeout: 1_000 + draw.pick(100_000) } : plan;
}

/** All of the model. */
export function drawWidePlan(seed: Draw, workflowId: string, peers: readonly string[]): WorkflowPlan {
  const stream = (name: string) => seed.stream(`${workflowId} ${name}`);
  const restart = stream('restart').oneIn(6) ? drawRestart(stream('restart of')) : undefined;
  const succession = drawSuccession(stream('succession'));
  const burst = succession.kind === 'laps' && !restart ? drawBurst(stream('burst')) : undefined;
  const signals = burst?.signals ?? drawTimes(stream('signals'), 4, 30_000).sort((a, b) => a - b);
  // who starts over does not get the signals again that it waits for
  const isSteady = !restart && (succession.kind === 'once' || succession.kind === 'laps');
  let ids = 0;
  const source: Source = {
    draw: stream('program'),
    peers,
    signals: isSteady ? signals.length : 0,
    children: 1,
    isShielded: false,
    nextId: () => `${workflowId}/${++ids}`,
  };
  const parts = burst?.parts ?? Array.from({ length: 1 + source.draw.pick(3) }, () => drawPart(source, 2));
  const delay = stream('delay');
  const timeouts = stream('timeouts');
  return {
    workflowId,
    program: { op: 'sequence', parts },
    startsAfter: stream('start').pick(5_000),
    signals,
    queries: drawTimes(stream('queries'), 3, 40_000),
    succession,
    hasChannel: stream('channel').oneIn(3),
    updates: drawUpdates(stream('updates'), workflowId),
    ...drawEnding(stream('ending'), succession),
    ...(stream('start by').oneIn(3) ? { start: stream('start by what').of(['signal', 'update'] as const) } : {}),
    ...(succession.kind !== 'cron' && delay.oneIn(8) ? { startDelay: delay.pick(10_000) } : {}),
    ...(timeouts.oneIn(10) ? { runTimeout: 1_000 + timeouts.pick(100_000) } : {}),
    ...(timeouts.oneIn(12) ? { executionTimeout: 5_000 + timeouts.pick(150_000) } : {}),
    ...(timeouts.oneIn(6) ? { taskTimeout: 2_000 + timeouts.pick(10_000) } : {}),
    ...(restart ? { restart } : {}),
    ...(stream('mark').oneIn(2) ? { mark: stream('mark').pick(8) } : {}),
  };
}

const drawTimes = (draw: Draw, most: number, limit: number): number[] => Array.from({ length: draw.pick(most) }, () => draw.pick(limit));

/** Signals without a pause, in the midst of which a run wants to go on as the next one: so it has to take along some that it has not seen. */
function drawBurst(draw: Draw): { readonly signals: readonly number[]; readonly parts: readonly Program[] } | undefined {
  if (draw.oneIn(2)) return undefined;
  const count = 4 + draw.pick(6);
  return { signals: [draw.pick(30_000), ...Array<number>(count - 1).fill(0)], parts: [{ op: 'signals', count: draw.pick(count) }] };
}

function drawSuccession(draw: Draw): Succession {
  switch (draw.pick(8)) {
    case 0:
    case 1:
      return { kind: 'laps', laps: 1 + draw.pick(3) };
    case 2:
      return { kind: 'retry', fails: draw.pick(4), attempts: 1 + draw.pick(4) };
    case 3:
      return { kind: 'cron', failsAt: draw.pick(3) };
    default:
      return { kind: 'once' };
  }
}

/** A schedule never ends by itself, and a workflow that is asked to cancel may complete before it hears of it. */
function drawEnding(draw: Draw, { kind }: Succession): Pick<WorkflowPlan, 'ending'> {
  if (kind === 'cron') return { ending: { how: 'terminate', after: 60_000 + draw.pick(240_000) } };
  const fate = draw.pick(9);
  return fate > 1 ? {} : { ending: { how: fate === 0 ? 'cancel' : 'terminate', after: draw.pick(40_000) } };
}

function drawRestart(draw: Draw): RestartPlan {
  return {
    after: draw.pick(60_000),
    isRepeated: draw.oneIn(3),
    signals: draw.oneIn(3),
    conflict: draw.of(['FAIL', 'USE_EXISTING', 'TERMINATE_EXISTING']),
    reuse: draw.of(['ALLOW_DUPLICATE', 'ALLOW_DUPLICATE_FAILED_ONLY', 'REJECT_DUPLICATE']),
  };
}

function drawUpdates(draw: Draw, workflowId: string): UpdatePlan[] {
  return Array.from({ length: Math.max(0, draw.pick(6) - 2) }, (_, index): UpdatePlan => {
    const id = `${workflowId} update ${index}`;
    const part = draw.pick(3);
    return {
      id,
      after: draw.oneIn(3) ? 3_000 : draw.pick(20_000), // some come together
      rejects: draw.oneIn(4),
      ...(part === 0 ? {} : { part: part === 1 ? { op: 'timer', ms: draw.pick(8_000) } : drawActivity(draw, id) }),
      waitStage: draw.of(['ACCEPTED', 'COMPLETED', 'COMPLETED']),
      ...(draw.oneIn(3) ? { againAfter: draw.pick(10_000) } : {}),
    };
  });
}

function drawProgram(draw: Draw, depth: number, signals: number, nextId: () => string): Program {
  const kind = draw.pick(depth > 0 ? 9 : 5);
  const part = () => drawProgram(draw, depth - 1, signals, nextId);
  switch (kind) {
    case 0:
    case 1:
      return drawActivity(draw, nextId());
    case 2:
      return drawTimer(draw);
    case 3:
      return { op: 'signals', count: draw.pick(signals + 1) };
    case 4:
      return { op: 'chance' };
    case 5:
      return { op: 'within', ms: draw.pick(15_000), part: part() };
    default:
      return { op: kind === 6 ? 'all' : 'sequence', parts: Array.from({ length: 1 + draw.pick(3) }, part) };
  }
}

const drawTimer = (draw: Draw): Program => ({ op: 'timer', ms: draw.pick(3) === 0 ? draw.pick(3_600_000) : draw.pick(20_000) });

function drawActivity(draw: Draw, id: string): Extract<Program, { op: 'activity' }> {
  const attempts = draw.stream(`${id} attempts`);
  return {
    op: 'activity',
    id,
    fails: draw.pick(3) === 0 ? draw.pick(4) : 0,
    takes: draw.pick(8_000),
    fatal: draw.pick(8) === 0,
    beats: draw.pick(3) === 0,
    ...(attempts.oneIn(6) ? { mostAttempts: 1 + attempts.pick(3) } : {}),
  };
}

interface Source {
  readonly draw: Draw;
  readonly peers: readonly string[];
  readonly signals: number;
  /** How deep children may have children. */
  readonly children: number;
  readonly isShielded: boolean;
  readonly nextId: () => string;
}

/** An activity that must not be cancelled says so in its id. */
const activityOf = ({ draw, isShielded, nextId }: Source): Extract<Program, { op: 'activity' }> =>
  drawActivity(draw, `${nextId()}${isShielded ? SHIELDED : ''}`);

const LEAVES = [
  ...['activity', 'activity', 'later', 'by id', 'local', 'local', 'heeds', 'timer', 'timer', 'signals', 'chance'],
  ...['tell', 'tell', 'patch', 'effect', 'setting', 'mark'],
] as const;
const BRANCHES = ['within', 'all', 'sequence', 'shielded', 'child', 'child', 'child'] as const;

function drawPart(source: Source, depth: number): Program {
  const { draw, nextId } = source;
  if (depth > 0 && draw.oneIn(3)) return drawBranch(source, depth);
  const kind = draw.of(LEAVES);
  switch (kind) {
    case 'activity':
      return activityOf(source);
    case 'heeds':
      return { ...activityOf(source), beats: true, heeds: true };
    case 'later':
    case 'by id':
    case 'local':
      return { ...activityOf(source), beats: false, how: kind };
    case 'timer':
      return { op: 'timer', ms: draw.oneIn(6) ? draw.pick(600_000) : draw.pick(15_000) };
    case 'signals':
      return { op: 'signals', count: draw.pick(source.signals + 1) };
    case 'tell':
      return { op: 'tell', id: nextId(), target: draw.of([...source.peers, ...source.peers, 'nobody', 'parent']), how: draw.oneIn(6) ? 'cancel' : 'signal' };
    case 'patch':
    case 'setting':
      return { op: kind, id: nextId() };
    case 'mark':
      return { op: 'mark', value: draw.pick(8) };
    default:
      return { op: kind };
  }
}

function drawBranch(source: Source, depth: number): Program {
  const { draw } = source;
  const kind = draw.of(BRANCHES);
  const part = (isShielded = source.isShielded) => drawPart({ ...source, isShielded }, depth - 1);
  switch (kind) {
    case 'child':
      return source.children > 0 ? drawChild(source) : part();
    case 'within':
      return { op: 'within', ms: draw.pick(15_000), part: part(false) };
    case 'shielded':
      return { op: 'shielded', part: part(true) };
    default:
      return { op: kind, parts: Array.from({ length: 1 + draw.pick(3) }, () => part()) };
  }
}

function drawChild(source: Source): Program {
  const { draw } = source;
  const id = source.nextId();
  const use = draw.of(['execute', 'execute', 'start', 'signal', 'twin'] as const);
  const inner: Source = { ...source, signals: 0, children: source.children - 1, isShielded: false };
  const parts = Array.from({ length: 1 + draw.pick(2) }, () => drawPart(inner, 1));
  const run: RunPlan = {
    program: { op: 'sequence', parts: use === 'signal' ? [{ op: 'signals', count: 1 }, ...parts] : parts },
    succession: use === 'signal' ? { kind: 'once' } : drawChildSuccession(draw),
  };
  return {
    op: 'child',
    id,
    run,
    policy: draw.of(['TERMINATE', 'REQUEST_CANCEL', 'ABANDON']),
    cancellation: draw.of(['WAIT_CANCELLATION_COMPLETED', 'WAIT_CANCELLATION_REQUESTED', 'TRY_CANCEL', 'ABANDON']),
    use,
    ...(draw.oneIn(8) ? { runTimeout: 1_000 + draw.pick(20_000) } : {}),
  };
}

function drawChildSuccession(draw: Draw): Succession {
  const kind = draw.pick(5);
  if (kind === 0) return { kind: 'laps', laps: 1 + draw.pick(2) };
  return kind === 1 ? { kind: 'retry', fails: draw.pick(3), attempts: 1 + draw.pick(3) } : { kind: 'once' };
}
