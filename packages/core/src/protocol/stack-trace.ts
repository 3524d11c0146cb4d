/** Where code waits, as data. */

/** One frame. Files, lines and columns are the engine's: those of the bundle, where no source maps are in force. */
export interface StackTraceFileLocation {
  readonly file_path?: string;
  readonly line?: number;
  readonly column?: number;
  readonly function_name?: string;
  /** Not of the workflow's own code. Such frames are left out. */
  readonly internal_code: boolean;
}
export interface StackTrace {
  readonly locations: readonly StackTraceFileLocation[];
}
