/**
 * `simulate` runs one seed and says which invariant broke, if one did; `shrink` finds a smaller plan that still breaks it.
 * The same plan gives the same trace, byte for byte.
 */
import type { Millis } from '../../common/brand.ts';
import { Draw, drawPlan, drawWidePlan } from './draw.ts';
import { DEATHS, FAULT_KINDS, type FaultOptions, TAB_DEATHS, TAB_FAULT_KINDS } from './faults.ts';
import type { WorkflowPlan } from './program.ts';
import type { DiskPlan, Takeovers } from './sim-disk.ts';
import { World } from './world.ts';

/** Of the worlds, so many have tabs: they take longer. */
const TABS_ARE_ONE_IN = 4;

export interface SimulationPlan {
  readonly seed: number;
  readonly workflows: readonly WorkflowPlan[];
  readonly faults: FaultOptions;
  /** So many tabs with an engine each, at the beginning; without it engines have processes of their own. */
  readonly tabs?: number;
  readonly disk?: DiskPlan;
  /** Asks questions at the end, too. */
  readonly isWide?: boolean;
  /** Workers keep no run between its tasks. */
  readonly evicts?: boolean;
  /** All workers are replaced by ones with newer code. */
  readonly upgrade?: { readonly from: 0 | 1; readonly after: Millis };
}

export interface Outcome {
  /** The invariant that broke first, in words. */
  readonly violation: string | undefined;
  readonly trace: readonly string[];
  /** How many faults struck. */
  readonly faults: number;
  readonly takeovers: Takeovers;
}

/** The plan of a seed: one to three workflows of all of the model, and from no faults to many. */
export function planOf(seed: number): SimulationPlan {
  const draw = new Draw(seed ^ 0x3a17);
  const names = Array.from({ length: draw.stream('workflows').of([1, 1, 2, 2, 3]) }, (_, index) => `wf-${index}`);
  const workflows = names.map((name) => drawWidePlan(draw, name, names));
  const upgrade = draw.stream('upgrade');
  const isDeadly = draw.stream('deadly').oneIn(4);
  const tabs = draw.stream('tabs').oneIn(TABS_ARE_ONE_IN) ? { tabs: 2 + draw.stream('how many tabs').pick(2) } : {};
  const [kinds, deaths] = 'tabs' in tabs ? [[...FAULT_KINDS, ...TAB_FAULT_KINDS], TAB_DEATHS] : [FAULT_KINDS, DEATHS];
  return {
    seed,
    workflows,
    faults: {
      kinds: isDeadly ? deaths : kinds,
      rate: isDeadly ? 0.5 : draw.stream('faults').of([0, 0.01, 0.03, 0.1]),
      limit: 40,
    },
    ...tabs,
    ...drawDisk(draw.stream('disk')),
    isWide: true,
    evicts: draw.stream('evicts').oneIn(4),
    ...(upgrade.oneIn(3) ? { upgrade: { from: upgrade.pick(2) as 0 | 1, after: upgrade.pick(60_000) } } : {}),
  };
}

/** Once in six each: a write fails now and then, the connection is lost for a while. */
function drawDisk(draw: Draw): Pick<SimulationPlan, 'disk'> {
  const failsEach = draw.oneIn(6) ? { failsEach: 1 + draw.pick(40) } : {};
  const lost = draw.oneIn(6) ? { lostAt: 1 + draw.pick(300), lostFor: 1 + draw.pick(6) } : {};
  return 'failsEach' in failsEach || 'lostAt' in lost ? { disk: { ...failsEach, ...lost } } : {};
}

/** The plan of a seed with activities, timers, signals and queries alone: one to four workflows. */
export function plainPlanOf(seed: number): SimulationPlan {
  const draw = new Draw(seed ^ 0x91a7);
  const workflows = Array.from({ length: 1 + draw.pick(4) }, (_, index) => drawPlan(draw, `wf-${index}`));
  return { seed, workflows, faults: { kinds: FAULT_KINDS, rate: draw.of([0, 0.01, 0.03, 0.1]), limit: 40 } };
}

export const simulate = (plan: SimulationPlan): Promise<Outcome> => new World(plan).run();

/**
 * Takes away workflows, kinds of faults, single faults, signals and questions as long as the world still breaks.
 *
 * @returns the smallest plan found, and its outcome
 */
export async function shrink(plan: SimulationPlan): Promise<{ readonly plan: SimulationPlan; readonly outcome: Outcome }> {
  let best = { plan, outcome: await simulate(plan) };
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const candidate of smaller(best.plan, best.outcome)) {
      const outcome = await simulate(candidate);
      if (outcome.violation === undefined) continue;
      best = { plan: candidate, outcome };
      isSmaller = true;
      break;
    }
  }
  return best;
}

function* smaller(plan: SimulationPlan, { faults }: Outcome): Generator<SimulationPlan> {
  const { workflows, tabs, disk, ...rest } = plan;
  if (tabs !== undefined) yield { ...rest, workflows, ...(disk && { disk }) };
  if (disk !== undefined) yield { ...rest, workflows, ...(tabs !== undefined && { tabs }) };
  if (workflows.length > 1) for (const workflow of workflows) yield { ...plan, workflows: workflows.filter((other) => other !== workflow) };
  if (plan.faults.limit > 0) {
    yield { ...plan, faults: { ...plan.faults, limit: 0 } };
    for (const limit of new Set([Math.floor(faults / 2), faults - 1]))
      if (limit > 0 && limit < plan.faults.limit) yield { ...plan, faults: { ...plan.faults, limit } };
    for (const kind of plan.faults.kinds) yield { ...plan, faults: { ...plan.faults, kinds: plan.faults.kinds.filter((other) => other !== kind) } };
  }
  for (const [index, workflow] of workflows.entries()) for (const less of smallerWorkflows(workflow)) yield { ...plan, workflows: workflows.with(index, less) };
}

function* smallerWorkflows(workflow: WorkflowPlan): Generator<WorkflowPlan> {
  const { program, ending, runTimeout, queries } = workflow;
  if ('parts' in program) for (const part of program.parts) yield { ...workflow, program: part };
  if (program.op === 'within') yield { ...workflow, program: program.part };
  if (queries.length > 0) yield { ...workflow, queries: [] };
  if (ending) {
    const { ending: _, ...rest } = workflow;
    yield rest;
  }
  if (runTimeout !== undefined) {
    const { runTimeout: _, ...rest } = workflow;
    yield rest;
  }
}
