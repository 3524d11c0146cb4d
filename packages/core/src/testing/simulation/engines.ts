/** What a world asks of its engines: one after the other in a process of its own, or each in a tab. */
import type { Millis } from '../../common/brand.ts';
import type { WorkflowService } from '../../protocol/workflow-service.ts';
import type { EngineService } from '../../service/service.ts';
import type { Faults } from './faults.ts';
import type { Process, Scheduler } from './scheduler.ts';

export interface Engines {
  /** Boots the first of them. */
  begin(): void;
  /** How late at most the engine is with what is due now; `Infinity` when something may have held it up. */
  readonly patience: Millis;
  /** The way to them for who lives in `owner`. */
  link(owner: Process): WorkflowService;
  /** Before each step: may have one of them die. */
  strike(): void;
  /** No fault comes any more, and what was held up goes on. */
  calm(): void;
  /** What has to hold of them when all has come to rest; nothing that it asks is answered before more steps are taken. */
  check(): Promise<void>;
}

export interface EnginesOptions {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly log: (line: string) => void;
  readonly violate: (statement: string) => void;
  /** Another number at each call. */
  readonly nextName: () => number;
  /** A service on the store of the world, in a process. */
  readonly start: (process: Process, onFailure: (reason: Error) => void) => Promise<EngineService>;
}

/** How likely a death is at each step, as a part of the fault rate. */
export const DEATH_WEIGHT = 0.02;
/** How often a message between tabs is lost or late: there are many of them. */
export const MESSAGE_WEIGHT = 0.1;
