/** The parts of the devtools, for applications that put them together themselves: the panel, what it is opened over, and the models that show parts of it. */
export type { Backend, Capability, CommandOutcome, DevtoolsCommand, RunRef, Source } from './backend/backend.ts';
export { BackendError } from './backend/backend.ts';
export { createEngineBackend, type EngineBackendOptions } from './backend/engine-backend.ts';
export { createFileBackend, type FileBackend, type FileBackendOptions, readHistoryFile } from './backend/file-backend.ts';
export { formatBytes, formatClock, formatCountdown, formatDuration } from './models/duration.ts';
export { type EventGroup, type EventSummary, type EventTone, failureText, summarize } from './models/event-summary.ts';
export { payloadsText } from './models/payload-text.ts';
export { type StatusLook, statusLook, TONES, type Tone, type ToneLook } from './models/status.ts';
export { createDevtools, type Devtools, type DevtoolsOptions } from './state/devtools.ts';
export { hashRouter, memoryRouter, type Router } from './state/router.ts';
export { adoptDevtoolsStyles, devtoolsStyles } from './styles.ts';
export { Icon } from './ui/icon.tsx';
export { Split, type SplitProps } from './ui/split.tsx';
export { StatusBadge, type StatusBadgeProps } from './ui/status-badge.tsx';
export { Panel, type PanelProps } from './views/panel.tsx';
