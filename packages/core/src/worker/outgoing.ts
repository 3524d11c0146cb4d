/** The commands of a run that its history does not show yet, in the order in which they leave. */
import type { HistoryEvent } from '../history/events.ts';
import type { Command } from '../protocol/commands.ts';
import { checkCommand, describeCommand, describeEvent, isCommandEvent, NonDeterminismError } from './determinism.ts';

/** One command, from the moment the code gives it until its event is seen. */
export interface OutgoingCommand {
  readonly command: Command;
  /** Taken back before it left: neither side hears of it. */
  isWithdrawn: boolean;
  /** Called with the event that the command left. */
  readonly onRecorded?: ((event: HistoryEvent) => void) | undefined;
  /** For a patch: the history need not have its marker, and without the marker not the search attributes that follow it. */
  isOptional?: boolean;
}

export class OutgoingCommands {
  #queue: OutgoingCommand[] = [];
  #next = 0;
  /** The first command that ends the run; it leaves last. */
  #closing: OutgoingCommand | undefined;
  #isClosingQueued = false;

  get isClosing(): boolean {
    return this.#closing !== undefined;
  }

  add(command: Command, onRecorded?: (event: HistoryEvent) => void, isOptional = false): OutgoingCommand {
    const outgoing: OutgoingCommand = { command, isWithdrawn: false, onRecorded, isOptional };
    this.#queue.push(outgoing);
    return outgoing;
  }

  /** The first one counts; the run cannot end twice. */
  close(command: Command): void {
    this.#closing ??= { command, isWithdrawn: false };
  }

  /** Ends a workflow task: the closing command takes its place behind the others. */
  settle(): void {
    if (!this.#closing || this.#isClosingQueued) return;
    this.#isClosingQueued = true;
    this.#queue.push(this.#closing);
  }

  /** What leaves with the workflow task that ends now. Commands without an event are forgotten, the others wait for theirs. */
  leave(): Command[] {
    const leaving = this.#queue.slice(this.#next).filter((outgoing) => !outgoing.isWithdrawn);
    this.#queue = leaving.filter(({ command }) => command.type !== 'RejectUpdate');
    this.#next = 0;
    return leaving.map(({ command }) => command);
  }

  /** The next command that has not been taken back, without taking it. */
  peek(): OutgoingCommand | undefined {
    while (this.#next < this.#queue.length) {
      const outgoing = this.#queue[this.#next];
      if (outgoing && !outgoing.isWithdrawn && outgoing.command.type !== 'RejectUpdate') return outgoing;
      this.#next++;
    }
    if (this.#next > 0) {
      this.#queue = [];
      this.#next = 0;
    }
    return undefined;
  }

  skip(): void {
    this.#next++;
  }

  /**
   * The history shows what became of the next command.
   *
   * @param withNames whether ids and names are compared, or the kind alone (histories of old SDKs)
   * @throws {NonDeterminismError}
   */
  match(event: HistoryEvent, withNames: boolean): void {
    let outgoing = this.peek();
    while (outgoing?.isOptional && !isSameKind(outgoing.command, event)) {
      this.skip();
      outgoing = this.peek();
    }
    if (!outgoing) throw new NonDeterminismError(event.eventId, describeEvent(event), 'no command here');
    checkCommand(outgoing.command, event, withNames);
    this.skip();
    if (outgoing.isOptional) this.#requireChangeVersion();
    outgoing.onRecorded?.(event);
  }

  /** The history has the marker of a patch: then it has the search attributes that were written with it. */
  #requireChangeVersion(): void {
    const next = this.peek();
    if (next?.isOptional && next.command.type === 'UpsertWorkflowSearchAttributes') next.isOptional = false;
  }

  /**
   * The events of a task's commands are over; nothing may be left.
   *
   * @param next the event that stands where another command's event would
   * @throws {NonDeterminismError}
   */
  expectNone(next: HistoryEvent): void {
    let outgoing = this.peek();
    while (outgoing?.isOptional) {
      this.skip();
      outgoing = this.peek();
    }
    if (outgoing)
      throw new NonDeterminismError(
        next.eventId,
        isCommandEvent(next) ? describeEvent(next) : `no further command (${next.type} follows)`,
        describeCommand(outgoing.command),
      );
  }
}

function isSameKind({ type, attributes }: Command, event: HistoryEvent): boolean {
  if (type === 'RecordMarker') return event.type === 'MarkerRecorded' && event.attributes.markerName === attributes.markerName;
  return (
    type === 'UpsertWorkflowSearchAttributes' && event.type === 'UpsertWorkflowSearchAttributes' && 'TemporalChangeVersion' in event.attributes.searchAttributes
  );
}
