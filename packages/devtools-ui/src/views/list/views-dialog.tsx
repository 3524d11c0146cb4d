/** The views that a person has saved: the one to open with, their links, and the way of all of them into a file and out of one. */
import { type ReactElement, useId } from 'react';
import { messageOf } from '../../backend/errors.ts';
import type { SavedView } from '../../state/saved-views.ts';
import { useValue } from '../../state/use-value.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { copyText, pickFiles, saveFile } from '../../ui/copy.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { useDevtools } from '../context.ts';

export interface ViewsDialogProps {
  readonly onClose: () => void;
}

export function ViewsDialog({ onClose }: ViewsDialogProps): ReactElement {
  const { views, toasts } = useDevtools();
  const { views: saved, defaultName } = useValue(views.store, (state) => state);
  const name = useId();

  const importFile = (file: File): void => {
    void file.text().then((text) => {
      try {
        const count = views.importText(text);
        toasts.show({ tone: 'good', text: count === 1 ? '1 view was read' : `${count} views were read` });
      } catch (error) {
        toasts.show({ tone: 'bad', text: `${file.name} was not read. ${messageOf(error)}` });
      }
    });
  };

  return (
    <Dialog
      title="Saved views"
      width="wide"
      onClose={onClose}
      actions={
        <>
          <Button icon="upload" onClick={() => pickFiles('.json,application/json', importFile)}>
            Read a file
          </Button>
          <Button icon="download" disabled={saved.length === 0} onClick={() => saveFile('perdure-views.json', views.exportText())}>
            Save as a file
          </Button>
          <Button look="primary" onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      {saved.length === 0 ? (
        <p className="pd-muted">None is saved yet. Filter the list as you want it, then choose "Save this view" in the menu of views.</p>
      ) : (
        <fieldset className="pd-saved-views">
          <legend className="pd-visually-hidden">The view that the panel opens with</legend>
          <label className="pd-saved-view">
            <input type="radio" name={name} checked={defaultName === undefined} onChange={() => views.setDefault(undefined)} />
            <span>All runs</span>
          </label>
          {saved.map((view) => (
            <Row key={view.name} view={view} radioName={name} isDefault={view.name === defaultName} />
          ))}
          <p className="pd-muted">The panel opens with the one that is chosen.</p>
        </fieldset>
      )}
    </Dialog>
  );
}

function Row({ view, radioName, isDefault }: { readonly view: SavedView; readonly radioName: string; readonly isDefault: boolean }): ReactElement {
  const { views, navigation, toasts } = useDevtools();
  const copyLink = async (): Promise<void> => {
    const link = navigation.linkTo({ page: 'workflows', file: undefined, query: view.query, view: { sort: view.sort } });
    if (await copyText(link)) toasts.show({ tone: 'good', text: `The link to "${view.name}" was copied` });
  };
  return (
    <div className="pd-saved-view">
      <label>
        <input type="radio" name={radioName} checked={isDefault} onChange={() => views.setDefault(view.name)} />
        <span>
          {view.name} <code className="pd-muted">{view.query || 'all runs'}</code>
        </span>
      </label>
      <IconButton icon="link" name={`Copy the link to ${view.name}`} onClick={() => void copyLink()} />
      <IconButton icon="cross" name={`Remove ${view.name}`} onClick={() => views.remove(view.name)} />
    </div>
  );
}
