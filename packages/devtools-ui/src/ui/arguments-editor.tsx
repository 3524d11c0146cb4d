/** Arguments of a call: a row of JSON for each, as many as one wants. */
import { type ReactElement, useId } from 'react';
import { Button, IconButton } from './button.tsx';

export interface ArgumentsEditorProps {
  readonly texts: readonly string[];
  readonly onChange: (texts: readonly string[]) => void;
  readonly problem?: { readonly index: number; readonly problem: string } | undefined;
  /** What they are of: "signal approve". */
  readonly label: string;
}

export function ArgumentsEditor({ texts, onChange, problem, label }: ArgumentsEditorProps): ReactElement {
  const id = useId();
  return (
    <fieldset className="pd-arguments">
      <legend>Arguments</legend>
      {texts.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: arguments are known by their place
        <div key={index} className="pd-argument">
          <span className="pd-muted" aria-hidden="true">
            {index + 1}
          </span>
          <textarea
            className="pd-input pd-mono"
            rows={Math.min(12, text.split('\n').length)}
            aria-label={`Argument ${index + 1} of ${label}, as JSON`}
            aria-invalid={problem?.index === index}
            aria-describedby={problem?.index === index ? id : undefined}
            placeholder='JSON: "text", 42, { "id": 1 }'
            spellCheck={false}
            value={text}
            onChange={(event) => onChange(texts.map((each, at) => (at === index ? event.target.value : each)))}
          />
          <IconButton icon="cross" name={`Remove argument ${index + 1}`} onClick={() => onChange(texts.filter((_, at) => at !== index))} />
        </div>
      ))}
      {problem && (
        <p className="pd-problem" id={id} role="alert">
          Argument {problem.index + 1}: {problem.problem}
        </p>
      )}
      <Button icon="plus" look="quiet" onClick={() => onChange([...texts, ''])}>
        Add argument
      </Button>
    </fieldset>
  );
}
