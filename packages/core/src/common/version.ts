/** What this package calls itself in what it writes. */

export const SDK_NAME = 'perdure';
/** That of package.json. */
export const SDK_VERSION = '0.1.0';
