/** The menu of views: those that come with the panel, those that were saved, and what can be done with them. */
import { type FormEvent, type ReactElement, useId, useState } from 'react';
import { PRESETS } from '../../models/filter.ts';
import { useValue } from '../../state/use-value.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Menu } from '../../ui/menu.tsx';
import { useDevtools, useRoute, useViewState } from '../context.ts';
import { ViewsDialog } from '../dialogs.ts';

export function ViewsMenu({ onApply }: { readonly onApply: (query: string) => void }): ReactElement {
  const { navigation, ticker, views } = useDevtools();
  const { views: saved } = useValue(views.store, (state) => state);
  const query = useRoute((route) => route.query);
  const [sort] = useViewState('sort');
  const [open, setOpen] = useState<'save' | 'manage'>();
  const close = (): void => setOpen(undefined);
  return (
    <>
      <Menu
        label={<span className="pd-button-label">Views</span>}
        name="Views"
        icon="list"
        look="quiet"
        sections={[
          { items: PRESETS.map((preset) => ({ label: preset.name, run: () => onApply(preset.query(ticker.now())) })) },
          {
            title: 'Saved',
            items: [
              ...saved.map((view) => ({
                label: view.name,
                isChecked: view.query === query && view.sort === sort,
                run: () => navigation.adjust({ query: view.query, view: { ...navigation.store.getState().view, sort: view.sort } }),
              })),
              { label: 'Save this view…', icon: 'plus' as const, run: () => setOpen('save') },
              { label: 'Manage views…', icon: 'settings' as const, run: () => setOpen('manage') },
            ],
          },
        ]}
      />
      {open === 'save' && <SaveDialog query={query} sort={sort} onClose={close} />}
      {open === 'manage' && <ViewsDialog onClose={close} />}
    </>
  );
}

function SaveDialog({ query, sort, onClose }: { readonly query: string; readonly sort: string; readonly onClose: () => void }): ReactElement {
  const { views } = useDevtools();
  const saved = useValue(views.store, (state) => state.views);
  const [name, setName] = useState('');
  const formId = useId();
  const isReplaced = saved.some((view) => view.name === name.trim());
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    views.save({ name: name.trim(), query, sort });
    onClose();
  };
  return (
    <Dialog
      title="Save this view"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={formId}>
            {isReplaced ? 'Replace' : 'Save'}
          </Button>
        </>
      }
    >
      <form id={formId} className="pd-form" onSubmit={submit}>
        <p className="pd-muted">
          <code>{query || 'all runs'}</code>
          {sort !== '' && `, sorted by ${sort}`}
        </p>
        <label>
          Name
          <input className="pd-input" required pattern=".*\S.*" autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />
        </label>
        {isReplaced && <p role="status">There is a view of this name, which is replaced.</p>}
      </form>
    </Dialog>
  );
}
