/** One engine leads; it dies, or another one takes the store over and it wakes up later. Everybody finds the leader without asking. */
import type { Millis } from '../../common/brand.ts';
import type { WorkflowService } from '../../protocol/workflow-service.ts';
import { DEATH_WEIGHT, type Engines, type EnginesOptions } from './engines.ts';
import { createLink, type Leader } from './link.ts';
import type { Process } from './scheduler.ts';

/** So long an engine has led when all that was due before it came is done, and in the store. */
const LONG_LED: Millis = 100_000;
/** An engine whose store fails has its runs again within this. */
const LONGEST_RECOVERY: Millis = 45_000;

export class SingleEngine implements Engines {
  readonly #options: EnginesOptions;
  readonly #listeners: Set<() => void> = new Set();
  #leader: Leader | undefined = undefined;
  #ledSince: Millis = 0;
  #isElecting = false;

  constructor(options: EnginesOptions) {
    this.#options = options;
  }

  get patience(): Millis {
    const ledFor = this.#options.scheduler.now - this.#ledSince;
    return this.#leader && ledFor > LONG_LED ? LONGEST_RECOVERY : Number.POSITIVE_INFINITY;
  }

  /** Boots an engine. It becomes the leader when it has the store; until then there is none, or the old one. */
  begin(): void {
    if (this.#isElecting) return;
    this.#isElecting = true;
    const { scheduler, nextName, start, log } = this.#options;
    const process = scheduler.process(`engine-${nextName()}`);
    const onFailure = (reason: Error) => {
      log(`${process.name} fails: ${reason.message}`);
      if (this.#leader?.process === process) this.#replaceLeader();
    };
    start(process, onFailure).then(
      (service) => {
        this.#isElecting = false;
        this.#lead({ process, service });
        log(`${process.name} leads`);
      },
      (error: unknown) => {
        this.#isElecting = false;
        log(`${process.name} cannot start: ${String(error)}`);
        process.kill();
        scheduler.post('another engine', undefined, 500, () => this.begin());
      },
    );
  }

  link(owner: Process): WorkflowService {
    return createLink({
      scheduler: this.#options.scheduler,
      faults: this.#options.faults,
      owner,
      leader: () => this.#leader,
      onLeaderChange: (listener) => {
        const hear = () => listener();
        this.#listeners.add(hear);
        return () => this.#listeners.delete(hear);
      },
    });
  }

  strike(): void {
    const { faults } = this.#options;
    if (faults.strikes('engine dies', DEATH_WEIGHT) && this.#leader) {
      this.#leader.process.kill();
      this.#replaceLeader();
    }
    if (faults.strikes('engine is taken over and wakes up later', DEATH_WEIGHT)) this.begin();
  }

  calm(): void {}

  async check(): Promise<void> {}

  #replaceLeader(): void {
    this.#lead(undefined);
    const { scheduler } = this.#options;
    scheduler.post('another engine', undefined, scheduler.pick(2_000), () => this.begin());
  }

  #lead(leader: Leader | undefined): void {
    this.#leader = leader;
    this.#ledSince = this.#options.scheduler.now;
    for (const listener of [...this.#listeners]) listener();
  }
}
