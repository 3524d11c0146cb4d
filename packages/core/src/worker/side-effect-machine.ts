/** Side effects, as the worker sees them: markers. Those of a mutable one bear the id of their own event, which is known when their task ends. */
import type { WirePayloads } from '../common/payload.ts';
import type { PayloadConverter } from '../common/payload-converter.ts';
import { toWire } from '../common/wire.ts';
import type { WorkflowCommand } from '../protocol/activation.ts';
import type { Command, RunContext } from './machine.ts';

const ID = 'side-effect-id';

export class SideEffectMachines {
  readonly #run: RunContext;
  readonly #payloadConverter: PayloadConverter;
  /** Ids of markers that have not left. */
  #unnamed = new Map<Command, string>();

  constructor(run: RunContext, payloadConverter: PayloadConverter) {
    this.#run = run;
    this.#payloadConverter = payloadConverter;
  }

  record({ markerName, details, mutableSideEffectId }: Extract<WorkflowCommand, { type: 'recordMarker' }>): void {
    const { command } = this.#run.send({ type: 'RecordMarker', attributes: { markerName, details } });
    if (mutableSideEffectId !== undefined) this.#unnamed.set(command, mutableSideEffectId);
  }

  /**
   * Puts the ids of their events into the markers that leave.
   *
   * @param firstEventId of the event that the first command becomes
   */
  name(commands: Command[], firstEventId: number): Command[] {
    if (this.#unnamed.size === 0) return commands;
    const unnamed = this.#unnamed;
    this.#unnamed = new Map();
    let eventId = firstEventId;
    return commands.map((command) => {
      const id = unnamed.get(command);
      const named = id === undefined ? command : withDetail(command, ID, [toWire(this.#payloadConverter, `${id}_${eventId}`)]);
      if (command.type !== 'RejectUpdate') eventId++;
      return named;
    });
  }
}

function withDetail(command: Command, key: string, payloads: WirePayloads): Command {
  if (command.type !== 'RecordMarker') return command;
  return { ...command, attributes: { ...command.attributes, details: { ...command.attributes.details, [key]: payloads } } };
}
