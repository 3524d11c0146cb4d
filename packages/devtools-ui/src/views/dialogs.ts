/** What is opened over the panel or in place of the list: each comes when it is first asked for. */
import { type Later, later } from '../ui/later.tsx';
import type { ConfirmDialogProps } from './confirm-dialog.tsx';
import type { KeySheetProps } from './key-sheet.tsx';
import type { BulkDialogProps } from './list/bulk-dialog.tsx';
import type { ViewsDialogProps } from './list/views-dialog.tsx';
import type { PaletteProps } from './palette.tsx';
import type { MessageDialogProps } from './run/message-dialog.tsx';
import type { StartDialogProps } from './start-dialog.tsx';

export const Palette: Later<PaletteProps> = later({
  name: 'The palette',
  load: async () => ({ Component: (await import('./palette.tsx')).Palette }),
});
export const KeySheet: Later<KeySheetProps> = later({
  name: 'The sheet of keys',
  load: async () => ({ Component: (await import('./key-sheet.tsx')).KeySheet }),
});
export const BulkDialog: Later<BulkDialogProps> = later({
  name: 'The form',
  load: async () => ({ Component: (await import('./list/bulk-dialog.tsx')).BulkDialog }),
});
export const ViewsDialog: Later<ViewsDialogProps> = later({
  name: 'The list of views',
  load: async () => ({ Component: (await import('./list/views-dialog.tsx')).ViewsDialog }),
});
export const EngineView: Later<object> = later({
  name: 'The page of the engine',
  load: async () => {
    const [{ EngineView: Component }, { engineStyles: styles }] = await Promise.all([import('./engine/engine-view.tsx'), import('./engine/engine.styles.ts')]);
    return { Component, styles };
  },
});
export const StartDialog: Later<StartDialogProps> = later({
  name: 'The form',
  load: async () => ({ Component: (await import('./start-dialog.tsx')).StartDialog }),
});
export const MessageDialog: Later<MessageDialogProps> = later({
  name: 'The form',
  load: async () => ({ Component: (await import('./run/message-dialog.tsx')).MessageDialog }),
});
export const ConfirmDialog: Later<ConfirmDialogProps> = later({
  name: 'The question',
  load: async () => ({ Component: (await import('./confirm-dialog.tsx')).ConfirmDialog }),
});
