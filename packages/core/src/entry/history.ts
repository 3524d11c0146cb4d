/** Histories: the events, Temporal's JSON in and out, files of one run and of many, and what makes a history valid. */
export type { CloseEvent, CloseEventType, EventAttributes, EventType, HistoryEvent } from '../history/events.ts';
export { CLOSE_EVENTS, isCloseEvent } from '../history/events.ts';
export type { HistoryFile, HistoryRun } from '../history/history-file.ts';
export { historyFileFromJson, historyFileToJson } from '../history/history-file.ts';
export type { HistoryJson } from '../history/json.ts';
export { HistoryFormatError, historyFromJson, historyToJson } from '../history/json.ts';
export { InvalidHistoryError, validateHistory } from '../history/validate.ts';
