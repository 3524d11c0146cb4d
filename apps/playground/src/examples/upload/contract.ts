/** What page, workflow and activities agree on: the shapes that cross between them, and the limits. */

export const MEBIBYTE: number = 1024 * 1024;
/** Larger files are refused. */
export const MOST_FILE_BYTES: number = 1024 * MEBIBYTE;
/** Larger files wait until a person approves. */
export const APPROVAL_THRESHOLD_BYTES: number = 100 * MEBIBYTE;
/** 1 GiB is 256 of these: about 3,000 events, far from what a history may hold. */
export const DEFAULT_CHUNK_BYTES: number = 4 * MEBIBYTE;
/** How many chunks are on their way at a time. */
export const LANES = 3;

export const TASK_QUEUE = 'playground';
export const WORKFLOW_TYPE = 'upload';
export const APPROVE = 'approve';
export const PROGRESS = 'progress';

/** Which store of the browser keeps the file: the origin's private file system, or IndexedDB where that cannot be written. */
export type FileStoreKind = 'opfs' | 'indexeddb';

/** A file that the browser keeps, and where it is to be sent. */
export interface UploadInput {
  readonly uploadId: string;
  readonly name: string;
  readonly size: number;
  readonly chunkSize: number;
  readonly store: FileStoreKind;
  /** Path of the endpoint's session on this origin, for example "/api/upload/default". */
  readonly endpoint: string;
}

export type UploadStage = 'awaiting approval' | 'sending' | 'completing' | 'cleaning up';

/** The answer of query `progress`. */
export interface UploadProgress {
  readonly stage: UploadStage;
  readonly chunkCount: number;
  readonly chunksSent: number;
  /** Of chunks whose completion is recorded. */
  readonly bytesSent: number;
}

/** What the server says of the whole file. */
export interface UploadResult {
  readonly sha256: string;
  readonly size: number;
  readonly chunkCount: number;
}

/** What a list shows of an upload without asking its workflow; kept as the workflow's memo. */
export interface UploadMemo {
  readonly name: string;
  readonly size: number;
  readonly chunkSize: number;
  readonly store: FileStoreKind;
  readonly uploadId: string;
  /** The digest as computed in the page; absent for files that are too large to be read at once. */
  readonly localSha256?: string;
}

/** One chunk of a file that the browser keeps. */
export interface Chunk {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly uploadId: string;
  readonly store: FileStoreKind;
}

/** Types of the failures that activities raise, by which the page tells what is the matter. */
export type UploadFailureType = 'NetworkAway' | 'EndpointFailed' | 'EndpointRefused' | 'StoredFileMissing';
