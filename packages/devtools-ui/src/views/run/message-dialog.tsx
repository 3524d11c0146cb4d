/** Sends a signal or an update to a run: its code's handlers are offered, any other name can be typed. */
import { type FormEvent, type ReactElement, useId, useState } from 'react';
import type { RunRef } from '../../backend/backend.ts';
import { messageText, parseArguments } from '../../models/arguments.ts';
import { formatDuration } from '../../models/duration.ts';
import type { RunPage } from '../../state/run-page.ts';
import { useValue } from '../../state/use-value.ts';
import { ArgumentsEditor } from '../../ui/arguments-editor.tsx';
import { Button } from '../../ui/button.tsx';
import { copyText } from '../../ui/copy.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { useDevtools } from '../context.ts';
import { PayloadsView } from './payloads-view.tsx';

export interface MessageFormProps {
  readonly page: RunPage;
  readonly kind: 'signal' | 'update';
  readonly run: RunRef;
  /** What an earlier one was sent with. */
  readonly like?: { readonly name: string; readonly args: readonly string[] };
  /** Called when it was accepted; absent: the form stays. */
  readonly onSent?: () => void;
}

export interface MessageDialogProps extends MessageFormProps {
  readonly onClose: () => void;
}

export function MessageDialog({ onClose, ...form }: MessageDialogProps): ReactElement {
  return (
    <Dialog title={form.kind === 'signal' ? 'Send a signal' : 'Send an update'} onClose={onClose}>
      <MessageForm {...form} {...(form.kind === 'signal' && { onSent: onClose })} />
    </Dialog>
  );
}

type Answer =
  | { readonly isGood: true; readonly took: number; readonly result: Parameters<typeof PayloadsView>[0]['payloads'] }
  | { readonly isGood: false; readonly reason: string };

export function MessageForm({ page, kind, run, like, onSent }: MessageFormProps): ReactElement {
  const { order, ticker } = useDevtools();
  const code = useValue(page.store, (state) => state.code);
  const handlers = (kind === 'signal' ? code?.signals : code?.updates) ?? [];
  const id = useId();
  const [typed, setName] = useState(like?.name);
  const name = typed ?? handlers[0]?.name ?? '';
  const [texts, setTexts] = useState<readonly string[]>(like?.args ?? ['']);
  const [problem, setProblem] = useState<{ readonly index: number; readonly problem: string }>();
  const [answer, setAnswer] = useState<Answer>();
  const [isSending, setIsSending] = useState(false);
  const description = handlers.find((handler) => handler.name === name)?.description;

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const parsed = parseArguments(texts);
    if ('problem' in parsed) return setProblem(parsed);
    setProblem(undefined);
    setIsSending(true);
    const before = ticker.now();
    const args = parsed.payloads;
    const outcome =
      kind === 'signal'
        ? await order({ type: 'signal', ...run, signalName: name, args, requestId: crypto.randomUUID() }, `${name} was sent to ${run.workflowId}`)
        : await order({ type: 'update', ...run, updateName: name, updateId: crypto.randomUUID(), args });
    setIsSending(false);
    if (outcome.isAccepted && onSent) return onSent();
    setAnswer(outcome.isAccepted ? { isGood: true, took: ticker.now() - before, result: outcome.result } : { isGood: false, reason: outcome.reason });
  };

  return (
    <form className="pd-form" onSubmit={(event) => void submit(event)}>
      <label>
        {kind === 'signal' ? 'Signal' : 'Update'}
        <input className="pd-input pd-mono" list={`${id}-names`} required autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />
      </label>
      <datalist id={`${id}-names`}>
        {handlers.map((handler) => (
          <option key={handler.name} value={handler.name} />
        ))}
      </datalist>
      {description && <p className="pd-muted">{description}</p>}
      <ArgumentsEditor texts={texts} onChange={setTexts} problem={problem} label={name} />
      <p className="pd-actions">
        <Button look="primary" type="submit" disabled={isSending}>
          {isSending ? 'Sending…' : kind === 'signal' ? 'Send signal' : 'Send update'}
        </Button>
        <Button icon="copy" look="quiet" onClick={() => void copyText(messageText(kind, name, texts))}>
          Copy as code
        </Button>
      </p>
      {answer && (
        <div role="status" className="pd-answer" data-good={answer.isGood ? '' : undefined}>
          {answer.isGood ? (
            <>
              <b>Completed</b> <span className="pd-muted">after {formatDuration(answer.took)}</span>
              {kind === 'update' && <PayloadsView payloads={answer.result} label="Result of the update" isInline />}
            </>
          ) : (
            <span className="pd-failure-text">{answer.reason}</span>
          )}
        </div>
      )}
    </form>
  );
}
