/** What is opened over the panel: each comes when it is first asked for. */
import { type Later, later } from '../ui/later.tsx';
import type { ConfirmDialogProps } from './confirm-dialog.tsx';
import type { KeySheetProps } from './key-sheet.tsx';
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
