/** What apps embed of the devtools: components that are given data, and the models they are made from. */
export { formatBytes, formatClock, formatCountdown, formatDuration } from './models/duration.ts';
export { type EventGroup, type EventSummary, type EventTone, failureText, summarize } from './models/event-summary.ts';
export { payloadsText } from './models/payload-text.ts';
export { type StatusLook, statusLook, type Tone } from './models/status.ts';
export { EventList, type EventListProps } from './panels/event-list.tsx';
export { RunHeader, type RunHeaderProps } from './panels/run-header.tsx';
export { adoptDevtoolsStyles, devtoolsStyles } from './styles.ts';
export { StatusBadge, type StatusBadgeProps } from './ui/status-badge.tsx';
